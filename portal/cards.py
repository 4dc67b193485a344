"""Records as items of a list (`portal/_<model>_card.html`), with all that such an item names."""

from django.db.models import Exists, OuterRef, Prefetch, Q

from archive.models import (
    Citation,
    Claim,
    Document,
    Incident,
    LegalCase,
    Organisation,
    Person,
    Place,
    Role,
    ViolationType,
)

# What is joined; templates pass every one through |public.
_JOINED = {
    Document: ("publisher",),
    LegalCase: ("court",),
    Claim: ("speaker_organisation", "speaker_person"),
    Organisation: ("parent",),
}


def with_card_relations(queryset):
    """The records with their published relations: the same few queries for one and for twenty."""
    model = queryset.model
    if joined := _JOINED.get(model):
        queryset = queryset.select_related(*joined)
    if model is Claim:
        queryset = queryset.annotate(
            graphic_description=about_what_is("graphic_description"),
            human_remains=about_what_is("human_remains"),
        )
    return queryset.prefetch_related(*_prefetched(model))


def about_what_is(flag: str) -> Q:
    """Claims about an incident or a document that readers are warned of, itself public or not:
    their text stands behind the same warning."""
    claim = {"claims": OuterRef("pk"), flag: True}
    document = {"claims_about": OuterRef("pk"), flag: True}
    return Q(Exists(Incident.objects.filter(**claim))) | Q(
        Exists(Document.objects.filter(**document))
    )


def _named(model):
    """Public records of which a card says no more than their name."""
    return model.objects.published().only("slug", model.heading_field, "translation_kind")


def _prefetched(model) -> list:
    """Into lists of their own (`shown_…`), which cost a third of what managers do."""
    incidents, cases = _shown("incidents", _named(Incident)), _shown("cases", _named(LegalCase))
    if model is Document:
        return [incidents, cases]
    if model is LegalCase:
        return [incidents]
    if model is Incident:
        return [
            _shown("places", _named(Place)),
            _shown("violation_types", ViolationType.objects.all()),
        ]
    if model is Claim:
        citations = Citation.objects.published().select_related("document", "claim")
        relays = Prefetch("relayed_by", Organisation.objects.published())
        return [
            incidents,
            cases,
            _shown("citations", citations.prefetch_related(relays)),
            Prefetch("speaker_person__roles", Role.objects.published()),
        ]
    if model is Person:
        return [_shown("roles", Role.objects.published().select_related("organisation"))]
    return []


def _shown(relation: str, queryset) -> Prefetch:
    return Prefetch(relation, queryset, to_attr=f"shown_{relation}")
