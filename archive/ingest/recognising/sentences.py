"""A text as sentences of words, each with its paragraph."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from archive.search.analyser import WORD

from .lexicon import INVITATIONS, as_azerbaijani

_ENDS = re.compile(r"[.!?…]+[”’\"»)\]]*\s+(?=[“‘\"«(\[]*[^\W\d_a-zа-яёա-ֆ])|[։]\s*|\n+")
_NOT_AN_END = re.compile(
    r"(?:\b(?:v|vs|no|nos|mr|mrs|ms|dr|st|gen|col|lt|u\.s|prof|art|para|г|гг|им|ст|п|т\.е|руб|тыс|млн|д-р|ул)"
    r"|(?<!\w)[^\W\d_])\.\s+$",
    re.IGNORECASE,
)
_MANY_CAPITALS = 0.7


class Sentence(NamedTuple):
    """words: as written. spans: where in the text each begins and ends. said: the words as the
    analyser is to see them. language: of the text, ISO 639."""

    paragraph: int
    language: str
    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    said: tuple[str, ...]

    def between(self, left: int, right: int) -> str:
        """What stands between word `left` and word `right`, neither included."""
        start = self.spans[left][1] if left >= 0 else 0
        end = self.spans[right][0] if right < len(self.spans) else len(self.text)
        return self.text[start:end]

    def written(self, start: int, end: int) -> str:
        """The words from `start` up to `end`, as they stand in the text."""
        return self.text[self.spans[start][0] : self.spans[end - 1][1]]

    @property
    def is_headline(self) -> bool:
        """Whether nearly every word has a capital letter, so that capitals say nothing."""
        long = [word for word in self.words if len(word) > 3]
        capitals = sum(word[0].isupper() for word in long)
        return len(long) > 3 and capitals > _MANY_CAPITALS * len(long)

    @property
    def is_shouted(self) -> bool:
        letters = [c for c in self.text if c.isalpha()]
        return len(letters) > 20 and sum(map(str.isupper, letters)) > _MANY_CAPITALS * len(letters)


def sentences(paragraphs: list[str], language: str) -> Iterator[Sentence]:
    """The sentences of all paragraphs (numbered from 1) but those that lead readers elsewhere."""
    for number, paragraph in enumerate(paragraphs, start=1):
        if INVITATIONS.search(paragraph):
            continue
        for text in split(paragraph):
            found = list(WORD.finditer(text))
            words = tuple(match[0] for match in found)
            said = tuple(map(as_azerbaijani, words)) if language == "az" else words
            if words:
                yield Sentence(number, language, text, words, tuple(m.span() for m in found), said)


def split(text: str) -> Iterator[str]:
    """The sentences of a text, without the spaces around them."""
    start = 0
    for end in _ENDS.finditer(text):
        if not _NOT_AN_END.search(text, start, end.end()):
            yield text[start : end.end()].strip()
            start = end.end()
    if rest := text[start:].strip():
        yield rest
