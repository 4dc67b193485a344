"""The filters of the lists: one class a kind of record, one filter a parameter of the address.

To add a facet to a list, declare it in the class of that list; the panel, the counts, the chips
and the address follow from the declaration.
"""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models import (
    AllegedSide,
    CaseKind,
    CaseStatus,
    Claim,
    ClaimKind,
    Document,
    DocumentKind,
    Incident,
    LegalCase,
    Organisation,
    OrganisationKind,
    OriginalLanguage,
    Person,
    Phase,
    Place,
    PlaceKind,
    Side,
    ViolationType,
)

from .facets import ChoiceFacet, CountryFacet, RecordFacet, SideFacet
from .parameters import NameSort, Period, Sort, StepPeriod, Text


class RecordFilters(django_filters.FilterSet):
    """A list narrowed by the parameters of its address.

    Parameters that no filter is named after are ignored, and so are values that cannot be read
    (a wrong date): the form keeps their errors for the page to show.
    """

    q = Text()

    @classmethod
    def parameters(cls) -> set[str]:
        """What these filters are called in an address."""
        names = (getattr(one, "names", (name,)) for name, one in cls.base_filters.items())
        return {name for group in names for name in group}

    def narrowed(self, without: str = ""):
        """The records that every filter lets through, `without` one of them: what the options of
        that one are counted in."""
        self.errors  # noqa: B018  reading it is what validates the form
        queryset = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name != without:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def filter_queryset(self, queryset):
        return self.narrowed()

    def chosen(self, name: str):
        """The value of a parameter as it was read; None where it could not be."""
        self.errors  # noqa: B018
        return self.form.cleaned_data.get(name)


class DocumentFilters(RecordFilters):
    kind = ChoiceFacet("kind", choices=DocumentKind, label=_("Kind"))
    organisation = RecordFacet(
        "publisher__slug",
        "organisations__slug",
        records=Organisation,
        label=_("Organisation"),
    )
    case = RecordFacet("cases__slug", records=LegalCase, label=_("Case"))
    incident = RecordFacet("incidents__slug", records=Incident, label=_("Incident"))
    place = RecordFacet("places__slug", "incidents__places__slug", records=Place, label=_("Place"))
    violation = RecordFacet(
        "incidents__violation_types__slug", records=ViolationType, label=_("Alleged violation")
    )
    phase = ChoiceFacet("incidents__phase", choices=Phase, label=_("Phase of the conflict"))
    side = SideFacet("publisher__side", choices=Side, label=_("Side of the publisher"), third=True)
    language = ChoiceFacet("language", choices=OriginalLanguage, label=_("Original language"))
    period = Period("published_on", label=_("Date of publication"))
    sort = Sort("published_on_earliest", "published_on_latest")


class CaseFilters(RecordFilters):
    kind = ChoiceFacet("kind", choices=CaseKind, label=_("Kind"))
    organisation = RecordFacet(
        "court__slug",
        "applicant_organisations__slug",
        "respondents__slug",
        records=Organisation,
        label=_("Court or party"),
    )
    stage = ChoiceFacet("stage", choices=CaseStatus, label=_("Stage of the proceedings"))
    side = SideFacet("applicant_side", choices=Side, label=_("Applicants’ side"))
    incident = RecordFacet("incidents__slug", records=Incident, label=_("Incident"))
    place = RecordFacet("incidents__places__slug", records=Place, label=_("Place"))
    violation = RecordFacet(
        "incidents__violation_types__slug", records=ViolationType, label=_("Alleged violation")
    )
    phase = ChoiceFacet("incidents__phase", choices=Phase, label=_("Phase of the conflict"))
    language = ChoiceFacet(
        "documents__language", choices=OriginalLanguage, label=_("Language of its documents")
    )
    period = StepPeriod("date", label=_("Date of a step"))
    sort = Sort("first_step", "latest_step")


class IncidentFilters(RecordFilters):
    violation = RecordFacet(
        "violation_types__slug", records=ViolationType, label=_("Alleged violation")
    )
    phase = ChoiceFacet("phase", choices=Phase, label=_("Phase of the conflict"))
    side = SideFacet("victims_side", choices=AllegedSide, label=_("Side of the alleged victims"))
    place = RecordFacet("places__slug", records=Place, label=_("Place"))
    case = RecordFacet("cases__slug", records=LegalCase, label=_("Case"))
    organisation = RecordFacet(
        "claims__speaker_organisation__slug",
        "documents__publisher__slug",
        "documents__organisations__slug",
        records=Organisation,
        label=_("Who speaks or is spoken of"),
    )
    kind = ChoiceFacet(
        "documents__kind", choices=DocumentKind, label=_("Kind of document about it")
    )
    language = ChoiceFacet(
        "documents__language", choices=OriginalLanguage, label=_("Language of its documents")
    )
    period = Period("date", label=_("Date of the incident"))
    sort = Sort("date_earliest", "date_latest")


class ClaimFilters(RecordFilters):
    kind = ChoiceFacet("kind", choices=ClaimKind, label=pgettext_lazy("of a claim", "Verb"))
    organisation = RecordFacet(
        "speaker_organisation__slug", records=Organisation, label=_("Speaker")
    )
    side = SideFacet(
        "speaker_organisation__side",
        "speaker_person__side",
        choices=Side,
        label=_("Side of the speaker"),
        third=True,
    )
    person = RecordFacet("speaker_person__slug", records=Person, label=_("Speaker: person"))
    incident = RecordFacet("incidents__slug", records=Incident, label=_("Incident"))
    case = RecordFacet("cases__slug", records=LegalCase, label=_("Case"))
    place = RecordFacet("incidents__places__slug", records=Place, label=_("Place"))
    violation = RecordFacet(
        "incidents__violation_types__slug", records=ViolationType, label=_("Alleged violation")
    )
    phase = ChoiceFacet("incidents__phase", choices=Phase, label=_("Phase of the conflict"))
    language = ChoiceFacet(
        "citations__document__language",
        choices=OriginalLanguage,
        label=_("Language of the document that reports it"),
    )
    period = Period("date", label=_("Date of the statement"))
    sort = Sort("date_earliest", "date_latest")


class OrganisationFilters(RecordFilters):
    kind = ChoiceFacet("kind", choices=OrganisationKind, label=_("Kind"))
    side = SideFacet("side", choices=Side, label=_("Side"), third=True)
    country = CountryFacet("country", label=_("Country"))
    sort = NameSort("name")


class PersonFilters(RecordFilters):
    organisation = RecordFacet(
        "roles__organisation__slug", records=Organisation, label=_("Organisation")
    )
    side = SideFacet("side", choices=Side, label=_("Side"), third=True)
    sort = NameSort("name")


class PlaceFilters(RecordFilters):
    kind = ChoiceFacet("kind", choices=PlaceKind, label=_("Kind"))
    country = CountryFacet("country", label=_("Country, as internationally recognised"))
    sort = NameSort("name")


# Every kind of record that has a list, with its filters.
FILTERS = {
    Document: DocumentFilters,
    LegalCase: CaseFilters,
    Incident: IncidentFilters,
    Claim: ClaimFilters,
    Organisation: OrganisationFilters,
    Person: PersonFilters,
    Place: PlaceFilters,
}
