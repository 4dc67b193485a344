"""Facets: filters that offer their options with counts (django-filter has none).

The values of one facet widen the result, different facets narrow it. Every path from a record to
a value leads through published records only, in the filter as in the counts.
"""

from collections import Counter

import django_filters
from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from archive.models.organisations import country_name

from .templatetags.portal_tags import translated_text

MOST_VALUES = 50


class ValuesField(forms.Field):
    """The values of a repeated parameter, as they came. Which are known, the facet says."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[str]:
        cleaned = (text.replace("\x00", "").strip()[:200] for text in value or [])
        return list(dict.fromkeys(text for text in cleaned if text))[:MOST_VALUES]


class Facet(django_filters.Filter):
    """A parameter with a closed set of values, each found at the end of one or several paths."""

    field_class = ValuesField
    alphabetical = False

    def __init__(self, *paths: str, label):
        super().__init__(label=label)
        self.paths = paths

    def filter(self, queryset, values: list[str]):
        if not values:
            return queryset
        found = Q()
        for path in self.paths:
            rows = _public(queryset.model, path, **{f"{path}__in": self.stored(values)})
            found |= Q(pk__in=rows.values("pk"))
        return queryset.filter(found)

    def stored(self, values: list[str]) -> list[str]:
        """Values of the address, as the database holds them."""
        return values

    def counts(self, queryset) -> Counter:
        """Value → number of records in the queryset that have it. A record counts once a value,
        however many paths lead to it. One query a path."""
        here = {"pk__in": queryset.order_by().values("pk")}
        if len(self.paths) == 1:
            path = self.paths[0]
            rows = _public(queryset.model, path, **here).values_list(path)
            counts = Counter(dict(rows.annotate(records=Count("pk", distinct=True))))
        else:
            pairs = {
                pair
                for path in self.paths
                for pair in _public(queryset.model, path, **here).values_list("pk", path)
            }
            counts = Counter(value for _pk, value in pairs)
        shown = ((self.shown(value), records) for value, records in counts.items())
        return Counter({value: records for value, records in shown if value})

    def shown(self, value: str) -> str:
        """A value of the database, as the address has it; "" for one that is not offered."""
        return value

    def labels(self, values) -> dict[str, tuple[str, str]]:
        """Those of the values that exist: value → (label, its language where not the reader's)."""
        raise NotImplementedError


def _public(model, path: str, **conditions):
    """Rows of the model that satisfy the conditions, where all that the path leads through is
    published. One call of filter(), so that conditions and path speak of the same related rows."""
    walked, target = "", model
    for name in path.split("__")[:-1]:
        walked += f"{name}__"
        target = target._meta.get_field(name).related_model
        if hasattr(target.objects, "published"):
            conditions[f"{walked}in"] = target.objects.published().order_by().values("pk")
    return model._base_manager.filter(**conditions).order_by()


class ChoiceFacet(Facet):
    """One of the vocabularies of the archive (TextChoices)."""

    def __init__(self, *paths, choices, label):
        super().__init__(*paths, label=label)
        self.choices = dict(choices.choices)

    def labels(self, values):
        return {v: (str(self.choices[v]), "") for v in values if v in self.choices}


class SideFacet(ChoiceFacet):
    """Sides stand in the order of the alphabet, not of their numbers.

    third: records of no side (courts, international bodies, media …) are offered too.
    """

    alphabetical = True
    THIRD = "third"

    def __init__(self, *paths, choices, label, third=False):
        super().__init__(*paths, choices=choices, label=label)
        if third:
            self.choices[self.THIRD] = _("Third parties")

    def stored(self, values):
        known = [value for value in values if value in self.choices]
        return ["" if value == self.THIRD else value for value in known]

    def shown(self, value):
        return value or (self.THIRD if self.THIRD in self.choices else "")


class RecordFacet(Facet):
    """Other records, by the last part of their address."""

    def __init__(self, *paths, records, label):
        super().__init__(*paths, label=label)
        self.records = records

    def labels(self, values):
        heading = getattr(self.records, "heading_field", "label")
        rows = getattr(self.records.objects, "published", self.records.objects.all)()
        found = {}
        for record in rows.filter(slug__in=list(values)).order_by():
            text = translated_text(record, heading)
            found[record.slug] = (text.text, text.language if text.is_fallback else "")
        return found


class CountryFacet(Facet):
    """ISO 3166 codes, named as CLDR names them."""

    def labels(self, values):
        names = {value: country_name(value) for value in values}
        return {value: (name, "") for value, name in names.items() if name != value}
