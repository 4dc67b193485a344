"""Whether a record says where its facts were seen."""

from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Q, QuerySet

from archive.models import (
    Claim,
    Document,
    Incident,
    LegalCase,
    Organisation,
    Person,
    Place,
    Publishable,
)

# Columns and relations of which one is enough, beside the sources of every record. Of other records
# those count that readers see.
SOURCES: dict[type[Publishable], tuple[str, ...]] = {
    Document: ("source_url", "archived_url", "reference", "attachments"),
    LegalCase: ("ecli", "hudoc_item_id", "documents"),
    Incident: ("documents", "claims"),
    Claim: ("citations__document",),
    Organisation: ("website", "wikidata", "publications"),
    Person: ("claims", "documents"),
    Place: ("geonames", "wikidata"),
}


def unsourced(records: QuerySet) -> QuerySet:
    """Those of the records, of one kind, that name no source at all. One query."""
    records = records.filter(sources="")
    for name in SOURCES[records.model]:
        records = records.filter(_empty(records.model, name))
    return records


def _empty(model: type[Publishable], name: str) -> Q:
    path = get_fields_from_path(model, name)
    target = path[-1].related_model if path[-1].is_relation else None
    if target and issubclass(target, Publishable):
        return ~Q(**{f"{name}__in": target.objects.published()})
    if target or path[-1].null:
        return Q(**{f"{name}__isnull": True})
    return Q(**{name: ""})
