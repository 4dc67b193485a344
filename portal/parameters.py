"""Filters that are not facets: the words, the period and the order of a list."""

import datetime as dt
import re
from calendar import monthrange
from collections import Counter

import django_filters
from django import forms
from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, ExtractYear, Lower, NullIf
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import CaseStep, within
from archive.search import matching

_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


class TextField(forms.CharField):
    """Any text: what cannot be stored (NUL) is left out instead of refused."""

    def to_python(self, value):
        return super().to_python(value).replace("\x00", "").strip()


class Text(django_filters.Filter):
    """The words of a list, looked for once among all its records: the results and the counts of
    every facet share what was found."""

    field_class = TextField
    found = None

    def filter(self, queryset, value):
        if not value:
            return queryset
        if self.found is None:
            everything = self.parent.queryset.all()
            # As numbers: as a subquery the columns would be read again for every count.
            self.found = list(matching(everything, value).order_by().values_list("pk", flat=True))
        return queryset.filter(pk__in=self.found)


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

    def filter(self, queryset, value):
        return queryset.filter(within(self.field_name, *value)) if value else queryset

    def years(self, queryset) -> Counter:
        """How many of the records every year is reached by; a date of three years counts in each."""
        name = self.field_name
        return _by_year(
            queryset.model._base_manager.filter(pk__in=queryset.order_by().values("pk"))
            .exclude(**{name: ""})
            .values_list("pk", ExtractYear(f"{name}_earliest"), ExtractYear(f"{name}_latest"))
        )


class StepPeriod(Period):
    """Cases with a step in the period."""

    def filter(self, queryset, value):
        if not value:
            return queryset
        steps = CaseStep.objects.filter(within(self.field_name, *value))
        return queryset.filter(pk__in=steps.order_by().values("case"))

    def years(self, queryset) -> Counter:
        return _by_year(
            CaseStep.objects.filter(case__in=queryset.order_by().values("pk")).values_list(
                "case", ExtractYear("date_earliest"), ExtractYear("date_latest")
            )
        )


def _by_year(rows) -> Counter:
    rows = list(rows)
    known = [year for _pk, *span in rows for year in span if year]
    if not known:
        return Counter()
    first, last = min(known), max(known)
    reached = {
        (pk, year) for pk, start, end in rows for year in range(start or first, (end or last) + 1)
    }
    return Counter(year for _pk, year in reached)


class Sort(django_filters.Filter):
    """The order of a list of dated records. An order that is not known gives the usual one, and so
    does `relevance` as long as nothing ranks."""

    field_class = TextField
    usual = "newest"
    orders = {
        "newest": pgettext_lazy("order of a list", "Newest"),
        "oldest": pgettext_lazy("order of a list", "Oldest"),
        "added": pgettext_lazy("order of a list", "Recently added"),
    }

    def __init__(self, earliest: str, latest: str):
        super().__init__()
        self.columns = earliest, latest

    def read(self, value: str) -> str:
        return value if value in self.orders else self.usual

    def filter(self, queryset, value):
        return queryset.order_by(*self.order(self.read(value)), "slug")

    def order(self, name: str):
        earliest, latest = self.columns
        if name == "added":
            return [F("published_at").desc(nulls_last=True)]
        if name == "oldest":
            return [F(earliest).asc(nulls_last=True), F(latest).asc(nulls_last=True)]
        return [F(latest).desc(nulls_last=True), F(earliest).desc(nulls_last=True)]


class NameSort(Sort):
    """The order of a list of names, in the reader's language where there is one in it."""

    usual = "name"
    orders = {
        "name": pgettext_lazy("order of a list", "By name"),
        "added": pgettext_lazy("order of a list", "Recently added"),
    }

    def __init__(self, name: str):
        super().__init__(name, name)

    def order(self, name: str):
        if name == "added":
            return super().order(name)
        here = get_language()
        languages = sorted(AVAILABLE_LANGUAGES, key=lambda language: language != here)
        columns = [NullIf(F(f"{self.columns[0]}_{code}"), Value("")) for code in languages]
        return [Lower(Coalesce(*columns, Value(""), output_field=CharField()))]
