"""Filters that are not facets: the words, the period and the order of a list."""

import datetime as dt
import re
from calendar import monthrange

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# A year, a month or a day: as 2020-09-27 or as 27.09.2020.
_DAY = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?"
    r"|((?P<day_first>[0-9]{1,2})\.)?(?P<month_first>[0-9]{1,2})\.(?P<year_last>[0-9]{4})"
)


class TextField(forms.CharField):
    """Any text: what cannot be stored (NUL) is left out instead of refused."""

    def to_python(self, value):
        return super().to_python(value).replace("\x00", "").strip()


class Text(django_filters.Filter):
    """The words of a list, in the query language."""

    field_class = TextField


class PeriodWidget(forms.Widget):
    def value_from_datadict(self, data, files, name):
        return data.get("from", ""), data.get("to", "")

    def value_omitted_from_data(self, data, files, name):
        return "from" not in data and "to" not in data


class PeriodField(forms.Field):
    """From and to, each a year, a month or a day; as (first day, last day), either may be None.

    What is wrong is left out, and the other one stays in force; `wrong_dates` says it."""

    widget = PeriodWidget

    def clean(self, value):
        start, end = (text.replace("\x00", "").strip() for text in value)
        first, last = (_days(start) or (None, None))[0], (_days(end) or (None, None))[1]
        return None if _wrong_way_round(first, last) or not (first or last) else (first, last)


def _wrong_way_round(first: dt.date | None, last: dt.date | None) -> bool:
    return bool(first and last and first > last)


def wrong_dates(start: str, end: str) -> dict[str, str]:
    """What to tell the reader of the dates of a period as typed: "from" or "to" → why it is
    left out."""
    typed = {"from": start, "to": end}
    wrong = {
        name: _("“%(value)s” is not a date. Write 2020, 2020-09 or 2020-09-27.")
        % {"value": text[:40]}
        for name, text in typed.items()
        if text and not _days(text)
    }
    if start and end and not wrong and _wrong_way_round(_days(start)[0], _days(end)[1]):
        wrong = dict.fromkeys(typed, _("The first date is later than the second."))
    return wrong


def _days(text: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of a year, month or day; None for anything else."""
    read = _DAY.fullmatch(text)
    if not read:
        return None
    year, month, day = (
        int(part) if (part := read[name] or read[other]) else None
        for name, other in (("year", "year_last"), ("month", "month_first"), ("day", "day_first"))
    )
    try:
        first = dt.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    last_month = month or 12
    return first, dt.date(year, last_month, day or monthrange(year, last_month)[1])


class Period(django_filters.Filter):
    """Records whose date, as uncertain as it is, overlaps the period."""

    field_class = PeriodField
    names = ("from", "to")  # in the address


class Sort(django_filters.Filter):
    """The order of a list of dated records. An order that is not known gives the usual one."""

    field_class = TextField
    orders = {
        "relevance": pgettext_lazy("order of a list", "Best match"),
        "newest": pgettext_lazy("order of a list", "Newest"),
        "oldest": pgettext_lazy("order of a list", "Oldest"),
        "added": pgettext_lazy("order of a list", "Recently added"),
    }

    def offered(self, text: str) -> dict:
        """Name → label, the usual one first. Nothing matches better where nothing was asked."""
        return {name: label for name, label in self.orders.items() if text or name != "relevance"}

    def read(self, value: str, text: str) -> str:
        offered = self.offered(text)
        return value if value in offered else next(iter(offered))


class NameSort(Sort):
    """The order of a list of names, in the reader's language where there is one in it."""

    orders = {
        "relevance": pgettext_lazy("order of a list", "Best match"),
        "name": pgettext_lazy("order of a list", "By name"),
        "added": pgettext_lazy("order of a list", "Recently added"),
    }
