"""What of every kind of record is searched, and which facets narrow a list of it.

To add a facet, name here the paths that lead to its values; the portal gives it a label. Every
path leads through published records only.
"""

from dataclasses import dataclass, field
from functools import cache

from django.db.models import Model
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import (
    PUBLISHABLE,
    Attachment,
    CaseStep,
    Citation,
    Claim,
    Document,
    Incident,
    LegalCase,
    Organisation,
    Person,
    Place,
    Role,
)
from archive.translation import TRANSLATED

KINDS = PUBLISHABLE  # an entry names its kind by the position here; new kinds come last


@dataclass(frozen=True)
class Searched:
    """title, summary, text: fields, from what weighs most to what weighs least, `relation__field`
    for the public rows that are part of a record. author, number: what a query may ask for alone.
    called: fields that hold its names. proper: names of people or places, met by sound too.
    named: relations to those whose names find this record. date: an EDTF field of its own or of
    its parts; bounds: the columns by which it stands in time."""

    title: tuple[str, ...]
    summary: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    proper: bool = False
    named: tuple[str, ...] = ()
    date: str = ""
    bounds: tuple[str, str] | None = None
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """Every facet with its paths, that of the names among them."""
        return {**self.facets, NAMED: self.named}


NAMED = "named"  # the facet of those by whose names a record is found

SEARCHED: dict[type[Model], Searched] = {
    Document: Searched(
        title=("title", "original_title"),
        summary=("summary",),
        text=("reference", "authors", "note", "attachments__text"),
        author=("authors",),
        number=("reference",),
        named=("publisher", "organisations", "people", "places", "cases"),
        date="published_on",
        bounds=("published_on_earliest", "published_on_latest"),
        facets={
            "kind": ("kind",),
            "organisation": ("publisher", "organisations"),
            "case": ("cases",),
            "incident": ("incidents",),
            "place": ("places", "incidents__places"),
            "violation": ("incidents__violation_types",),
            "phase": ("incidents__phase",),
            "side": ("publisher__side",),
            "language": ("language",),
            "publisher": ("publisher",),
            "person": ("people",),
        },
    ),
    LegalCase: Searched(
        title=("title", "application_numbers", "ecli", "hudoc_item_id"),
        summary=("summary",),
        text=("forum", "applicants", "stage_note", "legal_basis", "note"),
        number=("application_numbers", "ecli", "hudoc_item_id"),
        called=("title", "application_numbers", "ecli", "hudoc_item_id"),
        proper=True,
        named=("court", "applicant_organisations", "respondents", "incidents__places"),
        date="steps__date",
        bounds=("first_step", "latest_step"),
        facets={
            "kind": ("kind",),
            "organisation": ("court", "applicant_organisations", "respondents"),
            "stage": ("stage",),
            "side": ("applicant_side",),
            "incident": ("incidents",),
            "place": ("incidents__places",),
            "violation": ("incidents__violation_types",),
            "phase": ("incidents__phase",),
            "language": ("documents__language",),
            "court": ("court",),
        },
    ),
    Incident: Searched(
        title=("title",),
        summary=("summary",),
        text=("note",),
        named=("places", "cases"),
        date="date",
        bounds=("date_earliest", "date_latest"),
        facets={
            "violation": ("violation_types",),
            "phase": ("phase",),
            "side": ("victims_side",),
            "place": ("places",),
            "case": ("cases",),
            "organisation": (
                "claims__speaker_organisation",
                "documents__publisher",
                "documents__organisations",
            ),
            "kind": ("documents__kind",),
            "language": ("documents__language",),
        },
    ),
    Claim: Searched(
        title=("text",),
        text=("verification_method", "figure_counted", "note"),
        named=("speaker_organisation", "speaker_person", "incidents__places", "cases"),
        date="date",
        bounds=("date_earliest", "date_latest"),
        facets={
            "kind": ("kind",),
            "organisation": ("speaker_organisation",),
            "side": ("speaker_organisation__side", "speaker_person__side"),
            "person": ("speaker_person",),
            "speaker": ("speaker_organisation", "speaker_person"),
            "incident": ("incidents",),
            "case": ("cases",),
            "place": ("incidents__places",),
            "violation": ("incidents__violation_types",),
            "phase": ("incidents__phase",),
            "language": ("citations__document__language",),
        },
    ),
    Organisation: Searched(
        title=("name", "acronym", "aliases"),
        text=("note",),
        called=("name", "acronym", "aliases"),
        named=("parent",),
        facets={"kind": ("kind",), "side": ("side",), "country": ("country",)},
    ),
    Person: Searched(
        title=("name", "aliases"),
        text=("note", "roles__title"),
        called=("name", "aliases"),
        proper=True,
        named=("roles__organisation",),
        facets={"organisation": ("roles__organisation",), "side": ("side",)},
    ),
    Place: Searched(
        title=("name", "azerbaijani_name", "armenian_name", "variants"),
        text=("note",),
        called=("name", "azerbaijani_name", "armenian_name", "variants"),
        proper=True,
        facets={"kind": ("kind",), "country": ("country",)},
    ),
}

# Rows that are part of the entry of the record that a relation leads to.
PARTS = {Attachment: "document", CaseStep: "case", Citation: "claim", Role: "person"}

# Fields of a query that name a record (`place:…`): of which kinds, by which facets others have it.
RECORD_FIELDS = {
    "speaker": ((Organisation, Person), ("speaker",)),
    "publisher": ((Organisation,), ("publisher",)),
    "court": ((Organisation,), ("court",)),
    "organisation": ((Organisation,), ("organisation", NAMED)),
    "person": ((Person,), ("person", NAMED)),
    "place": ((Place,), ("place", NAMED)),
    "case": ((LegalCase,), ("case", NAMED)),
}


def columns(model: type[Model], names) -> list[str]:
    """The columns of these fields: translated ones in every language."""
    translated = TRANSLATED.get(model, ())
    return [
        column
        for name in names
        for column in (
            [f"{name}_{language}" for language in AVAILABLE_LANGUAGES]
            if name in translated
            else [name]
        )
    ]


@cache
def hops(model: type[Model], path: str) -> list[tuple[str, type[Model], str]]:
    """Every relation of a path: (the path up to it, the model it leads to, the step after it)."""
    found, walked, here, steps = [], "", model, path.split("__")
    for name, after in zip(steps, [*steps[1:], ""], strict=True):
        step = here._meta.get_field(name)
        if not step.is_relation:
            break
        walked, here = f"{walked}__{name}" if walked else name, step.related_model
        found.append((walked, here, after))
    return found


@cache
def dependants(model: type[Model]) -> list[tuple[type[Model], str]]:
    """Whose entries say something of records of this kind: (kind, the path that leads here)."""
    return sorted(
        {
            (kind, walked)
            for kind, searched in SEARCHED.items()
            for paths in searched.paths.values()
            for path in paths
            for walked, target, _after in hops(kind, path)
            if target is model
        },
        key=str,
    )


@cache
def exported(model: type[Model]) -> set[str]:
    """The facets of this kind that the entries of others take over."""
    steps = {
        after
        for kind, searched in SEARCHED.items()
        for paths in searched.paths.values()
        for path in paths
        for _walked, target, after in hops(kind, path)
        if target is model and after
    }
    return {name for name, paths in SEARCHED[model].facets.items() if steps & set(paths)}
