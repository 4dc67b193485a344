"""Those who speak: organisations and people."""

from django.db.models import Count, F, Prefetch
from django.utils.translation import gettext as _

from archive.models import Claim, ClaimKind, Organisation, Person, Role
from portal.citations import mark_repeated_sources

from . import reading
from .base import RecordPage

NEWEST_FIRST = F("date_earliest").desc(nulls_last=True), "slug"


class OrganisationPage(RecordPage):
    model = Organisation

    def get_queryset(self):
        roles = Role.objects.published().select_related("person")
        return (
            super()
            .get_queryset()
            .select_related("parent")
            .prefetch_related(
                Prefetch("bodies", Organisation.objects.published()), Prefetch("roles", roles)
            )
        )

    def get_context(self, record):
        cases = reading.cases()
        documents = reading.documents()
        return {
            **what_was_said(20, speaker_organisation=record),
            "publications": reading.first(documents.filter(publisher=record)),
            "mentions": reading.first(documents.filter(organisations=record)),
            "case_lists": [
                (_("Cases before it"), reading.first(cases.filter(court=record))),
                (
                    _("Cases it brought"),
                    reading.first(cases.filter(applicant_organisations=record)),
                ),
                (_("Cases against it"), reading.first(cases.filter(respondents=record))),
            ],
        }


class PersonPage(RecordPage):
    """An official or author acting in public."""

    model = Person

    def get_queryset(self):
        roles = Role.objects.published().select_related("organisation")
        return super().get_queryset().prefetch_related(Prefetch("roles", roles))

    def get_context(self, record):
        return {
            **what_was_said(20, speaker_person=record),
            "mentions": reading.first(reading.documents().filter(people=record)),
        }


def what_was_said(size: int, **speaker) -> dict:
    """The newest claims of a speaker, and how many there are with each verb."""
    claims = reading.claims().filter(**speaker).order_by(*NEWEST_FIRST)
    kinds = Claim.objects.published().filter(**speaker).order_by().values("kind")
    said = reading.first(claims, size)
    mark_repeated_sources(said.rows)
    return {
        "said": said,
        "said_by_kind": [
            {"kind": ClaimKind(row["kind"]), "total": row["total"]}
            for row in kinds.annotate(total=Count("pk")).order_by("-total", "kind")
        ],
    }
