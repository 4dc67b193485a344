"""Filters that are not facets: the words, the period and the order of a list."""

import datetime as dt
import re
from calendar import monthrange

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


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
    """From and to, each a year, a month or a day; as (first day, last day), either may be None."""

    widget = PeriodWidget

    def clean(self, value):
        start, end = (text.replace("\x00", "").strip() for text in value)
        wrong = [text for text in (start, end) if text and not _days(text)]
        if wrong:
            raise forms.ValidationError(
                [
                    forms.ValidationError(
                        _("“%(value)s” is not a date. Write 2020, 2020-09 or 2020-09-27."),
                        params={"value": text[:40]},
                    )
                    for text in wrong
                ]
            )
        first = _days(start)[0] if start else None
        last = _days(end)[1] if end else None
        if first and last and first > last:
            raise forms.ValidationError(_("The first date is later than the second."))
        return (first, last) if first or last else None


def _days(text: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of a year, month or day; None for anything else."""
    if not _DAY.fullmatch(text):
        return None
    year, month, day = (*map(int, text.split("-")), None, None)[:3]
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
