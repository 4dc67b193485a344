"""Hits as data: of each kind of record what its card on the portal shows, in every language.

Read as columns, without a model for each: that would take half of the time of an answer.
"""

from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db.models import Model
from django.utils.translation import get_language
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import (
    Citation,
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
    Claim: (
        "kind", "date", "figure", "figure_unit", "figure_qualifier", "figure_counted",
        "figure_note",
    ),
    Organisation: ("acronym", "aliases", "kind", "side", "is_de_facto", "country", "website"),
    Person: ("aliases", "side"),
    Place: ("azerbaijani_name", "armenian_name", "variants", "kind", "country"),
}  # fmt: skip
# What is alleged is called so.
CALLED = {
    "victims_side": "alleged_victims_side",
    "responsible_side": "alleged_responsible_side",
    "violation": "alleged_violation",
}
# Who publishes, judges or speaks: by what name, by which foreign keys.
BODY = {
    Document: ("publisher", ("publisher",)),
    LegalCase: ("court", ("court",)),
    Claim: ("speaker", ("speaker_organisation", "speaker_person")),
}

WARNINGS = ("graphic_description", "human_remains")
_WARNED_OF = (Document, Incident)  # a claim is by what it is about
# What stands behind a warning. What a claim says is its heading.
_GATED = {"summary", "text", *(name for name in FIELDS[Claim] if name.startswith("figure"))}


def described(answer: Answer, hits: list[Hit], with_excerpts: bool = False) -> list[dict[str, Any]]:
    """The hits in order; one that is not public any more is left out. with_excerpts: and where
    the words of the query stand, which in a file may be anything."""
    by_kind = {
        kind: _rows(kind, [hit.pk for hit in hits if hit.kind is kind])
        for kind in {hit.kind for hit in hits}
    }
    if with_excerpts and answer.question.text.strip():
        say_why(by_kind, answer.wanted)
    return [
        _described(hit.kind, row) | _found(hit.kind, row, answer.values(hit), answer.view)
        for hit in hits
        if (row := by_kind[hit.kind].get(hit.pk))
    ]


# ── read ──


def _rows(kind: type[Model], pks: list[int]) -> dict[int, SimpleNamespace]:
    """Public records by their number, with their columns as attributes; `warnings`; `body`: who
    publishes, judges or speaks; of a claim `reported_in`."""
    names = _columns(kind)
    rows = {
        values[0]: SimpleNamespace(**dict(zip(names, values, strict=True)))
        for values in _published(kind, *names)(pks)
    }
    for pk, flags in _flags(kind, rows).items():
        rows[pk].warnings, rows[pk].is_sensitive = flags, bool(flags)
    _add_bodies(kind, rows)
    if kind is Claim:
        _add_reports(rows)
    return rows


@cache
def _columns(kind: type[Model]) -> list[str]:
    summary = ["summary"] if "summary" in TRANSLATED[kind] else []
    names = [kind.heading_field, *summary, "note", "translation_kind", *FIELDS[kind]]
    _name, keys = BODY.get(kind, ("", ()))
    warned_of = WARNINGS if kind in _WARNED_OF else ()
    return ["pk", "slug", *columns(kind, names), *(f"{key}_id" for key in keys), *warned_of]


@cache
def _published(kind: type[Model], *names: str) -> ByIds:
    return ByIds(lambda pks: kind.objects.published().filter(pk__in=pks), *names)


def _flags(kind: type[Model], rows: dict[int, SimpleNamespace]) -> dict[int, list[str]]:
    if kind is Claim:
        found = {flag: {pk for (pk,) in _about(flag)(list(rows))} for flag in WARNINGS}
        return {pk: [flag for flag in WARNINGS if pk in found[flag]] for pk in rows}
    flags = WARNINGS if kind in _WARNED_OF else ()
    return {pk: [flag for flag in flags if getattr(row, flag)] for pk, row in rows.items()}


@cache
def _about(flag: str) -> ByIds:
    """Claims about what readers are warned of."""
    return ByIds(lambda pks: Claim.objects.filter(about_what_is(flag), pk__in=pks), "pk")


def _add_bodies(kind: type[Model], rows: dict[int, SimpleNamespace]) -> None:
    _name, keys = BODY.get(kind, ("", ()))
    for key in keys:
        bodies = _named(
            kind._meta.get_field(key).related_model,
            [pk for row in rows.values() if (pk := getattr(row, f"{key}_id"))],
        )
        for row in rows.values():
            row.body = bodies.get(getattr(row, f"{key}_id")) or getattr(row, "body", None)


def _named(kind: type[Model], pks: list[int]) -> dict[int, dict[str, Any]]:
    """Those of these records that are public: type, slug and name or title of each."""
    heading = kind.heading_field
    found = _published(kind, "pk", "slug", *columns(kind, [heading]))(sorted(set(pks)))
    return {
        pk: {
            "type": TYPE[kind],
            "slug": slug,
            heading: {
                code: text for code, text in zip(AVAILABLE_LANGUAGES, texts, strict=True) if text
            },
        }
        for pk, slug, *texts in found
    }


_citations = ByIds(
    lambda claims: Citation.objects.published().filter(claim__in=claims),
    "pk", "claim_id", "document_id", "locator_kind", "locator",
)  # fmt: skip
_relays = ByIds(
    lambda citations: Citation.relayed_by.through.objects.filter(citation__in=citations),
    "citation_id",
    "organisation_id",
)


def _add_reports(claims: dict[int, SimpleNamespace]) -> None:
    """Where each claim is reported, and through whom it came there."""
    for claim in claims.values():
        claim.reported_in = []
    citations = sorted(_citations(list(claims)))
    relays = sorted(_relays([pk for pk, *_others in citations]))
    bodies = _named(Organisation, [body for _citation, body in relays])
    documents = _named(Document, [document for _pk, _claim, document, *_where in citations])
    for pk, claim, document, locator_kind, locator in citations:
        if document in documents:
            claims[claim].reported_in.append(
                {
                    **documents[document],
                    "locator_kind": locator_kind or None,
                    "locator": locator or None,
                    "relayed_by": [
                        bodies[body] for of, body in relays if of == pk and body in bodies
                    ],
                }
            )


# ── said ──


def _described(kind: type[Model], row: SimpleNamespace) -> dict[str, Any]:
    summary = ("summary",) if "summary" in TRANSLATED[kind] else ()
    shown = (kind.heading_field, *summary)
    said = {"type": TYPE[kind], "slug": row.slug, "address": addresses_of(kind, row.slug)}
    for name in (*shown, *FIELDS[kind]):
        is_gated = row.is_sensitive and name in _GATED
        said[CALLED.get(name, name)] = None if is_gated else _value(kind, row, name)
    written = {code for name in shown for code in _texts(row, name)}
    kinds = _texts(row, "translation_kind")
    said["translation_kind"] = {code: kinds[code] for code in kinds if code in written}
    said["labels"] = {
        CALLED.get(name, name): str(labels[value])
        for name, labels in _labels(kind).items()
        if (value := said[CALLED.get(name, name)]) in labels
    }
    if kind in BODY:
        said[BODY[kind][0]] = row.body
    if kind is Claim:
        said["reported_in"] = row.reported_in
    if kind is Claim or kind in _WARNED_OF:
        said["warnings"] = row.warnings
    return said


def _texts(row: SimpleNamespace, field: str) -> dict[str, str]:
    """A text by its language, where there is one."""
    texts = ((code, getattr(row, f"{field}_{code}")) for code in AVAILABLE_LANGUAGES)
    return {code: text for code, text in texts if text}


def _value(kind: type[Model], row: SimpleNamespace, name: str):
    if name in TRANSLATED[kind]:
        return _texts(row, name)
    value, field = getattr(row, name), kind._meta.get_field(name)
    if isinstance(field, LinesField):
        return split_lines(value)
    return None if value in (None, "") else value


@cache
def _labels(kind: type[Model]) -> dict[str, dict]:
    """Of each field with a vocabulary, its values with what the pages call them."""
    fields = {name: kind._meta.get_field(name) for name in FIELDS[kind]}
    return {name: dict(field.flatchoices) for name, field in fields.items() if field.choices}


def _found(
    kind: type[Model], row: SimpleNamespace, values: dict[str, list[str]], view: View
) -> dict[str, Any]:
    """By which records a list finds it, as addresses name them; where its words stand."""
    found_by = {}
    for name, facet in FILTERS[kind].base_filters.items():
        if isinstance(facet, RecordFacet):
            slugs = directory(facet.kind, view).slugs
            found_by[CALLED.get(name, name)] = sorted(
                slugs[value] for value in values.get(name, ()) if value in slugs
            )
    excerpt = getattr(row, "excerpt", None)
    return {"found_by": found_by} | ({"excerpt": _quoted(excerpt)} if excerpt else {})


def _quoted(excerpt: Excerpt) -> dict[str, Any]:
    return {
        "pieces": [{"text": piece.text, "is_hit": piece.is_hit} for piece in excerpt.pieces],
        "language": None if excerpt.is_file else excerpt.language or get_language(),
        "is_file": excerpt.is_file,
    }
