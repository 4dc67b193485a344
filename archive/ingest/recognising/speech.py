"""Who speaks in a sentence: a name beside a verb by which something is said or done."""

import re
from functools import lru_cache
from typing import NamedTuple

from archive.models.claims import ClaimKind
from archive.search.analyser import WORD, fold

from . import lexicon
from .sentences import Sentence

_BEFORE_A_NAME = """
    of with by against to from for in on at between about over near under into toward
    towards into across via than as within с со из от к ко против между о об для по на в во
    у при под над за через около հետ դեմ մասին համար մեջ
"""
_PREPOSITIONS = frozenset(_BEFORE_A_NAME.split())
_JOINING = frozenset(["and", "or", "и", "или", "և", "եւ", "və"])
_OF = frozenset(["of", "from", "at", "из", "от"])
_TIME = frozenset(
    ["on", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
)
_PASSIVE = frozenset(["was", "were", "been", "be", "being", "is", "are"])
_SUBORDINATE = frozenset(
    ["that", "which", "who", "whom", "что", "который", "которая", "которые", "чтобы", "որ", "ki"]
)
_APPOSITION = re.compile(r"(?:^\s*,[^,;“”«»\"]*,)|(?:^\s*\([^)]*\))")
_BREAK = re.compile(r"[;:“”«»\"()\[\]–—]")
_QUOTE_BEFORE = re.compile(r"[,”\"»’!?…–—-]\s*$")
_MOST_BETWEEN = 4
_CALL, _ON = frozenset(["call", "calls", "called"]), frozenset(["on", "upon", "for"])
_IN = frozenset(("in", "в", "во"))
_THEY = frozenset(("they",))


class Verb(NamedTuple):
    """kind: a `ClaimKind`; empty where something is done, not said."""

    start: int
    end: int
    kind: str


@lru_cache(maxsize=64)
def verbs(sentence: Sentence) -> tuple[Verb, ...]:
    """The verbs of a sentence, in its order, that somebody can be the subject of."""
    found = []
    for match in lexicon.verbs().written_in(sentence.said):
        kinds = sorted(term.key for term in match.entries if term.kind == "verb")
        word = fold(sentence.words[match.start])
        before = fold(sentence.words[match.start - 1]) if match.start else ""
        is_passive = before in _PASSIVE and word.endswith(("ed", "en"))
        is_participle = word.isascii() and word.endswith("ing") and before not in _PASSIVE
        if is_passive or is_participle:
            continue
        kind = kinds[0] if kinds else ""
        if word in _CALL and fold(" ".join(sentence.words[match.end : match.end + 1])) in _ON:
            kind = ClaimKind.CALLS_FOR_ACTION
        found.append(Verb(match.start, match.end, kind))
    return tuple(found)


def verb_after(
    sentence: Sentence, start: int, end: int, names: set[int], covered: set[int]
) -> Verb | None:
    """The verb of which the words from `start` to `end` are the subject, before it.

    names: places of words that are names, over which “A, B and C” is read. covered: those, and
    places of words that say what somebody is.
    """
    if is_led(sentence, start, names):
        return None
    spoken = verbs(sentence)
    if is_verb_last(sentence):
        is_first = all(place in covered for place in range(start))
        return spoken[-1] if spoken and spoken[-1].start >= end and is_first else None
    for verb in spoken:
        if verb.start >= end and _leads_to(sentence, end, verb.start, names):
            return verb
    return None


def is_led(sentence: Sentence, start: int, names: set[int]) -> bool:
    """Whether a preposition governs the name, or the names that it is one of."""
    place = start - 1
    while place >= 0 and (place in names or fold(sentence.words[place]) in _JOINING):
        place -= 1
    if place < 0 or "," in sentence.between(place, place + 1):
        return False
    word = fold(sentence.words[place])
    if word in ("the", "a") and place:
        word = fold(sentence.words[place - 1])
    return word in _PREPOSITIONS


def is_verb_last(sentence: Sentence) -> bool:
    """Whether the language of the sentence puts the verb at its end, as Azerbaijani does."""
    return sentence.language == "az"


def _leads_to(sentence: Sentence, end: int, verb: int, names: set[int]) -> bool:
    """Whether nothing between the subject and the verb parts them."""
    end = _past_body(sentence, end, names)
    gap = sentence.between(end - 1, verb)
    if gap.startswith(("-", "‑", "–")):
        return False
    if apposition := _APPOSITION.match(gap):
        words = WORD.findall(gap[apposition.end() :])
        gap = gap[apposition.end() :]
    else:
        words = [sentence.words[place] for place in range(end, verb) if place not in names]
        if any(place in names for place in range(end, verb)):
            gap = gap.replace(",", "")
            words = [word for word in words if fold(word) not in _JOINING]
    said = [fold(word) for word in words]
    if any(
        word in _SUBORDINATE or word in _JOINING or (word in _PREPOSITIONS and word not in _TIME)
        for word in said
    ):
        return False
    return len(words) <= _MOST_BETWEEN and not _BREAK.search(gap) and "," not in gap


def _past_body(sentence: Sentence, end: int, names: set[int]) -> int:
    """Where “of the Lantern Society” after a name ends; `end` where nothing like it follows."""
    words = [fold(word) for word in sentence.words[end : end + 2]]
    if not words or words[0] not in _OF:
        return end
    here = end + 1 + (words[1:] == ["the"])
    if here not in names:
        return end
    while here in names:
        here += 1
    return here


def verb_before(sentence: Sentence, start: int, covered: set[int]) -> Verb | None:
    """The verb that the subject follows: “…”, said N; «заявил N». covered: places of words that
    belong to names, posts and offices, which may stand between."""
    for verb in reversed(verbs(sentence)):
        if verb.end > start or not verb.kind:
            continue
        gap = sentence.between(verb.end - 1, start)
        between = range(verb.end, start)
        titles = lexicon.TITLE_WORDS
        free = [
            place
            for place in between
            if place not in covered
            and fold(sentence.words[place]) not in titles
            and fold(sentence.words[place]) not in ("the", "a", "of", "s")
        ]
        if free or len(between) > 8 or _BREAK.search(gap) or "," in gap:
            return None
        is_free = not fold(sentence.words[verb.start])[0].isascii()
        lead = sentence.between(verb.start - 1, verb.start)
        return verb if is_free or _QUOTE_BEFORE.search(lead) else None
    return None


def metonymy(sentence: Sentence, start: int, end: int) -> Verb | None:
    """“In Baku, they announced”, «В Баку заявили»: the verb by which a capital stands for those who
    speak there."""
    if not start or fold(sentence.words[start - 1]) not in _IN:
        return None
    for verb in verbs(sentence):
        if verb.start < end or not verb.kind:
            continue
        between = [fold(word) for word in sentence.words[end : verb.start]]
        word = fold(sentence.words[verb.start])
        is_many = word.endswith(("ли", "ют", "ят")) or (between and set(between) <= _THEY)
        return verb if is_many and set(between) <= _THEY else None
    return None


def saying_of(sentence: Sentence, start: int, end: int) -> bool:
    """Whether what somebody said stands beside his name: “Yerevan’s claims”, «заявление Еревана»."""
    said = lexicon.sayings().written_in(sentence.said)
    if sentence.language == "ru":
        return any(match.end == start for match in said)
    last = sentence.words[end - 1]
    if not re.search(r"[’'ʼ`]s?$|ի$|in$|ın$|un$|ün$", last):
        return False
    return any(match.start == end for match in said)


_ACCORDING = re.compile(
    r"(?:\baccording to|по (?:словам|данным|информации|сообщению|мнению|версии|заявлению))(?:\s+the)?\s*[«“\"]?$",
    re.IGNORECASE,
)
_ACCORDING_AFTER = re.compile(
    r"^\W*(?:\w+\s+)?(?:խոսքով|խոսքերով|համաձայն|հաղորդմամբ|տվյալներով|görə|sözlərinə görə)\b"
)


def is_source(sentence: Sentence, start: int, end: int) -> bool:
    """“according to N”, «по словам N»."""
    first, last = sentence.spans[start][0], sentence.spans[end - 1][1]
    before, after = sentence.text[:first], sentence.text[last:]
    return bool(_ACCORDING.search(before) or _ACCORDING_AFTER.search(after))
