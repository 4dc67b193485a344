"""Whether what we write is attributed, and as open in one language as in the other.

Words are looked at, not meaning: what is found is shown to a person, who mends it or says that it
is right as it is.
"""

from typing import NamedTuple

from .lexicon import Lexicon, Word, lexicon, sentences, words

# How many words may stand between somebody who speaks and the verb, at most.
REACH = 6


class Accusation(NamedTuple):
    """A sentence that accuses a side or a named person, and does not say who says so."""

    sentence: str
    words: list[str]


class Hedge(NamedTuple):
    """language: the one in which the words leave open whether it was so; in `other` none do."""

    language: str
    other: str
    words: list[str]


def accusations(text: str, language: str, names: frozenset[str] = frozenset()) -> list[Accusation]:
    """names: words of names of people, as they stand in the text."""
    lists = lexicon(language)
    if lists is None:
        return []
    found = []
    for sentence in sentences(text):
        said = words(sentence)
        accusing = _accusing(lists, said)
        if accusing and _concerns_somebody(lists, said, names) and not _leaves_open(lists, said):
            found.append(Accusation(sentence, accusing))
    return found


def hedge_in_one_language(texts: dict[str, str]) -> list[Hedge]:
    """texts: language → the same text in it, of two languages or more."""
    written = {language: text for language, text in texts.items() if text and lexicon(language)}
    found = []
    for language, text in written.items():
        hedges = _hedges(text, language)
        for other, its_text in written.items():
            if hedges and other != language and not _leaves_open(lexicon(other), words(its_text)):
                found.append(Hedge(language, other, hedges))
    return found


def describes_violence(text: str, language: str) -> list[str]:
    lists = lexicon(language)
    said = words(text)
    return _written(said, lists.violence.found_in(said)) if lists else []


def _accusing(lists: Lexicon, said: list[Word]) -> list[str]:
    harmless = {at for start, end in lists.harmless.found_in(said) for at in range(start, end)}
    found = lists.accusations.found_in(said)
    return _written(said, [(start, end) for start, end in found if start not in harmless])


def _concerns_somebody(lists: Lexicon, said: list[Word], names: frozenset[str]) -> bool:
    return bool(lists.sides.found_in(said)) or any(word.text in names for word in said)


def _hedges(text: str, language: str) -> list[str]:
    said = words(text)
    return _written(said, lexicon(language).hedges.found_in(said))


def _leaves_open(lists: Lexicon, said: list[Word]) -> bool:
    """Whether it says whose words these are, or that it may not have been so."""
    found = lists.attributions.found_in(said) or lists.hedges.found_in(said)
    return bool(found) or _has_a_voice(lists, said)


def _has_a_voice(lists: Lexicon, said: list[Word]) -> bool:
    voices = [end for _start, end in lists.voices.found_in(said)]
    verbs = [start for start, _end in lists.utterances.found_in(said)]
    return any(0 <= verb - voice < REACH for voice in voices for verb in verbs)


def _written(said: list[Word], spans: list[tuple[int, int]]) -> list[str]:
    found = (" ".join(word.text for word in said[start:end]) for start, end in spans)
    return list(dict.fromkeys(found))
