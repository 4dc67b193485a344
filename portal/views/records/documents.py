from django.db.models import Prefetch

from archive.models import Attachment, Document, Organisation, Person, Place
from portal.citations import cite

from . import reading
from .base import RecordPage


class DocumentPage(RecordPage):
    """Everything a reader needs to judge and to cite a document."""

    model = Document

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("publisher")
            .prefetch_related(
                Prefetch("attachments", Attachment.objects.published().defer("text")),
                Prefetch("cases", reading.cases()),
                Prefetch("incidents", reading.incidents()),
                Prefetch("organisations", Organisation.objects.published()),
                Prefetch("people", Person.objects.published()),
                Prefetch("places", Place.objects.published()),
            )
        )

    def get_context(self, record):
        carried = reading.claims().filter(citations__document=record).distinct()
        carried = carried.prefetch_related(Prefetch("incidents", reading.incidents()))
        about = reading.claims().filter(about_documents=record).exclude(citations__document=record)
        return {
            "claims": in_order_of_paragraphs(record, carried),
            "claims_about": about,
            "how_to_cite": cite(record),
        }


def in_order_of_paragraphs(document, claims) -> list:
    """The claims a document carries, each with its places in it as `places_here`."""
    for claim in claims:
        claim.places_here = sorted(
            (citation for citation in claim.citations.all() if citation.document_id == document.pk),
            key=_position,
        )
    return sorted(claims, key=lambda claim: _position(claim.places_here[0]))


def _position(citation) -> tuple:
    paragraph = citation.paragraph
    return paragraph is None, paragraph or 0, citation.locator, citation.pk
