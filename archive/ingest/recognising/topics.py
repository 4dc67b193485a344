"""What a text is about beside names: what happened, when and to whom, held against the records."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import log

from archive.models import Incident, Status
from archive.search.analyser import WORD, fold, keys

from . import lexicon
from .dates import Named, dates
from .known import Known, Spelling
from .mentions import Read

_COUNTRY_OF_SIDE = {"armenian": "AM", "azerbaijani": "AZ"}
_WORD_WEIGHT = 0.25  # of a word of a title that is no concept
_WHOLE_TEXT = 0.5  # of what is said elsewhere in the text
_TELLS_NOTHING = frozenset(("investigation", "general", "whole", "целое"))
_ENOUGH = 2.0  # the weight of a title of which each word tells
_FEWEST = 50  # titles; fewer tell nothing about what is rare
_LONG = 400  # days; of what lasts longer a date says less
_SHORT = 62
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SUFFERED = ("captive", "civilian")


@dataclass(frozen=True)
class Said:
    """What a passage says. words: keys of its words."""

    concepts: frozenset[str]
    words: frozenset[str]
    dates: tuple[Named, ...]
    places: frozenset[int]
    victims: frozenset[str]

    @cached_property
    def violations(self) -> frozenset[str]:
        """The types of violations that are spoken of, by their addresses."""
        return frozenset(
            slug
            for slug, ways in lexicon.VIOLATIONS.items()
            if any(way <= self.concepts for way in ways)
        )


@dataclass(frozen=True)
class Event:
    """An incident of the archive, as far as it is recognised by."""

    pk: int
    concepts: frozenset[str]
    words: frozenset[str]
    first: object
    last: object
    places: frozenset[int]
    violations: frozenset[str]
    victims: str
    named: frozenset[int]  # the places that its title names
    is_dated: bool  # by its title


class Topics:
    """What the sentences and paragraphs of one text say. Two queries."""

    def __init__(self, known: Known, reads: list[Read]):
        self.known, self.reads = known, reads
        self.sentences = [_said(read) for read in reads]
        self.paragraphs: dict[int, Said] = {}
        by_paragraph = defaultdict(list)
        for read, said in zip(reads, self.sentences, strict=True):
            by_paragraph[read.sentence.paragraph].append(said)
        for number, parts in by_paragraph.items():
            self.paragraphs[number] = _together(parts)
        self.whole = _together(self.sentences)
        self.has_years = any(date.year for date in self.whole.dates)
        self.events = _events(known)
        self.cases = {pk: _title(known, case.titles[:1]) for pk, case in known.cases.items()}
        titles = [*self.cases.values()]
        titles += [(event.concepts, event.words) for event in self.events]
        self._count = max(_FEWEST, len(titles)) + 1
        self._having = defaultdict(int)
        for concepts, words in titles:
            for one in (*concepts, *words):
                self._having[one] += 1

    def of_sentence(self, place: int) -> Said:
        return self.sentences[place]

    def weight(self, one: str) -> float:
        """How much a concept or a word of a title tells: less, the more titles have it."""
        weight = log(1 + self._count / (1 + self._having[one]))
        return weight if one in lexicon.CONCEPTS else weight * _WORD_WEIGHT

    def telling(self, wanted: Iterable[str]) -> float:
        """How much it says at all that these are met: 0 for what most titles have, 1 for enough."""
        return min(1.0, sum(map(self.weight, set(wanted) - _TELLS_NOTHING)) / _ENOUGH)

    def share(self, wanted: Iterable[str], here: Said, *, whole: bool = True) -> float:
        """How much of what is wanted is said here, or less tellingly anywhere; 0 to 1."""
        wanted = [one for one in wanted if one not in _TELLS_NOTHING]
        own = here.concepts | here.words
        all_said = self.whole.concepts | self.whole.words if whole else frozenset()
        total = sum(map(self.weight, wanted))
        found = sum(
            self.weight(one) * (1 if one in own else _WHOLE_TEXT if one in all_said else 0)
            for one in wanted
        )
        return found / total if total else 0.0

    def share_of_case(self, pk: int, place: int) -> float:
        """How much of what a case is called after is said at a sentence and beside it."""
        concepts, words = self.cases[pk]
        around = _together(self.sentences[max(0, place - 1) : place + 2])
        return self.share({*concepts, *words}, around)


def _said(read: Read) -> Said:
    sentence = read.sentence
    taken = {
        word
        for mention in read.mentions
        if mention.target in ("organisation", "legalcase") and mention.end - mention.start > 1
        for word in mention.places
    }
    matches = [
        match
        for match in lexicon.concepts().written_in(sentence.said)
        if taken.isdisjoint(range(match.start, match.end))
    ]
    at = {match.start: {term.key for term in match.entries} for match in matches}
    found = frozenset(key for those in at.values() for key in those)
    words = frozenset(key for word in sentence.said for key in keys(word))
    places = frozenset(mention.pk for mention in read.of("place"))
    return Said(found, words, tuple(dates(sentence)), places, frozenset(_victims(read, at)))


def _victims(read: Read, concepts: dict[int, set[str]]) -> Iterable[str]:
    """Countries whose people are said to have suffered: “Armenian prisoners”, “against Azerbaijanis”."""
    words = read.sentence.words
    for match in read.matches:
        for entry in match.entries:
            if getattr(entry, "key", "") not in read.countries:
                continue
            following = range(match.end, match.end + 2)
            before = {fold(word) for word in words[max(0, match.start - 2) : match.start]}
            suffers = any(set(_SUFFERED) & concepts.get(place, set()) for place in following)
            if suffers or before & {"against", "против"}:
                yield entry.key


def _together(parts: list[Said]) -> Said:
    return Said(
        frozenset().union(*(part.concepts for part in parts)),
        frozenset().union(*(part.words for part in parts)),
        tuple(date for part in parts for date in part.dates),
        frozenset().union(*(part.places for part in parts)),
        frozenset().union(*(part.victims for part in parts)),
    )


def _title(known: Known, titles: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """What titles say, worked out once as long as the names stay."""
    if ("title", titles) not in known.memo:
        known.memo["title", titles] = _read_title(known, titles)
    return known.memo["title", titles]


def _read_title(known: Known, titles: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The concepts of titles, and the words that are neither concepts nor names."""
    concepts, others = set(), set()
    for title in titles:
        words = WORD.findall(title)
        names = _covered(known.names.written_in(words))
        matches = lexicon.concepts().written_in(words)
        concepts.update(term.key for match in matches for term in match.entries)
        left = set(range(len(words))) - names - _covered(matches)
        others.update(
            key
            for place in left
            if not words[place][0].isupper() and not words[place][0].isdigit()
            for key in keys(words[place])[:1]
        )
    return frozenset(concepts), frozenset(others)


def _places(known: Known, titles: tuple[str, ...]) -> frozenset[int]:
    """The places that titles name, worked out once as long as the names stay."""
    if ("places", titles) not in known.memo:
        known.memo["places", titles] = _read_places(known, titles)
    return known.memo["places", titles]


def _read_places(known: Known, titles: Iterable[str]) -> frozenset[int]:
    return frozenset(
        entry.pk
        for title in titles
        for match in known.names.written_in(WORD.findall(title))
        for entry in match.entries
        if isinstance(entry, Spelling) and entry.kind == "place"
    )


def _covered(matches) -> set[int]:
    return {place for match in matches for place in range(match.start, match.end)}


def _events(known: Known) -> list[Event]:
    records = Incident._base_manager.exclude(status=Status.WITHDRAWN).prefetch_related(
        "violation_types"
    )
    places = defaultdict(set)
    for incident, place in Incident.places.through.objects.values_list("incident_id", "place_id"):
        places[incident].add(place)
    found = []
    for record in records:
        titles = tuple(filter(None, (record.title_en, record.title_ru)))
        concepts, words = _title(known, titles[:1])
        found.append(
            Event(
                record.pk,
                concepts,
                words,
                record.date_earliest,
                record.date_latest,
                frozenset(places[record.pk]),
                frozenset(kind.slug for kind in record.violation_types.all()),
                _COUNTRY_OF_SIDE.get(record.victims_side, ""),
                _places(known, titles) & places[record.pk],
                bool(_YEAR.search(record.title_en or record.title_ru or "")),
            )
        )
    return found


def at_that_time(event: Event, named: Iterable[Named]) -> float:
    """How well the dates fit the event: 1 for a day or month of it, less for a year, 0 for none."""
    return max((_fits(event, date) for date in named), default=0.0)


def _fits(event: Event, date: Named) -> float:
    if not event.first:
        return 0.0
    length = (event.last - event.first).days if event.last else _LONG + 1
    if not date.year:
        if length > _SHORT:
            return 0.0
        first, last = date.bounds(event.first.year)
        fits = first <= event.last and last >= event.first
        return (0.8 if date.day else 0.3) if fits else 0.0
    first, last = date.bounds()
    if last < event.first or (event.last and first > event.last):
        return 0.0
    return (1.0 if date.month else 0.5) * (1.0 if length <= _LONG else 0.7)
