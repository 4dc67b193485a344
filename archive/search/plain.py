"""Search without an index: every term as a regular expression over the columns.

Right for an archive of hundreds of records, on both databases and in every script: SQLite's own
`icontains` takes capital Cyrillic letters for other letters, its `iregex` is Python's.
"""

from django.db.models import Q

from archive.models import Claim, Document, Incident, LegalCase, Organisation, Person, Place

from .names import NAMES, called, columns, groups
from .terms import patterns

# The fields of a record's own in which a word may stand; translated ones in every language.
TEXTS = {
    Document: ("title", "original_title", "summary", "note", "reference", "authors"),
    LegalCase: (
        "title",
        "summary",
        "forum",
        "applicants",
        "stage_note",
        "legal_basis",
        "note",
        "application_numbers",
        "ecli",
        "hudoc_item_id",
    ),
    Incident: ("title", "summary", "note"),
    Claim: ("text", "verification_method", "figure_counted", "note"),
    Organisation: ("name", "acronym", "aliases", "note"),
    Person: ("name", "aliases", "note"),
    Place: ("name", "azerbaijani_name", "armenian_name", "variants", "note"),
}

LINKS = {
    Document: ("publisher", "organisations", "people", "places", "cases"),
    LegalCase: ("court", "applicant_organisations", "respondents", "incidents__places"),
    Incident: ("places", "cases"),
    Claim: ("speaker_organisation", "speaker_person", "incidents__places", "cases"),
    Organisation: ("parent",),
    Person: ("roles__organisation",),
    Place: (),
}


def matching(queryset, text: str):
    """The records of any kind that hold every word of `text`, in either language, or are linked
    to an organisation, person, place or case that is called so. A name written out stands for
    all names of the one it belongs to.

    "…" asks for the exact phrase. Blank text narrows nothing, text without a word or a number
    finds nothing. Only what is public is searched: not the notes of curators, nor the names of
    records that are not published. Never raises on what a visitor types.
    """
    if not text.strip():
        return queryset
    found = patterns(text, groups())
    if not found:
        return queryset.none()
    for pattern in found:
        queryset = queryset.filter(_about(queryset.model, pattern))
    return queryset


def exactly(queryset, text: str):
    """The records whose whole name, or number, is the text: no better answer to it can be."""
    return queryset.filter(pk__in=called(queryset.model, text))


def _about(model, pattern: str) -> Q:
    condition = _any(model, TEXTS[model], pattern)
    for path in LINKS[model]:
        condition |= _linked(model, path, pattern)
    return condition


def _any(model, names, pattern: str) -> Q:
    condition = Q()
    for column in columns(model, names):
        condition |= Q(**{f"{column}__iregex": pattern})
    return condition


def _linked(model, path: str, pattern: str) -> Q:
    """Records whose relation leads, through public records only, to one of that name."""
    relation, _, rest = path.partition("__")
    target = model._meta.get_field(relation).related_model
    called = _linked(target, rest, pattern) if rest else _any(target, NAMES[target], pattern)
    public = target.objects.published().filter(called).order_by().values("pk")
    rows = model._base_manager.filter(**{f"{relation}__in": public}).order_by()
    return Q(pk__in=rows.values("pk"))
