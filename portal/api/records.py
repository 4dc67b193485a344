"""Hits as data: of each kind of record what its card on the portal shows, in every language.

Read as columns, without a model for each: that would take half of the time of an answer.
"""

from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db.models import BooleanField, Model
from django.utils.translation import get_language
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import (
    Claim,
    Document,
    Incident,
    LegalCase,
    LinesField,
    Organisation,
    Person,
    Place,
)
from archive.models.lines import split_lines
from archive.search import Answer, Hit, View
from archive.search.compiled import ByIds
from archive.search.records import columns
from archive.translation import TRANSLATED
from portal.addresses import addresses_of
from portal.cards import about_what_is
from portal.facets import RecordFacet, directory
from portal.filters import FILTERS, TYPES
from portal.hits import Excerpt, say_why

WARNINGS = ("graphic_description", "human_remains")

# The type of a record, as the parameter `type` names it.
TYPE = {model: name for name, (model, _label) in TYPES.items()}

# What is said of a record beside its heading, its summary and its address.
FIELDS: dict[type[Model], tuple[str, ...]] = {
    Document: (
        "kind", "published_on", "language", "original_title", "authors", "reference",
        "source_url", "archived_url",
    ),
    LegalCase: (
        "kind", "stage", "first_step", "latest_step", "application_numbers", "ecli",
        "hudoc_item_id", "forum", "applicant_side",
    ),
    Incident: ("date", "phase", "victims_side", "responsible_side"),
    Claim: ("kind", "date", "figure", "figure_unit", "figure_qualifier"),
    Organisation: ("acronym", "aliases", "kind", "side", "is_de_facto", "country", "website"),
    Person: ("aliases", "side"),
    Place: ("azerbaijani_name", "armenian_name", "variants", "kind", "country"),
}  # fmt: skip
# What is alleged is called so.
_CALLED = {
    "victims_side": "alleged_victims_side",
    "responsible_side": "alleged_responsible_side",
}
# Other records of which the answer says the name, by the facet that has them.
NAMED = {Document: "publisher", LegalCase: "court", Claim: "speaker"}

_SUMMARISED = (Document, LegalCase, Incident)
_WARNED_OF = (Document, Incident)  # a claim is by what it is about


def described(answer: Answer, hits: list[Hit]) -> list[dict[str, Any]]:
    """The hits in order; one that is not public any more is left out."""
    by_kind = {
        kind: _rows(kind, [hit.pk for hit in hits if hit.kind is kind])
        for kind in {hit.kind for hit in hits}
    }
    if answer.question.text.strip():
        say_why(by_kind, answer.wanted)
    return [
        _described(hit.kind, row, answer.values(hit), answer.view)
        for hit in hits
        if (row := by_kind[hit.kind].get(hit.pk))
    ]


def _rows(kind: type[Model], pks: list[int]) -> dict[int, SimpleNamespace]:
    """Public records with their columns as attributes, and `warnings`."""
    names = _columns(kind)
    rows = {
        values[0]: SimpleNamespace(**dict(zip(names, values, strict=True)))
        for values in _published(kind)(pks)
    }
    if kind is Claim:
        found = {name: {pk for (pk,) in _about(name)(pks)} for name in WARNINGS}
    else:
        found = {
            name: {pk for pk, row in rows.items() if kind in _WARNED_OF and getattr(row, name)}
            for name in WARNINGS
        }
    for pk, row in rows.items():
        row.warnings = [name for name in WARNINGS if pk in found[name]]
        row.is_sensitive = bool(row.warnings)
    return rows


@cache
def _columns(kind: type[Model]) -> list[str]:
    names = [kind.heading_field, "translation_kind", "note", *FIELDS[kind]]
    names += ["summary"] if kind in _SUMMARISED else []
    warned_of = WARNINGS if kind in _WARNED_OF else ()
    return ["pk", "slug", *columns(kind, names), *warned_of]


@cache
def _published(kind: type[Model]) -> ByIds:
    return ByIds(lambda pks: kind.objects.published().filter(pk__in=pks), *_columns(kind))


@cache
def _about(flag: str) -> ByIds:
    """Claims about what readers are warned of."""
    return ByIds(lambda pks: Claim.objects.filter(about_what_is(flag), pk__in=pks), "pk")


def _described(
    kind: type[Model], row: SimpleNamespace, values: dict[str, list[str]], view: View
) -> dict[str, Any]:
    said = {
        "type": TYPE[kind],
        "slug": row.slug,
        "address": addresses_of(kind, row.slug),
        # What a claim says is its heading: behind a warning it is for its page to show.
        kind.heading_field: _texts(row, kind.heading_field)
        if not (kind is Claim and row.warnings)
        else None,
        "translation_kind": _texts(row, "translation_kind"),
    }
    for name in FIELDS[kind]:
        said[_CALLED.get(name, name)] = _value(kind, row, name)
    if facet := NAMED.get(kind):
        said[facet] = next((_named(value, view) for value in values.get(facet, ())), None)
    if kind in _SUMMARISED:
        said["summary"] = None if row.warnings else _texts(row, "summary")
    if kind is Claim or kind in _WARNED_OF:
        said["warnings"] = row.warnings
    said["about"] = _about_records(kind, values, view)
    if excerpt := getattr(row, "excerpt", None):
        said["excerpt"] = _quoted(excerpt)
    return said


def _texts(row: SimpleNamespace, field: str) -> dict[str, str]:
    """A text by its language, where there is one."""
    texts = ((language, getattr(row, f"{field}_{language}")) for language in AVAILABLE_LANGUAGES)
    return {language: text for language, text in texts if text}


def _value(kind: type[Model], row: SimpleNamespace, name: str):
    if name in TRANSLATED[kind]:
        return _texts(row, name)
    value, field = getattr(row, name), kind._meta.get_field(name)
    if isinstance(field, LinesField):
        return split_lines(value)
    if isinstance(field, BooleanField):
        return bool(value)  # SQLite says 0 and 1
    return None if value in (None, "") else value


def _named(value: str, view: View) -> dict[str, Any]:
    """A record by which others are known: “organisation.12”."""
    said, kind = view.said[view.rows[value]], _MODELS[value.partition(".")[0]]
    return {"type": TYPE[kind], "slug": said.slug, "name": said.heading}


_MODELS = {model._meta.model_name: model for model in TYPE}


def _about_records(
    kind: type[Model], values: dict[str, list[str]], view: View
) -> dict[str, list[str]]:
    """The records by which it is found, by facet, as the address of a list names them."""
    found = {}
    for name, facet in FILTERS[kind].base_filters.items():
        if isinstance(facet, RecordFacet):
            slugs = directory(facet.kind, view).slugs
            found[name] = sorted(slugs[value] for value in values.get(name, ()) if value in slugs)
    return found


def _quoted(excerpt: Excerpt) -> dict[str, Any]:
    return {
        "pieces": [{"text": piece.text, "is_hit": piece.is_hit} for piece in excerpt.pieces],
        "language": None if excerpt.is_file else excerpt.language or get_language(),
        "is_file": excerpt.is_file,
    }
