"""The authority file held in the process: every spelling of every name, and who is called so."""

import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from threading import RLock
from typing import NamedTuple

from .analyser import WORD, fold, is_ordinary, keys
from .sounds import beginning, sounds

_MOST_LOOKED_AT = 200  # of the spellings that begin with one letter
_MANY_AT_ONCE = 1000  # more new ones than this are quicker sorted in than put in one by one
_MOST_WORDS_OF_A_NAME = 3  # what has more is a title, capital letters or not
_NUMBER = re.compile(r"\b\d.*")
_CYRILLIC, _LATIN = re.compile("[а-я]"), re.compile("[a-z]")


class Found(NamedTuple):
    """A whole spelling that the words from `start` to `end` (not included) write out."""

    start: int
    end: int
    entries: frozenset


@dataclass(frozen=True, eq=False, slots=True)
class _Spelling:
    """One spelling of one entry; its words by their keys, without those too common to have any."""

    text: str
    entry: Hashable
    keys: tuple[frozenset[str], ...]
    proper: bool

    def begins(self) -> Iterator[tuple[str, ...]]:
        """What it is looked for by: the keys of its first word, or of its first two."""
        return product(*self.keys[:2])


class Names:
    """Spellings of organisations, people, places and cases, by entry; any hashable is an entry.

    Everything is answered from memory. Safe for use by several threads.
    """

    def __init__(self):
        self._lock = RLock()
        self._of: dict[Hashable, tuple[_Spelling, ...]] = {}
        self._begun = defaultdict(set)  # what a spelling begins with → spellings
        self._heard = defaultdict(Counter)  # sound → words of proper names, by how many have them
        self._proper = Counter()  # keys of the words of proper names
        self._whole = _Sorted()  # (folded spelling, its length, number, spelling)
        self._later = _Sorted()  # the same from a later word on
        self._sound = _Sorted()  # (sound of a word, …)

    def put(self, entry: Hashable, spellings: Sequence[str], *, proper: bool) -> None:
        """Sets the spellings of an entry in place of those it had; none removes it.

        proper: its words are proper names, so that single words of them may be met by sound.
        """
        with self._lock:
            for spelling in self._of.pop(entry, ()):
                self._change(spelling, add=False)
            new = [_spelling(entry, text, proper) for text in dict.fromkeys(spellings)]
            if kept := tuple(spelling for spelling in new if spelling.keys):
                self._of[entry] = kept
            for spelling in kept:
                self._change(spelling, add=True)

    def spellings(self, entry: Hashable) -> tuple[str, ...]:
        """As they were put; none for an unknown entry."""
        with self._lock:
            return tuple(spelling.text for spelling in self._of.get(entry, ()))

    def written_in(self, words: Sequence[str]) -> list[Found]:
        """The spellings written out in the words of a query, inflected or not, in any script.

        Longest first where two overlap; returned in their order, never overlapping.
        """
        with self._lock:
            spans = defaultdict(set)
            for start, end, spelling in self._matches(words):
                spans[start, end].add(spelling.entry)
        found, taken = [], set()
        for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span)):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                found.append(Found(start, end, frozenset(spans[start, end])))
        return sorted(found)

    def called(self, text: str) -> frozenset:
        """The entries of which a whole name or number is the text."""
        words = [word for word in WORD.findall(text) if keys(word)]
        with self._lock:
            return frozenset(
                spelling.entry
                for start, end, spelling in self._matches(words)
                if end - start == len(words)
            )

    def alike(self, word: str) -> frozenset[str]:
        """The words of proper names, in every script, that this one sounds like, without itself.

        An ordinary word of the language that is no word of a name sounds like none.
        """
        own = keys(word)
        with self._lock:
            if not own or (self._proper.keys().isdisjoint(own) and is_ordinary(word)):
                return frozenset()
            names = {name for sound in heard(word) for name in self._heard.get(sound, ())}
        return frozenset(name for name in names if set(own).isdisjoint(keys(name)))

    def starting_with(self, text: str, limit: int) -> list[tuple[Hashable, str]]:
        """Entries, each with its spelling of which a word starts with the text, best first.

        The beginning of a spelling goes before that of a later word, a short one before a long.
        Where nothing is written so, the words of proper names that begin by sounding so.
        """
        typed = _typed(text)
        if not typed:
            return []
        with self._lock:
            found = self._written(typed, limit)
            if not found and (number := _NUMBER.search(typed)):  # “application no. 35746/1”
                found = self._written(number.group(), limit)
            if not found:
                heard_so = sounds(" ".join(WORD.findall(text)))  # not folded: ş sounds unlike s
                beginnings = set(map(beginning, heard_so))
                found = [s for one in beginnings for s in self._sound.beginning_with(one)]
        best = {}
        for spelling in found:
            best.setdefault(spelling.entry, spelling.text)
        return list(best.items())[:limit]

    def _written(self, typed: str, limit: int) -> list[_Spelling]:
        found = self._whole.beginning_with(typed)
        return found if len(found) >= limit else found + self._later.beginning_with(typed)

    def _matches(self, words: Sequence[str]) -> Iterator[tuple[int, int, _Spelling]]:
        """Every spelling the words write out: where it starts, where it ends, which it is."""
        telling = [
            (place, frozenset(own)) for place, word in enumerate(words) if (own := keys(word))
        ]
        for first, (start, own) in enumerate(telling):
            following = telling[first + 1][1] if first + 1 < len(telling) else ()
            begins = [*product(own), *product(own, following)]
            for spelling in {s for begin in begins for s in self._begun.get(begin, ())}:
                span = telling[first : first + len(spelling.keys)]
                if len(span) == len(spelling.keys) and not any(
                    wanted.isdisjoint(here)
                    for wanted, (_, here) in zip(spelling.keys, span, strict=True)
                ):
                    yield start, span[-1][0] + 1, spelling

    def _change(self, spelling: _Spelling, *, add: bool) -> None:
        """Takes a spelling into every index, or out of it."""
        for begin in spelling.begins():
            if add:
                self._begun[begin].add(spelling)
            else:
                _take(self._begun, begin, spelling)
        words = WORD.findall(spelling.text)
        folded = [fold(word) for word in words]
        for place in range(len(words)):
            index = self._later if place else self._whole
            index.change(" ".join(folded[place:]), spelling, add=add)
        if spelling.proper:
            for word in _telling(words):
                self._change_word(word, spelling, 1 if add else -1)

    def _change_word(self, word: str, spelling: _Spelling, step: int) -> None:
        _count(self._proper, keys(word), step)
        for sound in sounds(word):
            _count(self._heard[sound], [word], step)
            if not self._heard[sound]:
                del self._heard[sound]
            self._sound.change(sound, spelling, add=step > 0)


class _Sorted:
    """Spellings sorted by a text, so that those beginning with another text stand together."""

    def __init__(self):
        self._rows: list[tuple[str, int, str, int]] = []
        self._new: list[tuple[str, int, str, int]] = []
        self._spellings: dict[int, _Spelling] = {}

    def change(self, text: str, spelling: _Spelling, *, add: bool) -> None:
        row = (text, len(spelling.text), spelling.text, id(spelling))
        if add:
            self._new.append(row)
            self._spellings[id(spelling)] = spelling
        else:
            self._settle()
            del self._rows[bisect_left(self._rows, row)]
            self._spellings.pop(id(spelling), None)

    def beginning_with(self, text: str) -> list[_Spelling]:
        """At most `_MOST_LOOKED_AT`, short ones first."""
        self._settle()
        start = bisect_left(self._rows, (text,))
        end = bisect_left(self._rows, (text + "\U0010ffff",), start)
        rows = self._rows[start : min(end, start + _MOST_LOOKED_AT)]
        return [self._spellings[row[3]] for row in sorted(rows, key=lambda row: row[1:])]

    def _settle(self) -> None:
        if len(self._new) < _MANY_AT_ONCE:
            for row in self._new:
                insort(self._rows, row)
        else:
            self._rows = sorted(self._rows + self._new)
        self._new = []


def _spelling(entry: Hashable, text: str, proper: bool) -> _Spelling:
    telling = [frozenset(own) for word in WORD.findall(text) if (own := keys(word))]
    return _Spelling(text, entry, tuple(telling), proper)


def _typed(text: str) -> str:
    return " ".join(fold(word) for word in WORD.findall(text))


def _telling(words: list[str]) -> list[str]:
    """The words of a name that name: not “corridor”, nor the “Case” of a title; but “Price” in “Ned Price”."""
    if len(words) == 1:
        return words
    is_title = len(words) > _MOST_WORDS_OF_A_NAME
    return [word for word in words if word[0].isupper() and not (is_title and is_ordinary(word))]


_ARMENIAN_CASE = re.compile("(?<=...)(?:ի|ին|ից|ով|ում|ը)$")


@lru_cache(maxsize=2**14)
def heard(word: str) -> frozenset[str]:
    """The sounds of a typed word as it stands and without an ending, which is no part of a name."""
    own, plain = keys(word), fold(word)
    if _CYRILLIC.match(plain):
        stems = set(own[:1])
    elif _LATIN.match(plain):
        stems = {word[: len(key)] for key in own if plain.startswith(key)}
    else:
        stems = {_ARMENIAN_CASE.sub("", plain)}
    return frozenset(sound for stem in {word, *stems} for sound in sounds(stem))


def _take(index: dict[tuple[str, ...], set], key: tuple[str, ...], value: _Spelling) -> None:
    index[key].discard(value)
    if not index[key]:
        del index[key]


def _count(counter: Counter, words: Sequence[str], step: int) -> None:
    for word in words:
        counter[word] += step
        if not counter[word]:
            del counter[word]
