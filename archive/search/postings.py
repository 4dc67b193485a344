"""Postings: of every term, the entries it stands in, its weight there, and where.

Packed with numpy, so that the same bytes serve every database and a term of 300,000 entries is
read in a millisecond. Entries are numbers that grow; of a term they are kept as steps in the
fewest bytes that hold the widest. Places are positions of words, counted through all the texts
of an entry; two words of a phrase stand at neighbouring places.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np

# Weight of one occurrence by field; a reading of a word that is not its likeliest counts half.
TITLE, SUMMARY, TEXT, LABEL = 4.0, 2.0, 1.0, 0.5
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
class Own:
    """The postings of one entry by itself, packed: its terms, the weight of each and its places."""

    terms: bytes
    weights: bytes = b""
    places: bytes = b""
    checksum: int = 0


@dataclass(frozen=True)
class _Pairs:
    """A pair for each term in each entry, by term and then by entry. counts: how many places it
    has; ends: where these end among all."""

    terms: np.ndarray
    owners: np.ndarray
    weights: np.ndarray
    counts: np.ndarray
    places: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        return np.cumsum(self.counts)


def _pairs(words: list[Words]) -> _Pairs:
    owners = np.repeat(np.arange(len(words)), [len(one.terms) for one in words])
    terms, places, weights = (
        np.concatenate([getattr(one, name) for one in words])
        for name in ("terms", "places", "weights")
    )
    order = np.argsort((terms << 40) | (owners << 20) | places)
    terms, owners, places, weights = terms[order], owners[order], places[order], weights[order]
    starts = np.flatnonzero(_changes(terms) | _changes(owners))
    if not len(starts):
        return _Pairs(terms, owners, weights.astype(np.uint8), terms, places)
    stands = places != NOWHERE
    lengths = np.array([one.length for one in words])[owners[starts]]
    return _Pairs(
        terms[starts],
        owners[starts],
        _impact(np.add.reduceat(weights, starts), lengths),
        np.add.reduceat(stands.astype(np.int64), starts),
        places[stands],
    )


def alone(words: Words, vocabulary: list[bytes]) -> Own:
    """The postings of an entry that is not merged with others yet."""
    pairs = _pairs([words])
    return Own(
        pack_terms([vocabulary[number] for number in pairs.terms.tolist()]),
        pairs.weights.tobytes(),
        _pack(pairs.counts) + _pack(pairs.places),
        int(_checksums(pairs, vocabulary).sum(dtype=np.uint64).astype(np.int64)),
    )


def invert(
    entries: list[int], words: list[Words], vocabulary: list[bytes]
) -> tuple[list[Row], list[Own]]:
    """The postings of these entries, ascending, by term; of each entry its terms and checksum.

    vocabulary: the terms by their numbers.
    """
    pairs = _pairs(words)
    sums = np.zeros(len(entries), np.uint64)
    np.add.at(sums, pairs.owners, _checksums(pairs, vocabulary))
    order = np.argsort(pairs.owners, kind="stable")
    cuts = np.searchsorted(pairs.owners[order], np.arange(1, len(entries)))
    terms = [
        pack_terms([vocabulary[number] for number in own.tolist()])
        for own in np.split(pairs.terms[order], cuts)
    ]
    rows = _rows(pairs, np.asarray(entries, np.int64)[pairs.owners], vocabulary)
    return list(rows), [
        Own(own, checksum=total)
        for own, total in zip(terms, sums.view(np.int64).tolist(), strict=True)
    ]


def merged(entries: list[int], own: list[Own]) -> list[Row]:
    """The same from entries that stand alone, ascending."""
    numbers: dict[bytes, int] = {}
    read = [unpack_own(one) for one in own]
    terms = [
        np.array([numbers.setdefault(term, len(numbers)) for term in one[0]], np.int64)
        for one in read
    ]
    owners = np.repeat(np.arange(len(own)), [len(one) for one in terms])
    terms = np.concatenate(terms)
    weights, counts, places = (np.concatenate([one[at] for one in read]) for at in (1, 2, 3))
    order = np.argsort((terms << 32) | owners)
    counts = counts.astype(np.int64)
    starts = (np.cumsum(counts) - counts)[order]
    counts = counts[order]
    shifts = starts - (np.cumsum(counts) - counts)
    places = places[np.repeat(shifts, counts) + np.arange(counts.sum())]
    pairs = _Pairs(terms[order], owners[order], weights[order], counts, places)
    return list(_rows(pairs, np.asarray(entries, np.int64)[pairs.owners], list(numbers)))


def unpack_own(own: Own) -> tuple[list[bytes], np.ndarray, np.ndarray, np.ndarray]:
    """terms, weights, counts of places, places."""
    terms = unpack_terms(own.terms)
    return terms, unpack_weights(own.weights), *unpack_places(own.places, len(terms))


def _rows(pairs: _Pairs, numbers: np.ndarray, vocabulary: list[bytes]) -> Iterator[Row]:
    """A row for each term. All that can be is worked out for all rows at once: there are
    hundreds of thousands of them."""
    if not len(numbers):
        return
    pair_term, impact, counts, places = pairs.terms, pairs.weights, pairs.counts, pairs.places
    place_ends = pairs.ends
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


_TOGETHER = 1 << 17  # bytes


def unpack_many(packed: Iterable[bytes]) -> Iterator[np.ndarray]:
    """All the entries of many rows, some rows at a time, in no order; an entry comes once for
    every row it stands in. One row after the other takes several times as long, and a thousand
    words begin with the same letters."""
    here, size = [], 0
    for row in packed:
        here.append(row)
        size += len(row)
        if size > _TOGETHER:
            yield _unpack_together(here)
            here, size = [], 0
    if here:
        yield _unpack_together(here)


def _unpack_together(packed: list[bytes]) -> np.ndarray:
    firsts = np.frombuffer(b"".join([row[:8] for row in packed]), np.int64)
    found = [firsts]
    for width, kind in _WIDTHS.items():
        here = [at for at, row in enumerate(packed) if row[8] == width and len(row) > 9]
        if here:
            counts = np.array([(len(packed[at]) - 9) // width for at in here])
            steps = np.frombuffer(b"".join([packed[at][9:] for at in here]), kind)
            numbers = np.cumsum(steps, dtype=np.int64)
            before = np.append(0, numbers)[np.cumsum(counts) - counts]
            numbers += np.repeat(firsts[here] - before, counts)
            found.append(numbers)
    return np.concatenate(found)


def stand_in(packed: bytes, numbers: list[int]) -> bool:
    """Whether any of these entries does."""
    first = int.from_bytes(packed[:8], "little")
    return max(numbers) >= first and len(_positions(unpack_entries(packed), numbers)) > 0


def _positions(entries: np.ndarray, numbers: list[int]) -> np.ndarray:
    """Where those of the numbers stand that are among the entries, which ascend."""
    wanted = np.array(numbers, np.int64)
    at = entries.searchsorted(wanted)
    at[at == len(entries)] = 0
    return at[entries[at] == wanted]


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
    if len(rows) == 1:
        return Row(term, *rows[0])
    entries = [unpack_entries(row[0]) for row in rows]
    counts, places = zip(
        *(unpack_places(row[2], len(here)) for row, here in zip(rows, entries, strict=True)),
        strict=True,
    )
    return Row(
        term,
        pack_entries(np.concatenate(entries)),
        b"".join(row[1] for row in rows),
        _pack(np.concatenate(counts)) + _pack(np.concatenate(places)),
    )


def without(row: tuple[bytes, bytes, bytes], numbers: list[int]) -> Row | None:
    """The postings of a row but for these entries; None when there are no others."""
    entries = unpack_entries(row[0])
    counts, places = unpack_places(row[2], len(entries))
    keep = np.ones(len(entries), bool)
    keep[_positions(entries, numbers)] = False
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
    one_term = np.zeros(len(entries), np.int64)
    counts, places = unpack_places(packed[2], len(entries))
    pairs = _Pairs(one_term, entries, unpack_weights(packed[1]), counts.astype(np.int64), places)
    return entries, _checksums(pairs, [term])


def own_checksum(own: Own) -> int:
    """What an entry that stands alone has, worked out from what is stored of it."""
    terms, weights, counts, places = unpack_own(own)
    owners = np.zeros(len(terms), np.int64)
    pairs = _Pairs(np.arange(len(terms)), owners, weights, counts.astype(np.int64), places)
    return int(_checksums(pairs, terms).sum(dtype=np.uint64).astype(np.int64))


def _checksums(pairs: _Pairs, vocabulary: list[bytes]) -> np.ndarray:
    """One a pair: of its term, its weight, and its places."""
    if not len(pairs.terms):
        return np.zeros(0, np.uint64)
    changes = _changes(pairs.terms)  # they stand together
    used = pairs.terms[changes].tolist()
    hashes = np.array([_hash(vocabulary[number]) for number in used], np.uint64)
    summed = np.concatenate(([0], np.cumsum(pairs.places, dtype=np.int64)))
    of_pair = summed[pairs.ends] - summed[pairs.ends - pairs.counts]
    sizes = [part.astype(np.uint64) for part in (pairs.weights, pairs.counts, of_pair)]
    mixed = sum((part * odd for part, odd in zip(sizes, _MIX, strict=True)), np.uint64(1))
    return hashes[np.cumsum(changes) - 1] * (mixed | np.uint64(1))


@lru_cache(maxsize=2**16)
def _hash(term: bytes) -> int:
    return int.from_bytes(blake2b(term, digest_size=8).digest(), "little") | 1
