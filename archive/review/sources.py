"""Whether a record says where its facts were seen."""

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

# Columns and relations of which one is enough, beside the sources of every record.
SOURCES: dict[type[Publishable], tuple[str, ...]] = {
    Document: ("source_url", "archived_url", "reference", "attachments"),
    LegalCase: ("ecli", "hudoc_item_id", "documents"),
    Incident: ("documents", "claims"),
    Claim: ("citations",),
    Organisation: ("website", "wikidata", "publications"),
    Person: ("claims", "documents"),
    Place: ("geonames", "wikidata"),
}


def unsourced(records: QuerySet) -> QuerySet:
    """Those of the records, of one kind, that name no source at all. One query."""
    records = records.filter(sources="")
    for name in SOURCES[records.model]:
        field = records.model._meta.get_field(name)
        empty = Q(**{f"{name}__isnull": True})
        if not field.is_relation and not field.null:
            empty = Q(**{name: ""})
        records = records.filter(empty)
    return records
