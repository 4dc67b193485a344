"""Names of people in a text who are nobody in the archive: private ones are not to be named.

Names are guessed from how words are written and, in Russian, from what the dictionary says of
them. What the archive has published under a name (people in office, organisations, places, titles
of cases) is no finding. Too much is shown rather than too little: a person decides.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from archive.models import Person
from archive.search import current
from archive.search.analyser import is_ordinary, likely_a_person
from archive.search.records import KINDS

from .given_names import is_given_name
from .lexicon import Word, lexicon, sentences, words

# How surnames of the region end in Latin letters: one such word is a name by itself.
_SURNAME = re.compile(r"[^\W\d_]{2,}(?:[iy]an|[iy]ants|ov|ev|yev|ova|eva|zad[eə]|o[gğ]lu|[lL]i)$")
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_TITLE = re.compile(
    r"\b(?:(?:Mrs?|Ms|Dr|Prof)\.?|Miss|[Гг]-(?:н\w{0,2}|ж\w{1,2})|[Гг]осподин\w{0,2}|[Гг]оспод[аеу]?|[Гг]осподами|[Гг]оспож\w{1,2})\s+$"
)
_JOINS = re.compile(r"[.\s\-–]{1,3}")
_INITIAL = re.compile(r"[^\W\d_]$")
_SURE = 0.3  # how likely the dictionary has to hold a word to be a name
_MOST_WORDS = 4  # of a name
_MOST_PEOPLE = 200  # of those who share one


class Mentioned(NamedTuple):
    """unknown: names as they are written that match nobody; words: the words of all names."""

    unknown: list[str]
    words: frozenset[str]


def mentioned(text: str, language: str) -> Mentioned:
    """The people whom a text names, each once, in the order of the text."""
    unknown, of_names = [], set()
    for sentence in sentences(text):
        said = words(sentence)
        known, people = _known(said, language)
        of_names |= {said[at].text for at in people}
        for run in _runs(sentence, said):
            if name := _unknown_name(sentence, said, run, known | people):
                unknown.append(name)
                of_names |= {said[at].text for at in run}
    return Mentioned(list(dict.fromkeys(unknown)), frozenset(of_names))


def _runs(sentence: str, said: list[Word]) -> Iterator[list[int]]:
    """Words with capital letters that stand together."""
    run: list[int] = []
    for at, word in enumerate(said):
        is_capital = _is_written_as_name(word)
        if run and not (is_capital and _JOINS.fullmatch(sentence, said[at - 1].end, word.start)):
            yield run
            run = []
        if is_capital:
            run.append(at)
    if run:
        yield run


def _unknown_name(sentence: str, said: list[Word], run: list[int], known: set[int]) -> str:
    """What is written there, if a person whom nobody knows may be called so; else ""."""
    telling = [said[at] for at in run if at not in known]
    if len(run) > _MOST_WORDS:
        return ""
    is_addressed = any(_TITLE.search(sentence, 0, word.start) for word in telling)
    if is_addressed or (telling and _is_person(telling, len(run))):
        return sentence[said[run[0]].start : said[run[-1]].end]
    return ""


def _is_written_as_name(word: Word) -> bool:
    return word.text[0].isupper() and not (len(word.text) > 3 and word.text.isupper())


def _is_person(telling: list[Word], length: int) -> bool:
    likely = [word for word in telling if not is_ordinary(word.text)]
    if 2 <= length <= _MOST_WORDS and any(is_given_name(word.text) for word in telling):
        return True
    if any(_CYRILLIC.search(word.text) for word in likely):
        return any(likely_a_person(word.text) >= _SURE for word in likely)
    long = [word for word in likely if not _INITIAL.match(word.text)]
    return any(_SURNAME.search(word.text) or is_given_name(word.text) for word in long) or (
        len(long) >= 2 and length <= 3
    )


def _known(said: list[Word], language: str) -> tuple[set[int], set[int]]:
    """Which words write out a name that the archive has published or are the sides', and which
    are a name or surname of somebody published."""
    names = current().names
    spans = [(one.start, one.end) for one in names.written_in([word.text for word in said])]
    if lists := lexicon(language):
        spans += lists.sides.found_in(said)
    return (
        {at for start, end in spans for at in range(start, end)},
        {at for at, word in enumerate(said) if _is_of_a_person(word, names)},
    )


def _is_of_a_person(word: Word, names) -> bool:
    """Whether somebody whom the archive has published bears this name or surname."""
    return _is_written_as_name(word) and any(
        KINDS[kind] is Person and any(word.keys & one.keys for one in words(spelling))
        for key in word.keys
        for (kind, _record), spelling in names.starting_with(key, _MOST_PEOPLE)
    )
