from django.db.models import Prefetch

from archive.models import CaseOutcome, Incident, Outcome, Place, ViolationType
from portal.accounts import arrange, columns, silent_sides
from portal.citations import cite
from portal.disputes import authenticity, dates, figures

from . import reading
from .base import RecordPage

DECIDED = (Outcome.VIOLATION, Outcome.CONTINUING_VIOLATION, Outcome.NO_VIOLATION)


class IncidentPage(RecordPage):
    """An alleged event: what was found, and the accounts of it side by side."""

    model = Incident

    def get_queryset(self):
        decided = CaseOutcome.objects.filter(outcome__in=DECIDED).select_related("respondent")
        return (
            super()
            .get_queryset()
            .prefetch_related(
                Prefetch("places", Place.objects.published()),
                Prefetch("violation_types", ViolationType.objects.prefetch_related("references")),
                Prefetch("cases", reading.cases().prefetch_related(Prefetch("outcomes", decided))),
                Prefetch("documents", reading.documents()),
            )
        )

    def get_context(self, record):
        claims = list(reading.claims().filter(incidents=record))
        tables = figures(claims)
        compared = [table for table in tables if table.is_compared]
        dated, footage = dates(record, claims), authenticity(claims)
        return {
            "findings": [claim for claim in claims if claim.is_finding],
            "decided_cases": [case for case in record.cases.all() if has_findings(case)],
            "columns": columns(),
            "periods": arrange(claims),
            "silent_sides": silent_sides(claims),
            "disputed_figures": compared,
            "other_figures": [table for table in tables if not table.is_compared],
            "disputed_dates": dated,
            "authenticity": footage,
            "has_authenticity": any(footage.values()),
            "is_disputed": bool(compared or dated or any(footage.values())),
            "nearby": nearby(record),
            "how_to_cite": cite(record),
        }


def has_findings(case) -> bool:
    """Whether a court that readers may see has found for or against a violation in this case."""
    court = case.court
    return bool(court and court.is_public and court.makes_findings and case.outcomes.all())


def nearby(incident, size: int = 2) -> list:
    """The incidents just before and just after, in the same phase of the conflict."""
    if not incident.date_earliest:
        return []
    others = reading.incidents().filter(phase=incident.phase).exclude(pk=incident.pk)
    before = others.filter(date_earliest__lte=incident.date_earliest).reverse()[:size]
    after = others.filter(date_earliest__gt=incident.date_earliest)[:size]
    return [*reversed(before), *after]
