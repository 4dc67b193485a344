"""Postings: of every term, the entries it stands in, its weight there, and where.

Packed with numpy, so that the same bytes serve every database and a term of 300,000 entries is
read in a millisecond. Entries are numbers that grow; of a term they are kept as steps in the
fewest bytes that hold the widest. Places are positions of words, counted through all the texts
of an entry; two words of a phrase stand at neighbouring places.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

# Weight of one occurrence by field; a reading of a word that is not its likeliest counts half.
TITLE, SUMMARY, TEXT = 4.0, 2.0, 1.0
OTHER_READING = 0.5
# BM25 with constants, so that a weight never changes with the rest of the archive.
_K1, _B, _USUAL_LENGTH = 1.2, 0.5, 300.0
MOST_PLACES = 1 << 20  # positions in one entry; words beyond are not indexed
NOWHERE = MOST_PLACES - 1

_WIDTHS = {1: np.uint8, 2: np.uint16, 4: np.uint32}


@dataclass(frozen=True)
class Words:
    """The words of one entry. terms: number of a term in a vocabulary, an occurrence each;
    places: int64, `NOWHERE` for other readings; weights: float32. length: in words."""

    terms: np.ndarray
    places: np.ndarray
    weights: np.ndarray
    length: int


@dataclass(frozen=True)
class Row:
    """The postings of one term in several entries, packed."""

    term: bytes
    entries: bytes
    weights: bytes
    places: bytes


@dataclass(frozen=True)
class Inverted:
    rows: list[Row]
    terms: list[bytes]  # of each entry, those it is found by, packed
    checksums: np.ndarray  # int64, one an entry


def invert(entries: list[int], words: list[Words], vocabulary: list[bytes]) -> Inverted:
    """The postings of these entries, ascending. vocabulary: the terms by their numbers."""
    lengths = [len(one.terms) for one in words]
    owner = np.repeat(np.arange(len(words)), lengths)
    terms, places, weights = (
        np.concatenate([getattr(one, name) for one in words])
        for name in ("terms", "places", "weights")
    )
    order = np.argsort((terms << 40) | (owner << 20) | places)
    terms, owner, places, weights = terms[order], owner[order], places[order], weights[order]

    # One pair for each term and entry.
    starts = np.flatnonzero(_changes(terms) | _changes(owner))
    if not len(starts):
        return Inverted([], [pack_terms([])] * len(words), np.zeros(len(words), np.int64))
    pair_term, pair_owner = terms[starts], owner[starts]
    length = np.array([one.length for one in words])[pair_owner]
    impact = _impact(np.add.reduceat(weights, starts), length)
    stands = places != NOWHERE
    counts = np.add.reduceat(stands.astype(np.int64), starts)
    place_ends = np.cumsum(counts)
    kept = places[stands]

    sums = _pair_checksums(vocabulary, pair_term, impact, counts, kept, place_ends)
    checksums = np.zeros(len(entries), np.uint64)
    np.add.at(checksums, pair_owner, sums)
    numbers = np.asarray(entries, dtype=np.int64)[pair_owner]
    return Inverted(
        list(_rows(vocabulary, pair_term, numbers, impact, counts, kept, place_ends)),
        _terms_by_entry(pair_term, pair_owner, len(entries), vocabulary),
        checksums.view(np.int64),
    )


def _rows(vocabulary, pair_term, numbers, impact, counts, places, place_ends) -> Iterator[Row]:
    """A row for each run of pairs with the same term. All that can be is worked out for all rows
    at once: there are hundreds of thousands of them."""
    cuts = np.flatnonzero(_changes(pair_term))
    ends = np.append(cuts[1:], len(pair_term))
    steps = np.zeros(len(numbers), np.int64)
    np.subtract(numbers[1:], numbers[:-1], out=steps[1:])
    steps[cuts] = 0
    first_places, last_places = place_ends[cuts] - counts[cuts], place_ends[ends - 1]
    highest = np.zeros(len(cuts), np.int64)
    has_places = last_places > first_places
    if len(places):
        highest[has_places] = np.maximum.reduceat(places, first_places[has_places])
    steps, step_widths = _in_widths(steps, np.maximum.reduceat(steps, cuts))
    counts, count_widths = _in_widths(counts, np.maximum.reduceat(counts, cuts))
    places, place_widths = _in_widths(places, highest)
    weights = impact.tobytes()
    for term, number, start, end, first, last, one, two, three in zip(
        pair_term[cuts].tolist(),
        numbers[cuts].tolist(),
        cuts.tolist(),
        ends.tolist(),
        first_places.tolist(),
        last_places.tolist(),
        step_widths,
        count_widths,
        place_widths,
        strict=True,
    ):
        yield Row(
            vocabulary[term],
            number.to_bytes(8, "little") + _BYTE[one] + steps[one][(start + 1) * one : end * one],
            weights[start:end],
            _BYTE[two]
            + counts[two][start * two : end * two]
            + _BYTE[three]
            + places[three][first * three : last * three],
        )


_BYTE = {width: bytes([width]) for width in _WIDTHS}


def _in_widths(values: np.ndarray, highest: np.ndarray) -> tuple[dict[int, bytes], list[int]]:
    """The values in every width, as bytes, and the width that each row takes by its highest."""
    widths = np.where(highest < 1 << 8, 1, np.where(highest < 1 << 16, 2, 4))
    used = np.unique(widths).tolist()
    return {width: values.astype(_WIDTHS[width]).tobytes() for width in used}, widths.tolist()


def _changes(values: np.ndarray) -> np.ndarray:
    """True where a value differs from the one before it, and at the first."""
    changed = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed


def _impact(frequency: np.ndarray, length: np.ndarray) -> np.ndarray:
    """The part of BM25 that depends on the entry only, 1…255."""
    share = frequency / (frequency + _K1 * (1 - _B + _B * length / _USUAL_LENGTH))
    return np.maximum(1, np.round(255 * share)).astype(np.uint8)


def _terms_by_entry(pair_term, pair_owner, entries: int, vocabulary) -> list[bytes]:
    order = np.argsort(pair_owner, kind="stable") if entries > 1 else np.arange(len(pair_term))
    cuts = np.searchsorted(pair_owner[order], np.arange(1, entries))
    groups = np.split(pair_term[order], cuts)
    return [pack_terms([vocabulary[number] for number in group.tolist()]) for group in groups]


def pack_terms(terms: list[bytes]) -> bytes:
    return zlib.compress(b"\n".join(terms), 1)


def unpack_terms(packed: bytes) -> list[bytes]:
    joined = zlib.decompress(packed)
    return joined.split(b"\n") if joined else []


def pack_entries(numbers: np.ndarray) -> bytes:
    """Ascending numbers: the first as it is, then the steps."""
    return int(numbers[0]).to_bytes(8, "little") + _pack(numbers[1:] - numbers[:-1])


def unpack_entries(packed: bytes) -> np.ndarray:
    """int64, ascending."""
    first = int.from_bytes(packed[:8], "little")
    if len(packed) == 9:  # one entry: no steps
        return np.array([first])
    steps = np.frombuffer(packed, _WIDTHS[packed[8]], offset=9)
    numbers = np.empty(len(steps) + 1, np.int64)
    numbers[0] = first
    np.cumsum(steps, out=numbers[1:], dtype=np.int64)
    numbers[1:] += first
    return numbers


def stands_in(packed: bytes, number: int) -> bool:
    return bool((unpack_entries(packed) == number).any())


def unpack_weights(packed: bytes) -> np.ndarray:
    return np.frombuffer(packed, np.uint8)


def unpack_places(packed: bytes, entries: int) -> tuple[np.ndarray, np.ndarray]:
    """How many places each entry has, and all the places, one entry after the other."""
    width = packed[0]
    end = 1 + width * entries
    counts = np.frombuffer(packed[1:end], _WIDTHS[width])
    return counts, np.frombuffer(packed, _WIDTHS[packed[end]], offset=end + 1)


def _pack(values: np.ndarray) -> bytes:
    widest = int(values.max()) if len(values) else 0
    width = 1 if widest < 1 << 8 else 2 if widest < 1 << 16 else 4
    return bytes([width]) + values.astype(_WIDTHS[width]).tobytes()


def joined(term: bytes, rows: list[tuple[bytes, bytes, bytes]]) -> Row:
    """The postings of one term from several rows, in the order of their entries, as one row."""
    entries = [unpack_entries(row[0]) for row in rows]
    counts, places = zip(
        *(unpack_places(row[2], len(here)) for row, here in zip(rows, entries, strict=True)),
        strict=True,
    )
    return Row(
        term,
        pack_entries(np.concatenate(entries)),
        b"".join(bytes(row[1]) for row in rows),
        _pack(np.concatenate(counts)) + _pack(np.concatenate(places)),
    )


def without(row: tuple[bytes, bytes, bytes], entry: int) -> Row | None:
    """The postings of a row but for one entry; None when there are no others."""
    entries = unpack_entries(row[0])
    counts, places = unpack_places(row[2], len(entries))
    keep = entries != entry
    if not keep.any():
        return None
    return Row(
        b"",
        pack_entries(entries[keep]),
        unpack_weights(row[1])[keep].tobytes(),
        _pack(counts[keep]) + _pack(places[np.repeat(keep, counts)]),
    )


# ── checksums: what `index verify` holds an entry's postings against ──

_MIX = [np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)]


def row_checksums(term: bytes, packed: tuple[bytes, bytes, bytes]) -> tuple[np.ndarray, np.ndarray]:
    """The entries of a row, and what the row adds to the checksum of each (uint64, wrapping)."""
    entries = unpack_entries(packed[0])
    counts, places = unpack_places(packed[2], len(entries))
    ends = np.cumsum(counts, dtype=np.int64)
    one_term = np.zeros(len(entries), np.int64)
    weights = unpack_weights(packed[1])
    return entries, _pair_checksums([term], one_term, weights, counts, places, ends)


def _pair_checksums(vocabulary, pair_term, impact, counts, places, place_ends) -> np.ndarray:
    used, inverse = np.unique(pair_term, return_inverse=True)
    hashes = np.array([_hash(vocabulary[number]) for number in used.tolist()], np.uint64)
    summed = np.concatenate(([0], np.cumsum(places, dtype=np.int64)))
    of_pair = summed[place_ends] - summed[place_ends - counts] if len(counts) else counts
    sizes = [np.asarray(part).astype(np.uint64) for part in (impact, counts, of_pair)]
    mixed = sum((part * odd for part, odd in zip(sizes, _MIX, strict=True)), np.uint64(1))
    return hashes[inverse] * (mixed | np.uint64(1)) if len(used) else np.zeros(0, np.uint64)


def _hash(term: bytes) -> int:
    return int.from_bytes(blake2b(term, digest_size=8).digest(), "little") | 1
