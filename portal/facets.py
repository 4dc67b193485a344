"""Facets: filters that offer their options with counts (django-filter has none).

The values of one facet widen the result, different facets narrow it. What leads from a record to
its values is declared in `archive.search.records`; here is how an address writes them and what a
reader sees.
"""

from typing import NamedTuple

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from archive.models import ViolationType
from archive.models.organisations import country_name
from archive.search import Answer, View

from .templatetags.portal_tags import translated_text

MOST_VALUES = 50


class ValuesField(forms.Field):
    """The values of a repeated parameter, as they came. Which are known, the facet says."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[str]:
        cleaned = (text.replace("\x00", "").strip()[:200] for text in value or [])
        return list(dict.fromkeys(text for text in cleaned if text))[:MOST_VALUES]


class Label(NamedTuple):
    """language: of the text where it is another than the reader's, else ""."""

    text: str
    language: str = ""


class Facet(django_filters.Filter):
    """A parameter with a closed set of values."""

    field_class = ValuesField
    alphabetical = False

    def __init__(self, *, label):
        super().__init__(label=label)

    def asked(self, values: list[str]) -> tuple[str, ...]:
        """Values of the address, as the index has them; of an unknown one nothing is found."""
        return tuple(self.stored(value) for value in values)

    def counts(self, answer: Answer, most: int | None = None) -> tuple[dict[str, int], int]:
        """Value of the address → number of records that have it; and how many values there are.
        most: what can be among so many with the highest counts is enough."""
        counts, total = answer.highest(self.field_name, most)
        shown = {name: n for value, n in counts.items() if (name := self.shown(value))}
        return shown, total - (len(counts) - len(shown))

    def count(self, answer: Answer, value: str) -> int:
        return answer.count(self.field_name, self.stored(value))

    def stored(self, value: str) -> str:
        return value

    def shown(self, value: str) -> str:
        """A value of the index, as the address has it; "" for one that is not offered."""
        return value

    def label_of(self, value: str) -> Label | None:
        """None for a value that does not exist."""
        raise NotImplementedError


class ChoiceFacet(Facet):
    """One of the vocabularies of the archive (TextChoices)."""

    def __init__(self, *, choices, label):
        super().__init__(label=label)
        self.choices = dict(choices.choices)

    def label_of(self, value):
        return Label(str(self.choices[value])) if value in self.choices else None


class SideFacet(ChoiceFacet):
    """Sides stand in the order of the alphabet, not of their numbers.

    third: records of no side (courts, international bodies, media …) are offered too.
    """

    alphabetical = True
    THIRD = "third"

    def __init__(self, *, choices, label, third=False):
        super().__init__(choices=choices, label=label)
        if third:
            self.choices[self.THIRD] = _("Third parties")

    def stored(self, value):
        if value not in self.choices:
            return f"unknown {value}"  # not "", which the index has for third parties
        return "" if value == self.THIRD else value

    def shown(self, value):
        return value or (self.THIRD if self.THIRD in self.choices else "")


class RecordFacet(Facet):
    """Other records, by the last part of their address."""

    def __init__(self, *, records, label):
        super().__init__(label=label)
        self.records, self.kind = records, records._meta.model_name

    @property
    def directory(self) -> "_Directory":
        return directory(self.kind, self.parent.view)

    def stored(self, value):
        return self.directory.by_slug.get(value, "")

    def shown(self, value):
        return self.directory.slugs.get(value, "")

    def label_of(self, value):
        here = self.parent.question.language
        return self.directory.label(self.directory.by_slug.get(value), here)


class CountryFacet(Facet):
    """ISO 3166 codes, named as CLDR names them."""

    def label_of(self, value):
        name = country_name(value)
        return Label(name) if name != value else None


class TypeFacet(Facet):
    """The kind of record, by the last part of the address of its list."""

    def __init__(self, *, types: dict, label):
        super().__init__(label=label)
        self.labels = {value: label for value, (_model, label) in types.items()}
        self.values = {model._meta.model_name: value for value, (model, _label) in types.items()}
        self.kinds = {value: kind for kind, value in self.values.items()}

    def stored(self, value):
        return self.kinds.get(value, "")

    def shown(self, value):
        return self.values.get(value, "")

    def label_of(self, value):
        return Label(str(self.labels[value])) if value in self.labels else None


def directory(kind: str, view: View) -> "_Directory":
    return view.once(("directory", kind), lambda: _Directory(kind, view))


class _Directory:
    """Public records of a kind that others refer to: address and label of every one.

    From memory for what the index says; violation types, which are few and always public, are
    read once for every state of the archive.
    """

    def __init__(self, kind: str, view: View):
        if kind == ViolationType._meta.model_name:
            rows = list(ViolationType.objects.all())
            self.headings = {f"{kind}.{row.pk}": row for row in rows}
            self.slugs = {f"{kind}.{row.pk}": row.slug for row in rows}
        else:
            said = {
                value: view.said[row]
                for value, row in view.rows.items()
                if value.startswith(f"{kind}.")
            }
            self.headings = {value: one.heading for value, one in said.items()}
            self.slugs = {value: one.slug for value, one in said.items()}
        self.by_slug = {slug: value for value, slug in self.slugs.items()}

    def label(self, value: str | None, here: str) -> Label | None:
        """here: the reader's language."""
        if value not in self.headings:
            return None
        heading = self.headings[value]
        if isinstance(heading, ViolationType):
            text = translated_text(heading, "label")
            return Label(text.text, text.language if text.is_fallback else "")
        if here in heading:
            return Label(heading[here])
        language, text = next(iter(heading.items()))
        return Label(text, language)
