"""What the archive holds, for its home page: counts, balance, newest. A constant number of queries."""

from operator import attrgetter
from typing import NamedTuple

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from archive.models import (
    PUBLISHABLE,
    AllegedSide,
    Claim,
    Document,
    EDTFDate,
    Incident,
    LegalCase,
    Organisation,
    OrganisationKind,
    Side,
)

SCALE = 1000  # the width of the longest bar, in units of its drawing


class Row(NamedTuple):
    label: str
    count: int
    address: str = ""
    width: int = 0
    is_part: bool = False  # of the row above that is not a part


def counts() -> dict[str, int]:
    """Published records by model name: {"document": 63, …}."""
    return {model._meta.model_name: model.objects.published().count() for model in PUBLISHABLE}


def incidents_by_side() -> list[Row]:
    """Incidents by the side of the alleged victims; the sides in the reader's alphabet."""
    found = Incident.objects.published().order_by().values_list("victims_side")
    counted = dict(found.annotate(Count("pk")))
    sides = sorted((AllegedSide.ARMENIAN, AllegedSide.AZERBAIJANI), key=lambda side: side.label)
    address = reverse("portal:incident_list")
    return _drawn(
        [
            Row(str(side.label), counted.get(side, 0), f"{address}?side={side}")
            for side in (*sides, AllegedSide.BOTH, AllegedSide.UNKNOWN)
        ]
    )


def claims_by_speaker() -> list[Row]:
    """Claims by who makes them: the two sides, then third parties, in all and by kind."""
    speakers = "speaker_organisation__side", "speaker_person__side", "speaker_organisation__kind"
    of_side, of_kind = dict.fromkeys(Side, 0), {}
    found = Claim.objects.published().order_by().values_list(*speakers).annotate(Count("pk"))
    for body_side, person_side, kind, count in found:
        if side := body_side or person_side:
            of_side[side] += count
        else:
            of_kind[kind] = of_kind.get(kind, 0) + count
    address = reverse("portal:claim_list")
    sides = [
        Row(str(side.label), of_side[side], f"{address}?side={side}")
        for side in sorted(Side, key=lambda side: side.label)
    ]
    others = Row(_("Third parties"), sum(of_kind.values()), f"{address}?side=third")
    return _drawn([*sides, others, *_third_parties(of_kind)])


def _third_parties(of_kind: dict) -> list[Row]:
    plural = {
        OrganisationKind.COURT: _("Courts"),
        OrganisationKind.UN_BODY: _("UN bodies"),
        OrganisationKind.INTERGOVERNMENTAL: _("Other intergovernmental bodies"),
        # Translators: governments of States other than Armenia and Azerbaijan
        OrganisationKind.GOVERNMENT: _("Governments of third States"),
        OrganisationKind.NGO: _("Non-governmental organisations"),
        OrganisationKind.MEDIA: pgettext("speakers", "Media"),
        None: _("Individuals speaking for neither side"),
    }
    rows = {}
    for kind, count in of_kind.items():
        label = plural.get(kind, _("Others"))
        rows[label] = rows.get(label, 0) + count
    found = [Row(label, count, is_part=True) for label, count in rows.items()]
    return sorted(found, key=lambda row: (-row.count, row.label))


def _drawn(rows: list[Row]) -> list[Row]:
    longest = max((row.count for row in rows), default=0) or 1
    return [row._replace(width=row.count * SCALE // longest) for row in rows]


class Newest(NamedTuple):
    """A record in few words; body is a publisher or court, still to be gated by the template."""

    record: Document | LegalCase | Incident
    kind: str
    body: Organisation | None = None
    date: EDTFDate = EDTFDate("")


def _document(record: Document) -> Newest:
    return Newest(record, record.get_kind_display(), record.publisher, record.published_on)


def _case(record: LegalCase) -> Newest:
    return Newest(record, record.get_kind_display(), record.court)


def _incident(record: Incident) -> Newest:
    return Newest(record, _("Incident"), date=record.date)


def latest_documents(number: int = 5) -> list[Newest]:
    """By the date of publication, whenever they came to the archive."""
    dated = Document.objects.published().filter(published_on_latest__isnull=False)
    latest = dated.select_related("publisher").order_by("-published_on_latest", "slug")
    return [_document(record) for record in latest[:number]]


def newly_added(of_each: int = 2) -> list[Newest]:
    """The last documents, cases and incidents that the archive published."""
    kinds = (
        (Document.objects.published().select_related("publisher"), _document),
        (LegalCase.objects.published().select_related("court"), _case),
        (Incident.objects.published(), _incident),
    )
    newest = [
        describe(record)
        for queryset, describe in kinds
        for record in queryset.order_by("-published_at", "-pk")[:of_each]
    ]
    return sorted(newest, key=attrgetter("record.published_at"), reverse=True)
