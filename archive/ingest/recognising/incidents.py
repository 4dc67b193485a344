"""Which incidents of the archive a text is about, and which violations it speaks of.

No text names an incident: it is recognised by what happened, when, where and to whom. So these are
suggestions with a modest score.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from archive.models import CaseKind, ViolationType
from archive.search.authority import Names

from . import lexicon
from .dates import Named
from .known import Known
from .mentions import Mention, Read
from .topics import Event, Said, Topics, at_that_time

_LEAST, _LEAST_TITLE = 1.0, 0.5
_IN_PARAGRAPH = 0.8  # of what only a whole paragraph says
_TIME, _TIME_ELSEWHERE, _PLACE, _REGION, _VICTIMS, _CASE = 0.5, 0.25, 0.4, 0.1, 0.25, 0.2
_VIOLATION, _UNDATED, _CERTAIN = 0.15, 0.2, 0.5
_RECENT = 45  # days from an event to the news of it
_HIGHEST = 0.9
_BY_CASE = 0.7
_ALIKE = 0.1  # between the scores of incidents that one sentence may tell of alike
_DIRECT, _TOGETHER = 0.7, 0.6


class Recognised(NamedTuple):
    """place: number of the sentence that shows it."""

    pk: int
    place: int
    score: float


def incidents(
    known: Known, reads: list[Read], topics: Topics, cases: list[Mention], published: Named | None
) -> Iterator[Recognised]:
    """The incidents that are told of; of those that one sentence may tell of, the likeliest."""
    found = list(_likely(known, reads, topics, cases, published))
    highest = defaultdict(float)
    for one in found:
        highest[one.place] = max(highest[one.place], one.score)
    yield from (one for one in found if one.score >= highest[one.place] - _ALIKE)


def _likely(
    known: Known, reads: list[Read], topics: Topics, cases: list[Mention], published: Named | None
) -> Iterator[Recognised]:
    dates = frozenset((*topics.whole.dates, *filter(None, [published])))
    of_case, of_several = _of_cases(known, reads, cases)
    for event in topics.events:
        if event.pk in of_case:
            yield Recognised(event.pk, of_case[event.pk], _BY_CASE)
            continue
        if event.named and not event.named & topics.whole.places:
            continue
        anywhere = max(at_that_time(event, dates), _is_recent(event, dates))
        scores = ((*_score(event, topics, place, anywhere), place) for place in range(len(reads)))
        fitting = ((score, place) for score, title, place in scores if title >= _LEAST_TITLE)
        score, place = max(fitting, default=(0.0, 0))
        score += _CASE * (event.pk in of_several)
        if score >= _LEAST:
            yield Recognised(event.pk, place, round(min(_HIGHEST, score / 2), 2))


def _of_cases(
    known: Known, reads: list[Read], cases: list[Mention]
) -> tuple[dict[int, int], set[int]]:
    """The incidents of cases that concern one, by the sentence; those of cases about more."""
    one, several = {}, set()
    at = {id(read.sentence): place for place, read in enumerate(reads)}
    for mention in cases:
        case = known.cases[mention.pk]
        if case.kind == CaseKind.INDIVIDUAL and len(case.incidents) == 1:
            one.setdefault(*case.incidents, at[id(mention.sentence)])
        else:
            several |= case.incidents
    return one, several


def _score(event: Event, topics: Topics, place: int, anywhere: float) -> tuple[float, float]:
    """(all evidence, what of the title is said) at one sentence and its paragraph.

    anywhere: how well the dates of the whole text fit.
    """
    here = topics.of_sentence(place)
    around = topics.paragraphs[topics.reads[place].sentence.paragraph]
    wanted = event.concepts | event.words
    title = topics.telling(wanted) * max(
        topics.share(wanted, here, whole=False),
        _IN_PARAGRAPH * topics.share(wanted, around, whole=False),
    )
    if title < _LEAST_TITLE:
        return 0.0, title
    time = max(
        _TIME * at_that_time(event, here.dates),
        _IN_PARAGRAPH * _TIME * at_that_time(event, around.dates),
        _TIME_ELSEWHERE * anywhere,
    )
    is_elsewhen = not anywhere and topics.has_years
    if is_elsewhen or (event.is_dated and anywhere < _CERTAIN):
        time -= _UNDATED
    where = _REGION * bool(event.places & topics.whole.places)
    if event.named:
        where = _PLACE if event.named & around.places else -_PLACE
    what = _VIOLATION * bool(event.violations and event.violations <= around.violations)
    return title + time + where + what + _harm(event, here), title


def _harm(event: Event, here: Said) -> float:
    if not event.victims or not here.victims:
        return 0.0
    return _VICTIMS if event.victims in here.victims else -_VICTIMS


def _is_recent(event: Event, dates: frozenset[Named]) -> bool:
    """Whether a day that the text names is soon after the event, as news are."""
    if not event.last:
        return False
    days = (date.bounds()[0] for date in dates if date.year and date.month)
    return any(dt.timedelta(0) <= day - event.last <= dt.timedelta(_RECENT) for day in days)


def violations(reads: list[Read], topics: Topics) -> Iterator[Recognised]:
    """Every sentence that speaks of a type of violation, by words or by the label of the type."""
    numbers, labels = {}, Names()
    for kind in ViolationType.objects.all():
        numbers[kind.slug] = kind.pk
        spellings = [label for label in (kind.label_en, kind.label_ru) if label]
        labels.put(kind.pk, spellings, proper=False)
    for place, read in enumerate(reads):
        here = topics.of_sentence(place)
        for slug in here.violations & numbers.keys():
            fitting = (way for way in lexicon.VIOLATIONS[slug] if way <= here.concepts)
            score = _DIRECT if len(min(fitting, key=len)) == 1 else _TOGETHER
            yield Recognised(numbers[slug], place, score)
        for match in labels.written_in(read.sentence.said):
            for pk in match.entries:
                yield Recognised(pk, place, _DIRECT)
