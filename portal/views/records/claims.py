from django.db.models import Prefetch

from archive.models import Claim
from portal.citations import cite

from . import reading
from .base import RecordPage


class ClaimPage(RecordPage):
    """One assertion by one speaker: who, what, when, where reported, what it answers."""

    model = Claim

    def get_queryset(self):
        return reading.claims().prefetch_related(
            Prefetch("incidents", reading.incidents()),
            Prefetch("cases", reading.cases()),
            Prefetch("about_documents", reading.documents()),
        )

    def get_context(self, record):
        return {"how_to_cite": cite(record)}
