"""Hits as data: of each kind of record what its card on the portal shows and what its page says of
how far that can be trusted, in every language.

Read as columns, without a model for each: that would take half of the time of an answer.
"""

from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db.models import Model
from django.utils.translation import get_language
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import (
    CaseKind,
    Claim,
    Document,
    FigureQualifier,
    Incident,
    LegalCase,
    LinesField,
    Organisation,
    Person,
    Place,
)
from archive.models.lines import split_lines
from archive.models.organisations import country_name
from archive.search import Answer, Hit, View
from archive.search.compiled import ByIds
from archive.search.records import columns
from archive.translation import TRANSLATED
from portal.addresses import addresses_of
from portal.cards import about_what_is
from portal.facets import RecordFacet, directory
from portal.filters import FILTERS
from portal.hits import Excerpt, say_why
from portal.templatetags.portal_tags import warning_of
from portal.templatetags.record_tags import kind_of_document

from . import parts
from .parts import TYPE, published

# What is said of a record beside its heading, its summary and its address.
FIELDS: dict[type[Model], tuple[str, ...]] = {
    Document: (
        "kind", "published_on", "language", "original_title", "authors", "reference",
        "source_url", "archived_url",
    ),
    LegalCase: (
        "kind", "stage", "stage_note", "application_numbers", "ecli", "hudoc_item_id", "forum",
        "applicants", "applicant_side",
    ),
    Incident: ("date", "phase", "victims_side", "responsible_side"),
    Claim: (
        "kind", "date", "event_date", "verification_method", "figure", "figure_unit",
        "figure_qualifier", "figure_counted", "figure_note",
    ),
    Organisation: ("acronym", "aliases", "kind", "is_de_facto", "country", "website"),
    Person: ("aliases",),
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
_GATED = {
    "summary", "text", "note", "verification_method",
    *(name for name in FIELDS[Claim] if name.startswith("figure")),
}  # fmt: skip


def described(
    answer: Answer, hits: list[Hit], *, with_excerpts: bool = False, with_warned: bool = False
) -> list[dict[str, Any]]:
    """The hits in order; one that is not public any more is left out.

    with_excerpts: and where the words of the query stand, which in a file may be anything;
    with_warned: what stands behind a warning too.
    """
    by_kind = {
        kind: _rows(kind, [hit.pk for hit in hits if hit.kind is kind])
        for kind in {hit.kind for hit in hits}
    }
    if with_excerpts and answer.question.text.strip():
        say_why(by_kind, answer.wanted)
    return [
        _described(hit.kind, row, answer.values(hit), answer.view, with_warned)
        for hit in hits
        if (row := by_kind[hit.kind].get(hit.pk)) and _is_whole(hit.kind, row)
    ]


def _is_whole(kind: type[Model], row: SimpleNamespace) -> bool:
    """A claim says nothing without who makes it and where it is reported: either may have been
    withdrawn since the claim was read."""
    return kind is not Claim or bool(row.parts["speaker"] and row.parts["reported_in"])


# ── read ──


def _rows(kind: type[Model], pks: list[int]) -> dict[int, SimpleNamespace]:
    """Public records by their number, with their columns as attributes; `warnings`; `parts`: what
    stands in other tables, by its name in the answer."""
    names = _columns(kind)
    rows = {
        values[0]: SimpleNamespace(**dict(zip(names, values, strict=True)), parts={})
        for values in published(kind, *names)(pks)
    }
    for pk, flags in _flags(kind, rows).items():
        rows[pk].warnings, rows[pk].is_sensitive = flags, bool(flags)
    _add_bodies(kind, rows)
    if kind is Claim:
        _add_offices(rows)
        _add(rows, "reported_in", parts.reports(list(rows)))
        _add(rows, "in_answer_to", parts.answered(list(rows)))
    if kind is LegalCase:
        _add_parties(rows)
        _add(rows, "steps", parts.steps(list(rows)))
    return rows


def _add_parties(cases: dict[int, SimpleNamespace]) -> None:
    """As the page of a case has them: criminal proceedings have a side that prosecutes and no
    parties; the words for the applicants stand where no body does."""
    respondents = parts.parties("respondents", list(cases))
    applicants = parts.parties("applicant_organisations", list(cases))
    for pk, case in cases.items():
        is_criminal = case.kind == CaseKind.CRIMINAL
        shown, hides = ([], False) if is_criminal else respondents.get(pk, ([], False))
        bodies = [] if is_criminal else applicants.get(pk, ([], False))[0]
        case.parts["prosecuting_side"] = case.applicant_side or None if is_criminal else None
        case.parts["applicant_bodies"] = bodies
        case.parts["respondents"], case.parts["hides_respondents"] = shown, hides
        if is_criminal:
            case.applicant_side = ""
        if is_criminal or bodies:
            case.applicants_en = case.applicants_ru = ""


def _add(rows: dict[int, SimpleNamespace], name: str, found: dict[int, list]) -> None:
    for pk, row in rows.items():
        row.parts[name] = found.get(pk, [])


@cache
def _columns(kind: type[Model]) -> list[str]:
    names = columns(kind, [*_shown(kind), "translation_kind", "note", "sources", *FIELDS[kind]])
    _name, keys = BODY.get(kind, ("", ()))
    names += [f"{key}_id" for key in keys]
    names += WARNINGS if kind in _WARNED_OF else ()
    names += ("date_earliest", "date_latest") if kind is Claim else ()
    return ["pk", "slug", *names]


def _shown(kind: type[Model]) -> list[str]:
    """The texts by which a reader knows a record."""
    return [kind.heading_field, *(["summary"] if "summary" in TRANSLATED[kind] else [])]


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
    name, keys = BODY.get(kind, ("", ()))
    for key in keys:
        bodies = parts.named(
            kind._meta.get_field(key).related_model,
            [pk for row in rows.values() if (pk := getattr(row, f"{key}_id"))],
        )
        for row in rows.values():
            row.parts[name] = bodies.get(getattr(row, f"{key}_id")) or row.parts.get(name)


def _add_offices(claims: dict[int, SimpleNamespace]) -> None:
    spoken = [
        (pk, claim.speaker_person_id, claim.date_earliest, claim.date_latest)
        for pk, claim in claims.items()
        if claim.speaker_person_id
    ]
    for pk, title in parts.offices(spoken).items():
        if speaker := claims[pk].parts["speaker"]:
            claims[pk].parts["speaker"] = speaker | {"office": title}


# ── said ──


def _described(
    kind: type[Model],
    row: SimpleNamespace,
    values: dict[str, list[str]],
    view: View,
    with_warned: bool,
) -> dict[str, Any]:
    said = {"type": TYPE[kind], "slug": row.slug, "address": addresses_of(kind, row.slug)}
    for name in (*_shown(kind), *FIELDS[kind], "note"):
        is_gated = row.is_sensitive and name in _GATED and not with_warned
        said[CALLED.get(name, name)] = None if is_gated else _value(kind, row, name)
    said["sources"] = split_lines(row.sources)
    written = {code for name in _shown(kind) for code in _texts(row, name)}
    kinds = _texts(row, "translation_kind")
    said["translation_kind"] = {code: kinds[code] for code in kinds if code in written}
    said |= row.parts
    labels = {
        CALLED.get(name, name): str(known[value])
        for name, known in _labels(kind).items()
        if (value := said[CALLED.get(name, name)]) in known
    }
    if side := row.parts.get("prosecuting_side"):
        labels["prosecuting_side"] = str(_labels(kind)["applicant_side"][side])
    if "country" in FIELDS[kind] and row.country:
        labels["country"] = country_name(row.country)
    if kind is Document:
        labels["kind"] = str(kind_of_document(row.kind, (row.parts["publisher"] or {}).get("slug")))
    if kind in _OF_A_SIDE:
        said["side"], labels["side"] = _side(kind, values)
    if kind is Claim or kind in _WARNED_OF:
        said["warnings"] = row.warnings
        if row.warnings:
            labels["warnings"] = warning_of(*(flag in row.warnings for flag in WARNINGS))
    said["labels"] = labels
    said["found_by"] = _found_by(kind, values, view)
    if excerpt := getattr(row, "excerpt", None):
        said["excerpt"] = _quoted(excerpt)
    return said


def _texts(row: SimpleNamespace, field: str) -> dict[str, str]:
    return parts.by_language(getattr(row, f"{field}_{code}") for code in AVAILABLE_LANGUAGES)


def _value(kind: type[Model], row: SimpleNamespace, name: str):
    if name in TRANSLATED[kind]:
        return _texts(row, name)
    value = getattr(row, name)
    if isinstance(kind._meta.get_field(name), LinesField):
        return split_lines(value)
    if name == "figure_qualifier" and (value == FigureQualifier.EXACT or row.figure is None):
        return None  # what the pages do not say either: nobody said “exactly”
    return None if value in (None, "") else value


_OF_A_SIDE = (Document, Claim, Organisation, Person)


def _side(kind: type[Model], values: dict[str, list[str]]) -> tuple[str | None, str | None]:
    """Whose side the record, its publisher or its speaker is of, and what that is called."""
    if "side" not in values:
        return None, None
    facet = FILTERS[kind].base_filters["side"]
    side = facet.shown(values["side"][0])
    return side, facet.label_of(side).text


@cache
def _labels(kind: type[Model]) -> dict[str, dict]:
    """Of each field with a vocabulary, its values with what the pages call them."""
    fields = {name: kind._meta.get_field(name) for name in FIELDS[kind]}
    return {name: dict(field.flatchoices) for name, field in fields.items() if field.choices}


def _found_by(kind: type[Model], values: dict[str, list[str]], view: View) -> dict[str, list[str]]:
    """The records by which a list finds it, as addresses name them."""
    found = {}
    for name, facet in FILTERS[kind].base_filters.items():
        if isinstance(facet, RecordFacet):
            slugs = directory(facet.kind, view).slugs
            found[CALLED.get(name, name)] = sorted(
                slugs[value] for value in values.get(name, ()) if value in slugs
            )
    return found


def _quoted(excerpt: Excerpt) -> dict[str, Any]:
    return {
        "pieces": [{"text": piece.text, "is_hit": piece.is_hit} for piece in excerpt.pieces],
        "language": None if excerpt.is_file else excerpt.language or get_language(),
        "is_file": excerpt.is_file,
    }
