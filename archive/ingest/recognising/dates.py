"""The dates that a sentence names, in four languages."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from babel import Locale

from archive.search.analyser import fold

from .lexicon import LANGUAGES
from .sentences import Sentence

_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"0?[1-9]|[12]\d|3[01]")
NUMERIC_DATE = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./]((?:19|20)\d\d)\b")
_RANGE = re.compile(r"\b((?:19|20)\d\d)\s*[-–—]\s*((?:19|20)\d\d)\b")
_EDTF_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_NEAR = 3  # words between a month and its year


class Named(NamedTuple):
    """A day, a month or a year. year: 0 where it is not said; month, day: 0 for a whole one.
    until: the last year of several, 0 for one."""

    year: int
    month: int = 0
    day: int = 0
    until: int = 0

    def bounds(self, year: int = 0) -> tuple[dt.date, dt.date]:
        """The first and the last day; year: where its own is not said."""
        year = self.year or year
        last_month = self.month or 12
        last_day = self.day or calendar.monthrange(self.until or year, last_month)[1]
        first = dt.date(year, self.month or 1, self.day or 1)
        return first, dt.date(self.until or year, last_month, last_day)


def dates(sentence: Sentence) -> list[Named]:
    """The dates of a sentence, as far as they are there at all: 31 June is left out."""
    found = {*_numeric(sentence.text), *_of_months(sentence)}
    years = {date.year for date in found if date.month}
    ranges = [(int(a), int(b)) for a, b in _RANGE.findall(sentence.text) if a < b]
    found.update(Named(first, until=last) for first, last in ranges)
    years.update(year for both in ranges for year in both)
    alone = {int(word[:4]) for word in sentence.words if _YEAR.fullmatch(word[:4])} - years
    found.update(map(Named, alone))
    return sorted(date for date in found if _exists(date))


def day_of(edtf: str) -> Named | None:
    """A day that is known, None for anything less certain."""
    found = _EDTF_DAY.fullmatch(edtf)
    date = Named(*map(int, found.groups())) if found else None
    return date if date and _exists(date) else None


def _exists(date: Named) -> bool:
    try:
        date.bounds(2000)
    except ValueError:
        return False
    return True


def _numeric(text: str) -> Iterator[Named]:
    for day, month, year in NUMERIC_DATE.findall(text):
        if 1 <= int(month) <= 12:
            yield Named(int(year), int(month), int(day))


def _of_months(sentence: Sentence) -> Iterator[Named]:
    words = sentence.words
    for place, word in enumerate(words):
        if not (month := _months().get(fold(word))) or not (
            word[0].isupper() or not word.isascii() or sentence.language != "en"
        ):
            continue
        near = words[place + 1 : place + 2 + _NEAR] + words[max(0, place - _NEAR) : place]
        year = next((int(w[:4]) for w in near if _YEAR.fullmatch(w[:4])), 0)
        beside = words[max(0, place - 1) : place] + words[place + 1 : place + 2]
        days = [int(w) for w in beside if _DAY.fullmatch(w)]
        yield Named(year, month, days[0] if days else 0)


@cache
def _months() -> dict[str, int]:
    """Every name of a month, folded."""
    names = {}
    for language in LANGUAGES:
        months = Locale(language).months
        for form in (months["format"]["wide"], months["stand-alone"]["wide"]):
            for number, name in form.items():
                names[fold(name)] = number
                if language == "az":
                    names.update({fold(name + ending): number for ending in ("da", "ın", "in")})
                if language == "ru":
                    names.update({fold(name[:-1] + "е"): number})
    return names
