"""From the tree of a query to the entries that match it, with their scores."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from django.db import connection

from archive.models import Person, Place

from .analyser import WORD, beginnings, fold, is_ordinary, keys
from .columns import View, value_of
from .entries import BEGINNING, BEGINNING_LETTERS, TEXT_FIELDS
from .language import And, Field, Node, Not, Or, Phrase, Prefix, Word
from .matches import NONE, Matches, all_of, any_of, distinct, inside, none_of
from .postings import unpack_entries, unpack_many, unpack_places, unpack_weights
from .records import KINDS, RECORD_FIELDS

_USUAL_WEIGHT = 128  # of what is found by a link or a beginning, where no word can be weighed
_MOST_ROWS = 50_000  # of postings that one beginning of a word reads
_MOST_PEOPLE = 200  # of those who share a name
SHORTEST_PREFIX = 2
_CALLED = TEXT_FIELDS["title"], TEXT_FIELDS["number"]  # where a record says what it is called

_Postings = tuple[np.ndarray, np.ndarray]  # rows of the view, weights


class Lookup:
    """One search. `also` gathers the other spellings it looked for, `wanted` the terms that count
    as hits, `prefixes` the beginnings, `unknown` the words that no entry has.

    before: another search of the same view, from which what was read and compared is taken over."""

    def __init__(self, view: View, before: "Lookup | None" = None):
        self.view = view
        self.also: dict[str, list[str]] = {}
        self.wanted: set[str] = set()
        self.prefixes: set[str] = set()
        self.unknown: list[str] = []
        self._postings: dict[bytes, _Postings] = before._postings if before else {}
        self._phrases: dict[tuple, tuple[Matches, list[str]]] = before._phrases if before else {}

    def find(self, tree: Node) -> Matches:
        tree = self._with_spellings(tree)
        self._fetch(_terms(tree))
        found = self._find(tree, b"w")
        return NONE if found is None else found

    @contextmanager
    def _set_aside(self) -> Iterator[None]:
        """Of what is excluded nothing is said: it is no hit, nor a word to be written otherwise."""
        said = self.also, self.wanted, self.prefixes, self.unknown
        self.also, self.wanted, self.prefixes, self.unknown = {}, set(), set(), []
        yield
        self.also, self.wanted, self.prefixes, self.unknown = said

    # ── names ──

    def _with_spellings(self, node: Node) -> Node:
        """The tree in which every name that is written out stands for all its spellings."""
        match node:
            case And(parts):
                return And(tuple(self._named(parts)))
            case Or(parts):
                return Or(tuple(map(self._with_spellings, parts)))
            case Not(part):
                with self._set_aside():
                    return Not(self._with_spellings(part))
            case Word() | Phrase():
                parts = tuple(self._named((node,)))
                return parts[0] if len(parts) == 1 else And(parts)
        return node

    def _named(self, parts: tuple[Node, ...]) -> Iterator[Node]:
        """Names may reach over several words that stand side by side."""
        here = 0
        while here < len(parts):
            run = here
            while run < len(parts) and isinstance(parts[run], Word):
                run += 1
            if run == here:
                part = parts[here]
                yield self._quoted(part) if isinstance(part, Phrase) else self._with_spellings(part)
                here += 1
            else:
                yield from self._names_in([part.text for part in parts[here:run]])
                here = run

    def _quoted(self, phrase: Phrase) -> Node:
        """The number of a case, or the whole heading of a record, finds what is linked with it
        too; any other name in quotation marks stands for itself only."""
        text = " ".join(phrase.words)
        is_number = any(word[:1].isdigit() for word in phrase.words)
        entries = frozenset(
            entry
            for entry in self.view.names.called(text)
            if is_number or _plain(text) in map(_plain, self._headings(entry))
        )
        return _Either((phrase, _Linked(entries))) if entries else phrase

    def _headings(self, entry) -> Iterable[str]:
        row = self.view.row_of(*entry)
        return self.view.said[row].heading.values() if row is not None else ()

    def _names_in(self, words: list[str]) -> Iterator[Node]:
        done = 0
        for found in self.view.names.written_in(words):
            yield from map(self._sounding, words[done : found.start])
            yield self._called(words[found.start : found.end], found.entries)
            done = found.end
        yield from map(self._sounding, words[done:])

    def _called(self, words: list[str], entries: frozenset) -> Node:
        typed, entries = " ".join(words), self._foremost(entries)
        spellings = {
            fold(text): text for entry in entries for text in self.view.names.spellings(entry)
        }
        others = [text for folded, text in spellings.items() if folded != fold(typed)]
        if others:
            self.also[typed] = sorted(others)
        as_typed = And(tuple(map(Word, words))) if len(words) > 1 else Word(words[0])
        phrases = tuple(_OtherSpelling(tuple(WORD.findall(text))) for text in sorted(others))
        return _Either((as_typed, *phrases, _Linked(entries)))

    def _foremost(self, entries: frozenset) -> frozenset:
        """A capital often stands for its government: who writes “Baku” is shown the city first."""
        places = frozenset(entry for entry in entries if KINDS[entry[0]] is Place)
        return places or entries

    def _sounding(self, word: str) -> Node:
        others = sorted(self.view.names.alike(word))
        if others:
            self.also[word] = others
        ways = Word(word), *map(Word, others)
        if not is_ordinary(word) and (people := self._people_called(ways)):
            ways = *ways, _Linked(people)
        return _Either(ways) if len(ways) > 1 else ways[0]

    def _people_called(self, ways: Iterable[Word]) -> frozenset:
        """The people of whose names one of these is a word, in any form of it."""
        own = {key for way in ways for key in keys(way.text)}
        return frozenset(
            entry
            for key in own
            for entry, name in self.view.names.starting_with(key, _MOST_PEOPLE)
            if KINDS[entry[0]] is Person
            and not all(own.isdisjoint(keys(word)) for word in WORD.findall(name))
        )

    # ── postings ──

    def _fetch(self, terms: set[bytes]) -> None:
        """Entries and weights of all these terms, in one query."""
        wanted = sorted(terms - self._postings.keys())
        if not wanted:
            return
        rows: dict[bytes, list] = {term: [] for term in wanted}
        for term, entries, weights in self._rows("entries, weights", wanted):
            rows[term].append((unpack_entries(entries) - self.view.first, unpack_weights(weights)))
        for term, parts in rows.items():
            if recent := self.view.recent.of(term):
                here, weights, _places = zip(*recent, strict=True)
                parts.append((np.array(here), np.array(weights, np.uint8)))
            self._postings[term] = self._alive(parts)

    def _rows(self, columns: str, terms: list[bytes]) -> list[tuple]:
        holes = ", ".join(["%s"] * len(terms))
        return _select(
            f"SELECT term, {columns} FROM archive_searchposting "
            f"WHERE edition = %s AND segment <= %s AND term IN ({holes}) ORDER BY term, segment",
            [self.view.edition, self.view.merged, *terms],
        )

    def _alive(self, parts: list[_Postings]) -> _Postings:
        if not parts:
            return NONE.rows, np.zeros(0, np.uint8)
        rows = np.concatenate([rows for rows, _weights in parts])
        weights = np.concatenate([weights for _entries, weights in parts])
        # Neither what was written since this view was read, nor what was no more before it.
        known = (rows >= 0) & (rows < self.view.count)
        if not known.all():
            rows, weights = rows[known], weights[known]
        alive = self.view.alive[rows]
        return (rows, weights) if alive.all() else (rows[alive], weights[alive])

    # ── the tree ──

    def _find(self, node: Node, field: bytes) -> Matches | None:
        """None: every word of it is too common to be asked for."""
        match node:
            case Word(text):
                return self._word(text, field)
            case Phrase(words):
                # Of another name of several words no single word is a hit.
                marks = len(words) == 1 or not isinstance(node, _OtherSpelling)
                return self._phrase(words, field, marks)
            case Prefix(text):
                return self._prefix(text, field)
            case _Either(parts):
                return self._either(parts, field)
            case _Linked(entries):
                return self._linked(entries)
            case Or(parts):
                found = [self._find(part, field) for part in parts]
                found = [part for part in found if part is not None]
                return any_of(found, best=False) if found else None
            case Field(name, inner):
                return self._in_field(name, inner, field)
            case And(parts):
                return self._and(parts, field)
        raise TypeError(node)

    def _either(self, parts, field) -> Matches | None:
        return self._best([(part, field) for part in parts])

    def _best(self, asked: list[tuple[Node, bytes]]) -> Matches | None:
        before = len(self.unknown)
        found = [self._find(part, field) for part, field in asked]
        found = [part for part in found if part is not None]
        best = any_of(found, best=True)
        del self.unknown[before if len(best) else before + 1 :]
        return best if found else None

    def _and(self, parts, field) -> Matches | None:
        included = [self._find(part, field) for part in parts if not isinstance(part, Not)]
        included = [part for part in included if part is not None]
        if not included:
            return None
        with self._set_aside():
            excluded = [self._find(part.part, field) for part in parts if isinstance(part, Not)]
        return none_of(all_of(included), [part for part in excluded if part is not None])

    def _word(self, text: str, field: bytes) -> Matches | None:
        own = keys(text)
        if not own:
            return None
        self.wanted.update(own)
        found = any_of([self._weighed(field + key.encode()) for key in own], best=True)
        if not len(found):
            self.unknown.append(text)
        return found

    def _weighed(self, term: bytes) -> Matches:
        if term not in self._postings:
            self._fetch({term})
        rows, weights = self._postings[term]
        return Matches(rows, weights * self._rarity(len(rows)))

    def _rarity(self, found: int) -> np.float32:
        """Inverse document frequency, as BM25 has it, for weights of 1…255."""
        return np.float32(np.log(1 + (self.view.living - found + 0.5) / (found + 0.5)) / 255)

    def _flat(self, rows: np.ndarray) -> Matches:
        score = _USUAL_WEIGHT * self._rarity(len(rows))
        return Matches(rows, np.full(len(rows), score, np.float32))

    def _prefix(self, text: str, field: bytes) -> Matches | None:
        start = fold(text)
        if len(start) < SHORTEST_PREFIX:
            return self._word(text, field)
        self.prefixes.add(start)
        otherwise = beginnings(start)
        self.wanted.update(otherwise)
        terms = [field + key.encode() for key in otherwise]
        rows = [self._rows_beginning(start, field), *(self._weighed(term).rows for term in terms)]
        found = [self._flat(distinct(rows))]
        if whole := self._word(text, field):
            found.append(whole)
        return any_of(found, best=True)

    def _rows_beginning(self, start: str, field: bytes) -> np.ndarray:
        if len(start) == BEGINNING_LETTERS and field == TEXT_FIELDS[""]:
            return self._weighed(BEGINNING + start.encode()).rows
        view, begin = self.view, field + start.encode()
        packed = _select(
            "SELECT entries FROM archive_searchposting WHERE edition = %s AND term >= %s "
            f"AND term < %s AND segment <= %s ORDER BY term, segment LIMIT {_MOST_ROWS}",
            [view.edition, begin, begin + b"\xff", view.merged],
        )
        has = np.zeros(view.count, bool)
        for entries in unpack_many(bytes(entries) for (entries,) in packed):
            rows = entries - view.first
            has[rows[(rows >= 0) & (rows < view.count)]] = True
        recent = view.recent.beginning_with(begin)
        has[[row for term in recent for row, *_ in view.recent.of(term) if row < view.count]] = True
        return np.flatnonzero(has & view.alive)

    def _in_field(self, name: str, inner: Node, field: bytes) -> Matches | None:
        if name in TEXT_FIELDS:
            return self._find(inner, TEXT_FIELDS[name])
        kinds, facets = RECORD_FIELDS[name]
        called = self._best([(inner, letter) for letter in _CALLED])
        if called is None:
            return None
        of_kind = np.isin(self.view.kind[called.rows], [KINDS.index(kind) for kind in kinds])
        rows = called.rows[of_kind]
        entries = zip(self.view.kind[rows].tolist(), self.view.record[rows].tolist(), strict=True)
        linked = self._linked(frozenset(entries), facets)
        return any_of([linked, Matches(rows, called.scores[of_kind])], best=True)

    def _linked(self, entries: frozenset, facets=("named",)) -> Matches:
        """What is linked with these records, by a facet that holds such links."""
        values = {value_of(*entry) for entry in entries}
        numbers = [
            number
            for facet in facets
            for value in values
            if (number := self.view.numbers.get((facet, value)))
        ]
        return self._flat(np.flatnonzero(self.view.having(numbers) & self.view.alive))

    # ── phrases ──

    def _phrase(self, words: tuple[str, ...], field: bytes, marks: bool) -> Matches | None:
        own = [keys(word) for word in words]
        asked = [(at, [field + key.encode() for key in ks]) for at, ks in enumerate(own) if ks]
        if not asked:
            return None
        for word_keys in own if marks else ():
            self.wanted.update(word_keys)
        if (words, field) not in self._phrases:
            self._phrases[words, field] = self._stands(words, asked)
        found, unknown = self._phrases[words, field]
        self.unknown += unknown
        return found

    def _stands(self, words: tuple[str, ...], asked) -> tuple[Matches, list[str]]:
        """Where the words stand one after the other, and those of them that stand nowhere."""
        parts = [any_of([self._weighed(term) for term in terms], best=True) for _at, terms in asked]
        unknown = [words[at] for (at, _), part in zip(asked, parts, strict=True) if not len(part)]
        found = all_of(parts)
        if len(asked) > 1 and len(found):
            found = found.among(self._in_line(asked, found.rows))
        return found, unknown

    def _in_line(self, asked, rows: np.ndarray) -> np.ndarray:
        """In which of these rows the words stand one after the other."""
        terms = sorted({term for _at, terms in asked for term in terms})
        places: dict[bytes, list[np.ndarray]] = {term: [] for term in terms}
        for term, entries, packed in self._rows("entries, places", terms):
            entries = unpack_entries(entries) - self.view.first
            counts, here = unpack_places(packed, len(entries))
            keep = inside(entries, rows)
            stands = here[np.repeat(keep, counts)].astype(np.int64)
            places[term].append((np.repeat(entries[keep], counts[keep]) << 20) | stands)
        for term in terms:
            for row, _weight, here in self.view.recent.of(term):
                places[term].append((row << 20) | here.astype(np.int64))
        line = None
        for at, alternatives in asked:
            here = [part for term in alternatives for part in places[term]]
            here = distinct(here) - at
            line = here if line is None else _in_both(line, here)
        return inside(rows, distinct([line >> 20]))


def _in_both(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    few, many = sorted((some, others), key=len)
    return few[inside(few, many)]


class _OtherSpelling(Phrase):
    """A name under which the same is known."""


class _Either(Or):
    """Other ways to say the same: the best of them counts."""


class _Linked:
    """What is linked with these records."""

    __match_args__ = ("entries",)

    def __init__(self, entries: frozenset):
        self.entries = entries


def _plain(text: str) -> str:
    return " ".join(map(fold, WORD.findall(text)))


def _terms(node, field: bytes = b"w") -> set[bytes]:
    """The terms of a tree that are looked up as they are, so that one query can fetch them."""
    match node:
        case Word(text):
            return {field + key.encode() for key in keys(text)}
        case Phrase(words):
            return {field + key.encode() for word in words for key in keys(word)}
        case Prefix(text):
            return {field + key.encode() for key in (*keys(text), *beginnings(fold(text)))}
        case Field(name, inner):
            letters = [TEXT_FIELDS[name]] if name in TEXT_FIELDS else _CALLED
            return set().union(*(_terms(inner, letter) for letter in letters))
        case Not(part):
            return _terms(part, field)
        case And(parts) | Or(parts):
            return set().union(*(_terms(part, field) for part in parts))
    return set()


def _select(sql: str, parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [tuple(bytes(one) for one in row) for row in cursor.fetchall()]
