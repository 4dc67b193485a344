"""The stretch of a text in which a query is found, with the words that are hit.

Texts are long and a page shows many: only words that begin like something wanted are analysed.
"""

import re
import sys
import unicodedata
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .analyser import WORD, fold, keys


class Piece(NamedTuple):
    """A piece of original text; is_hit: it is to be marked."""

    text: str
    is_hit: bool


@dataclass(frozen=True)
class Wanted:
    """What to mark: words that have one of the keys, and words that begin so (folded)."""

    keys: frozenset[str]
    prefixes: tuple[str, ...] = ()


_Hit = tuple[int, int, str]  # start, end, the key or prefix that the word has


def marked(text: str, wanted: Wanted) -> list[Piece]:
    """The whole of a short text."""
    return _pieces(text, wanted, 0, len(text))


def snippet(text: str, wanted: Wanted, length: int = 240) -> list[Piece]:
    """At most about `length` characters around the hits that stand closest together.

    Cut at words, if possible where a sentence begins, with … for what is left out. Empty when
    nothing is hit.
    """
    best = _densest(_hits(text, wanted), length)
    if not best:
        return []
    start, end = _stretch(text, *best, length)
    before = [Piece("… ", False)] if text[:start].strip() else []
    after = [Piece(" …", False)] if text[end:].strip() else []
    return [*before, *_pieces(text, wanted, start, end), *after]


# Words that begin otherwise than their base form does.
_OTHERWISE = {
    "человек": "лю",
    "ребенок": "де",
    "год": "ле",
    "идти": "ш",
    "хороший": "лу",
    "плохой": "ху",
    "go": "we",
    "good": "be",
    "bad": "wo",
    "well": "be",
    "eat": "at",
    "seek": "so",
    "teach": "ta",
}


def _variants() -> dict[str, str]:
    """Letters of our alphabets that are folded to a letter, by that letter without its marks."""
    letters = defaultdict(str)
    for code in (*range(0x30, 0x2B0), *range(0x370, 0x590), *range(0x1E00, 0x2000)):
        if WORD.match(chr(code)):
            letters[unicodedata.normalize("NFD", fold(chr(code)))[0]] += chr(code)
    return letters


_VARIANTS = _variants()


class _Finder:
    """What finds the words of one query in text after text, and remembers those it has met."""

    _MOST_KNOWN = 500  # words

    def __init__(self, wanted: Wanted):
        self.wanted, self.candidates = wanted, _candidates(wanted)
        self._known: dict[str, str | None] = {}

    def met(self, word: str) -> str | None:
        """The key or prefix that the word has."""
        known = self._known
        if word not in known:
            if len(known) >= self._MOST_KNOWN:
                known = self._known = {}
            known[word] = _met(word, self.wanted)
        return known[word]


_finder = lru_cache(maxsize=64)(_Finder)


def _candidates(wanted: Wanted) -> re.Pattern[str] | None:
    """Finds the beginnings of words that may be wanted; None when nothing is.

    What it finds is a superset: й as и, signs between the letters. The first letter stands alone
    in front, because that is what `re` looks for fast.
    """
    rests = defaultdict(set)
    for key in filter(None, wanted.keys):
        rests[_class(key[0])] |= _rests(key)
        if beginning := _OTHERWISE.get(key):
            rests[_class(beginning[0])].add(_then(beginning[1:]))
    for prefix in filter(WORD.match, wanted.prefixes):
        rests[_class(prefix[0])].add(_then(prefix[1:2]))
    if not rests:
        return None
    branches = (
        rf"(?<=[{first}])" + ("" if "" in found else f"(?:{'|'.join(sorted(found))})")
        for first, found in rests.items()
    )
    return re.compile(rf"[{''.join(rests)}](?<![^\W_].)(?:{'|'.join(branches)})", re.DOTALL)


def _rests(key: str) -> set[str]:
    """What may follow the first letter, in any form of the word.

    In short words a vowel may change or fall out: «день» and «дня», “foot” and “feet”.
    """
    if len(key) > 5 or key.isdecimal():
        return {_then("" if key.startswith("եւ") else key[1:2])}
    consonant = key[1:].lstrip(_VOWELS)[:1]
    if key[0] in _VOWELS or not consonant:
        return {""}
    return {_then(key[1]), rf"[{_ANY_VOWEL}]{{0,2}}[{_class(consonant)}]"}


def _then(letter: str) -> str:
    return rf"[^\w\s]{{0,3}}[{_class(letter)}]" if letter else ""


def _class(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return "".join(map(re.escape, _VARIANTS.get(base, letter)))


_VOWELS = "aeiouyаеиоуыэюяйьъաեէըիոօւ"
_ANY_VOWEL = "".join(map(_class, _VOWELS))


def _hits(text: str, wanted: Wanted, start: int = 0, end: int = sys.maxsize) -> Iterator[_Hit]:
    """The words that are wanted and begin between start and end, in the order of the text."""
    finder = _finder(wanted)
    found = finder.candidates.finditer(text, start, end) if finder.candidates else ()
    for candidate in found:
        start = candidate.start()
        word = WORD.match(text, start)[0]
        met = finder.met(word)
        if met is not None and (text[start - 1] in " \n" or not _is_inside_a_word(text, start)):
            yield start, start + len(word), met


def _met(word: str, wanted: Wanted) -> str | None:
    forms = keys(word)
    for form in forms:
        if form in wanted.keys:
            return form
    if wanted.prefixes:
        for form in (fold(word), *forms):
            if form.startswith(wanted.prefixes):
                return next(prefix for prefix in wanted.prefixes if form.startswith(prefix))
    return None


_JOINED_ON = re.compile(r"[^\W_][^\w\s]+\Z")


def _is_inside_a_word(text: str, start: int) -> bool:
    """After a soft hyphen or an apostrophe, as in d’Ivoire."""
    before = _JOINED_ON.search(text, max(0, start - 8), start)
    return bool(before and WORD.fullmatch(text, before.start(), start + 1))


def _densest(hits: Iterable[_Hit], length: int) -> tuple[int, int] | None:
    """Where the best hits within a length begin and end.

    The best are the most different ones, among these the most, among these the earliest. Only
    those within the length are held, since a long text may have thousands.
    """
    best, most = None, (0, 0)
    within, counts, different = deque(), defaultdict(int), 0
    for hit in hits:
        _start, end, met = hit
        within.append(hit)
        different += not counts[met]
        counts[met] += 1
        while len(within) > 1 and end - within[0][0] > length:
            gone = within.popleft()[2]
            counts[gone] -= 1
            different -= not counts[gone]
        if (different, len(within)) > most:
            best, most = (within[0][0], end), (different, len(within))
    return best


_SENTENCE_BEGINS = re.compile(r"(?:[.!?…։][»”’\")]*\s+|\n\s*)(?=\S)")
_SENTENCE_ENDS = re.compile(r"[.!?…։][»”’\")]*(?=\s)")
_SPACE = re.compile(r"\s+")


def _stretch(text: str, first: int, last: int, length: int) -> tuple[int, int]:
    """Where to cut, with what lies from `first` to `last` inside; about `length` long."""
    room = max(0, length - (last - first))
    start = _start(text, first, min(room, room // 2 + max(0, last + room // 2 - len(text))))
    end = start + max(length, last - start)
    return start, len(text) if end >= len(text) else _end(text, last, start, end)


def _start(text: str, first: int, room: int) -> int:
    """Where a sentence begins, or else a word, in the room before the first hit."""
    if first <= room:
        return 0
    earliest = first - room - 1  # a space there is the end of what is left out
    space = _SENTENCE_BEGINS.search(text, earliest, first) or _SPACE.search(text, earliest, first)
    return space.end() if space else first


def _end(text: str, last: int, start: int, end: int) -> int:
    """Where a sentence ends in the last third, or else a word, after the last hit."""
    sentences = list(_SENTENCE_ENDS.finditer(text, max(last, end - (end - start) // 3), end))
    if sentences:
        return sentences[-1].end()
    while end > last and not text[end].isspace():
        end -= 1
    return end


_JOINTS = frozenset("/-‐‑–:.")


def _pieces(text: str, wanted: Wanted, start: int, end: int) -> list[Piece]:
    """The text from start to end, which cut no word; hits with only a sign between them, as 35746/11, are one."""
    pieces, here = [], start
    for begins, ends, _met in _hits(text, wanted, start, end):
        between = text[here:begins]
        if between in _JOINTS and pieces:
            pieces[-1] = Piece(pieces[-1].text + between + text[begins:ends], True)
        else:
            pieces += [Piece(between, False)] if between else []
            pieces.append(Piece(text[begins:ends], True))
        here = ends
    return [*pieces, Piece(text[here:end], False)] if here < end else pieces
