from django.db.models import Count, Prefetch

from archive.models import CaseOutcome, LegalCase, Organisation
from portal.citations import cite, mark_repeated_sources

from . import reading
from .base import RecordPage


class CasePage(RecordPage):
    """The docket of a case: parties, stage, steps, outcomes, and what was said about it."""

    model = LegalCase

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("court")
            .annotate(respondents_in_all=Count("respondents"))
            .prefetch_related(
                "steps",
                Prefetch("outcomes", CaseOutcome.objects.select_related("respondent")),
                Prefetch("applicant_organisations", Organisation.objects.published()),
                Prefetch("respondents", Organisation.objects.published()),
                Prefetch("related_cases", reading.cases()),
                Prefetch("incidents", reading.incidents()),
                Prefetch("documents", reading.documents()),
            )
        )

    def get_context(self, record):
        claims = list(reading.claims().filter(cases=record))
        return {
            "findings": mark_repeated_sources([claim for claim in claims if claim.is_finding]),
            "claims": mark_repeated_sources([claim for claim in claims if not claim.is_finding]),
            "hides_respondents": record.respondents_in_all > len(record.respondents.all()),
            "names_respondents": names_respondents(record),
            "has_votes": any(o.unanimous or o.votes_for is not None for o in record.outcomes.all()),
            "how_to_cite": cite(record),
        }


def names_respondents(case) -> bool:
    """Whether each outcome has to say whom it concerns: always, unless all concern the only
    respondent that the page names anyway."""
    shown = {body.pk for body in case.respondents.all()}
    concerned = {outcome.respondent_id for outcome in case.outcomes.all()}
    return bool(concerned - {None}) and (len(concerned) > 1 or concerned != shown)
