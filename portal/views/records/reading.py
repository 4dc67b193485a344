"""Related records as a reader's page needs them: published only, with all that a line names.

Each function costs a fixed number of queries, however many rows it returns.
"""

from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Prefetch, Q

from archive.models import Citation, Claim, Document, Incident, LegalCase, Organisation, Role


class Slice(NamedTuple):
    """The first rows of a list, and how many there are in all."""

    rows: list
    total: int

    @property
    def has_more(self) -> bool:
        return self.total > len(self.rows)


def first(queryset, size: int = 20) -> Slice:
    return Slice(list(queryset[:size]), queryset.count())


def statements():
    """Published claims with their speakers: enough for "who says"."""
    return Claim.objects.published().select_related("speaker_organisation", "speaker_person")


def claims():
    """Claims as they are read: who says it, in which office, where it is reported, what it
    answers and who answers it. Six queries."""
    citations = Citation.objects.published().select_related("document__publisher")
    in_time = F("date_earliest").asc(nulls_last=True)
    read = statements().annotate(is_sensitive=about_what_needs_a_warning())
    return read.order_by(in_time, "slug").prefetch_related(
        Prefetch("speaker_person__roles", Role.objects.published()),
        Prefetch(
            "citations",
            citations.prefetch_related(Prefetch("relayed_by", Organisation.objects.published())),
        ),
        Prefetch("responds_to", statements()),
        Prefetch("responses", statements()),
    )


def about_what_needs_a_warning():
    """Whether an incident that a claim is about, or a document that carries it, is behind a
    warning on its own page; what is not public counts too, the words are the same."""
    sensitive = Q(graphic_description=True) | Q(human_remains=True)
    incidents = Incident.objects.filter(sensitive, claims=OuterRef("pk"))
    carriers = Document.objects.filter(sensitive, citations__claim=OuterRef("pk"))
    return Exists(incidents) | Exists(carriers)


def documents():
    newest_first = F("published_on_earliest").desc(nulls_last=True)
    return Document.objects.published().select_related("publisher").order_by(newest_first, "slug")


def cases():
    latest_first = F("latest_step").desc(nulls_last=True)
    return LegalCase.objects.published().select_related("court").order_by(latest_first, "slug")


def incidents():
    return Incident.objects.published().order_by(F("date_earliest").asc(nulls_last=True), "slug")
