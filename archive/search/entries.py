"""What the index says of a record: its words, its facet values, its dates. Reads, never writes."""

import datetime as dt
import json
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
from django.db.models import Model
from django.utils.translation import override
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import LinesField, ViolationType

from .analyser import WORD, keys
from .compiled import ByIds
from .postings import LABEL, MOST_PLACES, NOWHERE, OTHER_READING, SUMMARY, TEXT, TITLE, Words
from .records import PARTS, SEARCHED, columns, exported, hops

_EVERYWHERE, _TITLE, _AUTHOR, _NUMBER = b"w", b"t", b"a", b"n"
# Terms of the first letters of words: thousands of words begin with the same two.
BEGINNING, BEGINNING_LETTERS = b"p", 2
# The field of a query → the first letter of its terms.
TEXT_FIELDS = {"": _EVERYWHERE, "title": _TITLE, "author": _AUTHOR, "number": _NUMBER}
_BETWEEN_TEXTS = 8  # places left free, so that no phrase reaches from one text into the next

_BETWEEN_NAMES = re.compile(r"\s+/\s+")  # “Shusha / Shushi”
_AROUND_NAMES = " “”„«»\"’‘'"
_ASIDE = re.compile(r"\s*\([^)]*\)")  # “Mine Action Agency of Azerbaijan (ANAMA)”


@dataclass(frozen=True)
class Entry:
    """A public record as the index sees it. spans: (first, last day) of each of its dates, as
    ordinals, None where open. values: (facet, value); of a record “<model>.<id>”. texts: (letter
    of a field or b"", weight, text)."""

    record_id: int
    slug: str
    added: int
    earliest: int | None
    latest: int | None
    spans: list[tuple[int | None, int | None]]
    values: list[tuple[str, str]]
    says: str
    texts: list[tuple[bytes, float, str]]
    exports: int

    @property
    def tie(self) -> int:
        """Orders records alike as their slugs do, by eight letters of them."""
        return int.from_bytes(self.slug.encode()[:8].ljust(8, b"\0"), "big")

    @property
    def facts(self) -> int:
        """Checksum of all but the words."""
        shown = self.slug, self.added, self.earliest, self.latest, self.spans, self.values
        return checksum([*shown, self.says, self.exports])


def checksum(value) -> int:
    """64 bits, signed, the same on every machine."""
    packed = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), "big", signed=True)


def read(model: type[Model], pks: Iterable[int]) -> list[Entry]:
    """The entries of those of these records that are public, by id. The same number of queries
    for one as for five hundred."""
    searched = SEARCHED[model]
    fields = _fields(model)
    rows = {row[0]: row for row in _base(model)(list(pks))}
    ids = sorted(rows)
    values = _values(model, ids)
    spans = _spans(model, ids, rows)
    parts, labels = _part_texts(model, ids), _labels(model, values)
    needed = sorted(exported(model))
    entries = []
    for pk in ids:
        row = dict(zip(fields, rows[pk], strict=True))
        bounds = [_ordinal(row[name]) for name in searched.bounds or ()] or [None, None]
        found = sorted(values[pk])
        entries.append(
            Entry(
                record_id=pk,
                slug=row["slug"],
                added=_seconds(row["published_at"]),
                earliest=bounds[0],
                latest=bounds[1],
                spans=spans[pk],
                values=found,
                says=_says(model, row),
                texts=[
                    *_texts(model, row),
                    *parts.get(pk, ()),
                    *((b"", LABEL, label) for label in labels[pk]),
                ],
                exports=checksum([pair for pair in found if pair[0] in needed]),
            )
        )
    return entries


def words(entry: Entry, vocabulary: "Vocabulary") -> Words:
    """Every word of the entry, by the numbers that the vocabulary gives its terms."""
    terms, places, weights = [], [], []
    place = 0
    for letter, weight, text in entry.texts:
        found = WORD.findall(text)[: MOST_PLACES - _BETWEEN_TEXTS - place]
        for field in (_EVERYWHERE, letter) if letter else (_EVERYWHERE,):
            known = vocabulary.of(field)
            numbers = np.fromiter(map(known.__getitem__, found), np.int64, len(found))
            stands = np.flatnonzero(numbers >= 0)
            others = [
                n for word in filter(known.others.__contains__, found) for n in known.others[word]
            ]
            terms += [numbers[stands], np.array(others, np.int64)]
            places += [stands + (place + 1), np.full(len(others), NOWHERE)]
            weights += [
                np.full(len(stands), weight, np.float32),
                np.full(len(others), OTHER_READING * weight, np.float32),
            ]
        place = min(place + len(found) + _BETWEEN_TEXTS, MOST_PLACES - _BETWEEN_TEXTS)
    beginnings = vocabulary.beginnings(terms)
    return Words(
        np.concatenate([*terms, beginnings]),
        np.concatenate([*places, np.full(len(beginnings), NOWHERE)]),
        np.concatenate([*weights, np.full(len(beginnings), TEXT, np.float32)]),
        place,
    )


def leading_to(model: type[Model], path: str, pks: list[int]) -> list[int]:
    """Records of this kind, public or not, from which the path leads to one of these."""
    return sorted({row[0] for row in _leading(model, path)(pks)})


class Vocabulary:
    """The terms of some entries, numbered as they come. analysed: what is known of words already,
    to be handed from one vocabulary to the next."""

    def __init__(self, analysed: dict[str, tuple[str, ...]] | None = None):
        self.terms: list[bytes] = []
        self.analysed = {} if analysed is None else analysed
        self._numbers: dict[bytes, int] = {}
        self._fields: dict[bytes, _Field] = {}
        self._begins = array("q")  # of every term the number of its first letters, or -1

    def learn(self, words: Iterable[str]) -> None:
        """Give the terms of these words their numbers."""
        known = self.of(_EVERYWHERE)
        for word in words:
            known[word]

    def of(self, letter: bytes) -> "_Field":
        if letter not in self._fields:
            self._fields[letter] = _Field(letter, self)
        return self._fields[letter]

    def keys(self, word: str) -> tuple[str, ...]:
        if word not in self.analysed:
            self.analysed[word] = keys(word)
        return self.analysed[word]

    def number(self, letter: bytes, text: str) -> int:
        """That of a term: the letter of its field, and a word or its beginning."""
        term = letter + text.encode()
        number = self._numbers.get(term)
        if number is None:
            begins = letter == _EVERYWHERE and len(text) >= BEGINNING_LETTERS
            first = self.number(BEGINNING, text[:BEGINNING_LETTERS]) if begins else -1
            number = self._numbers[term] = len(self.terms)
            self.terms.append(term)
            self._begins.append(first)
        return number

    def beginnings(self, terms: list[np.ndarray]) -> np.ndarray:
        """The terms of the first letters of these, each once."""
        if not terms:
            return np.zeros(0, np.int64)
        found = np.unique(np.array(self._begins)[np.concatenate(terms)])
        return found[found >= 0]


class _Field(dict):
    """word → the number of its likeliest term in the field of this letter, -1 for none; others:
    word → the numbers of its other readings."""

    def __init__(self, letter: bytes, vocabulary: Vocabulary):
        self.letter, self.vocabulary = letter, vocabulary
        self.others: dict[str, list[int]] = {}

    def __missing__(self, word: str) -> int:
        number = self.vocabulary.number
        numbers = [number(self.letter, key) for key in self.vocabulary.keys(word)]
        if len(numbers) > 1:
            self.others[word] = numbers[1:]
        self[word] = numbers[0] if numbers else -1
        return self[word]


# ── texts ──


@cache
def _fields(model) -> list[str]:
    """The columns that are read of every record."""
    searched = SEARCHED[model]
    heading = columns(model, [model.heading_field])
    own = [searched.title, searched.summary, searched.text, searched.author, searched.number]
    texts = [name for names in own for name in names if "__" not in name]
    dates = [*(searched.bounds or ())]
    if searched.date and "__" not in searched.date:
        dates.append(searched.date)
    return list(
        dict.fromkeys(
            [
                "pk",
                "slug",
                "published_at",
                *dates,
                *heading,
                *columns(model, texts),
                *_called(model),
            ]
        )
    )


def _called(model) -> list[str]:
    return columns(model, SEARCHED[model].called)


def _texts(model, row: dict) -> Iterator[tuple[bytes, float, str]]:
    searched = SEARCHED[model]
    special = dict.fromkeys(searched.author, _AUTHOR)
    special |= dict.fromkeys(searched.number, _NUMBER)
    for names, usual, weight in (
        (searched.title, _TITLE, TITLE),
        (searched.summary, b"", SUMMARY),
        (searched.text, b"", TEXT),
    ):
        for name in names:
            if "__" not in name:
                letter = special.get(name, usual)
                its = TITLE if letter == _NUMBER else weight
                is_list = isinstance(model._meta.get_field(name), LinesField)
                for text in filter(None, (row[column] for column in columns(model, [name]))):
                    parts = text.splitlines() if is_list else [text]
                    yield from ((letter, its, part) for part in parts)


def _part_texts(model, ids) -> dict[int, list[tuple[bytes, float, str]]]:
    """Texts of the public rows that are part of these records."""
    found: dict[int, list] = {}
    for path in SEARCHED[model].text:
        relation, _, name = path.partition("__")
        if name:
            part = model._meta.get_field(relation).related_model
            for pk, *texts in _parts(part, PARTS[part], *columns(part, [name]))(ids):
                found.setdefault(pk, []).extend((b"", TEXT, text) for text in texts if text)
    return found


def _says(model, row: dict) -> str:
    """What others show of this record: "" where nothing refers to records of its kind."""
    if not SEARCHED[model].called and model._meta.model_name != "incident":
        return ""
    heading = {
        language: row[f"{model.heading_field}_{language}"]
        for language in AVAILABLE_LANGUAGES
        if row[f"{model.heading_field}_{language}"]
    }
    names = sorted(set(_names(row[column] for column in _called(model))))
    said = {"slug": row["slug"], "heading": heading, "names": names}
    return json.dumps(said, ensure_ascii=False)


def _names(values) -> Iterator[str]:
    for value in values:
        for line in (value or "").splitlines():
            without_asides = _ASIDE.sub("", line)
            for name in _BETWEEN_NAMES.split(without_asides):
                yield from filter(None, [name.strip(_AROUND_NAMES)])


# ── labels ──


def _labels(model, values: dict[int, set]) -> dict[int, list[str]]:
    """What a reader may call the records by beside their texts, in every language: their kind, and
    the labels of what they have themselves."""
    kinds = [str(text) for text in _in_every_language(lambda: model._meta.verbose_name)]
    choices = _choices(model)
    violations = {
        f"{ViolationType._meta.model_name}.{pk}": texts
        for pk, *texts in _attribute(ViolationType, *columns(ViolationType, ["label"]))(
            _violations(model, values)
        )
    }
    return {
        pk: [
            *kinds,
            *(text for pair in sorted(found) for text in choices.get(pair, ())),
            *(
                text
                for _facet, value in sorted(found)
                for text in violations.get(value, ())
                if text
            ),
        ]
        for pk, found in values.items()
    }


def _violations(model, values: dict[int, set]) -> list[int]:
    """Types of violation that the records are of themselves."""
    if SEARCHED[model].facets.get("violation") != ("violation_types",):
        return []
    pairs = set().union(*values.values()) if values else set()
    return sorted(int(value.rpartition(".")[2]) for facet, value in pairs if facet == "violation")


@cache
def _choices(model) -> dict[tuple[str, str], list[str]]:
    """(facet, value) → its labels, of the vocabularies that the records choose from themselves."""
    found = {}
    for facet in ("kind", "stage", "phase"):
        if SEARCHED[model].facets.get(facet) == (facet,):
            for value, label in model._meta.get_field(facet).choices:
                found[facet, value] = _in_every_language(lambda label=label: label)
    return found


def _in_every_language(text) -> list[str]:
    found = []
    for language in AVAILABLE_LANGUAGES:
        with override(language):
            found.append(str(text()))
    return found


# ── facet values ──


def _values(model, ids: list[int]) -> dict[int, set[tuple[str, str]]]:
    """(facet, value) of every record, through public records only."""
    found: dict[int, set] = {pk: set() for pk in ids}
    walked = {"": {pk: {pk} for pk in ids}}
    for facet, paths in SEARCHED[model].paths.items():
        for path in paths:
            for pk, value in _ends(model, path, walked):
                if value or facet == "side":
                    found[pk].add((facet, value))
    return found


def _ends(model, path: str, walked: dict) -> Iterator[tuple[int, str]]:
    """(record, value at the end of the path). walked: what earlier paths have gone already."""
    here, before = model, ""
    for after, target, _next in hops(model, path):
        if after not in walked:
            relation = after.rpartition("__")[2]
            ids = sorted(set().union(*walked[before].values()))
            links = _links(here, relation)(ids)
            public = _public(target, {end for _start, end in links})
            ends: dict[int, set] = {}
            for start, end in links:
                if end in public:
                    ends.setdefault(start, set()).add(end)
            walked[after] = {
                pk: set().union(*(ends.get(middle, ()) for middle in middles))
                for pk, middles in walked[before].items()
            }
        here, before = target, after
    rest = path.removeprefix(before).strip("_")
    if not rest:
        name = here._meta.model_name
        yield from ((pk, f"{name}.{end}") for pk, ends in walked[before].items() for end in ends)
        return
    ids = sorted(set().union(*walked[before].values()))
    values = dict(_attribute(here, rest)(ids))
    yield from ((pk, values[end]) for pk, ends in walked[before].items() for end in ends)


def _public(model, ids) -> set[int]:
    if not hasattr(model.objects, "published"):
        return set(ids)
    return {row[0] for row in _published(model)(sorted(ids))}


# ── dates ──


def _spans(model, ids, rows) -> dict[int, list[tuple[int | None, int | None]]]:
    found: dict[int, list] = {pk: [] for pk in ids}
    date = SEARCHED[model].date
    if "__" in date:
        relation, _, name = date.partition("__")
        part = model._meta.get_field(relation).related_model
        read_parts = _parts(part, PARTS[part], f"{name}_earliest", f"{name}_latest")
        for pk, *bounds in read_parts(ids):
            found[pk].append(tuple(map(_ordinal, bounds)))
    elif date:
        where = {name: position for position, name in enumerate(_fields(model))}
        for pk in ids:
            if rows[pk][where[date]]:
                bounds = (rows[pk][where[name]] for name in SEARCHED[model].bounds)
                found[pk].append(tuple(map(_ordinal, bounds)))
    return {pk: sorted(spans, key=str) for pk, spans in found.items()}


def _ordinal(value) -> int | None:
    """Days; SQLite hands dates over as text."""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value[:10])
    return value.toordinal() if value else None


def _seconds(value) -> int:
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if value and not value.tzinfo:
        value = value.replace(tzinfo=dt.UTC)
    return int(value.timestamp()) if value else 0


# ── queries, compiled once ──


@cache
def _base(model) -> ByIds:
    return ByIds(lambda ids: model.objects.published().filter(pk__in=ids), *_fields(model))


@cache
def _published(model) -> ByIds:
    return ByIds(lambda ids: model.objects.published().filter(pk__in=ids), "pk")


@cache
def _links(model, relation: str) -> ByIds:
    """(record, what it is linked with)"""
    return ByIds(
        lambda ids: model._base_manager.filter(**{"pk__in": ids, f"{relation}__isnull": False}),
        "pk",
        relation,
    )


@cache
def _leading(model, path: str) -> ByIds:
    return ByIds(lambda ids: model._base_manager.filter(**{f"{path}__in": ids}), "pk")


@cache
def _attribute(model, *names: str) -> ByIds:
    return ByIds(lambda ids: model._base_manager.filter(pk__in=ids), "pk", *names)


@cache
def _parts(part, owner: str, *names: str) -> ByIds:
    """Public rows of a part, by the record that they are a part of."""
    rows = getattr(part.objects, "published", part.objects.all)
    return ByIds(lambda ids: rows().filter(**{f"{owner}__in": ids}), owner, *names)
