"""The lists of words in `words/`: what accuses, what attributes, what leaves open.

A word of a list finds every form of itself, as the search does.
"""

import re
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from archive.search.analyser import WORD, fold, keys

FOLDER = Path(__file__).parent / "words"

# A full stop, and what it is no full stop after.
_ENDS = re.compile(r"[.!?…]+[»”\"’)\]]*\s+(?=[«“\"(\[—–-]*\s*[^\W\d_a-zа-яё])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:v|vs|no|nos|art|para|paras|Mr|Mrs|Ms|Dr|St|Gen|Col|г|гг|ст|ул|им|т|д|п|с|см)"
    r"|\b[^\W\d_])\.\s+$"
)


class Word(NamedTuple):
    """A word of a text: as it is written, where, and by what it is known."""

    text: str
    start: int
    end: int
    keys: frozenset[str]


class Lexicon(NamedTuple):
    accusations: "Phrases"
    harmless: "Phrases"
    attributions: "Phrases"
    utterances: "Phrases"
    voices: "Phrases"
    hedges: "Phrases"
    violence: "Phrases"
    sides: "Phrases"


class Phrases:
    """Words and rows of words, found in a text in whatever form they stand there."""

    def __init__(self, phrases: list[str]):
        self._beginning_with = defaultdict(list)
        for phrase in phrases:
            row = [word.keys for word in words(phrase)]
            for key in row[0]:
                self._beginning_with[key].append(row)

    def found_in(self, text: list[Word]) -> list[tuple[int, int]]:
        """From which word to which (not included), longest first where several begin alike."""
        found = []
        for start, word in enumerate(text):
            rows = {
                len(row)
                for key in word.keys
                for row in self._beginning_with.get(key, ())
                if _reads(text[start : start + len(row)], row)
            }
            if rows:
                found.append((start, start + max(rows)))
        return found


def _reads(text: list[Word], row: list[frozenset[str]]) -> bool:
    return len(text) == len(row) and not any(
        word.keys.isdisjoint(wanted) for word, wanted in zip(text, row, strict=True)
    )


def words(text: str) -> list[Word]:
    return [
        Word(match[0], match.start(), match.end(), frozenset(keys(match[0])) or {fold(match[0])})
        for match in WORD.finditer(text)
    ]


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line is one at least."""
    found = []
    for line in text.splitlines():
        start = 0
        for end in _ENDS.finditer(line):
            if not _ABBREVIATED.search(line, start, end.end()):
                found.append(line[start : end.end()].strip())
                start = end.end()
        found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


@cache
def lexicon(language: str) -> Lexicon | None:
    """None for a language that has no lists yet."""
    path = FOLDER / f"{language}.toml"
    if not path.exists():
        return None
    lists = tomllib.loads(path.read_text("utf-8"))
    sides = [word for names in lists.pop("sides").values() for word in names]
    return Lexicon(sides=Phrases(sides), **{name: Phrases(row) for name, row in lists.items()})
