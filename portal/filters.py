"""The filters of the lists: one class a kind of record, one filter a parameter of the address.

To add a facet to a list, declare it in the class of that list; the panel, the counts, the chips
and the address follow from the declaration.
"""

import django_filters
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

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
from archive.search import Answer, Question, View, ask, current

from .facets import ChoiceFacet, CountryFacet, Facet, RecordFacet, SideFacet, TypeFacet
from .parameters import NameSort, Period, Sort, Text


class RecordFilters(django_filters.FilterSet):
    """A list narrowed by the parameters of its address.

    Parameters that no filter is named after are ignored, and so are values that cannot be read
    (a wrong date, see `wrong_dates`).
    """

    q = Text()

    @classmethod
    def parameters(cls) -> set[str]:
        """What these filters are called in an address."""
        names = (getattr(one, "names", (name,)) for name, one in cls.base_filters.items())
        return {name for group in names for name in group}

    @cached_property
    def question(self) -> Question:
        """What is asked of the index."""
        text = self.chosen("q") or ""
        return Question(
            kinds=self.kinds_of(self.chosen("type") or []),
            text=text,
            chosen={
                name: one.asked(values)
                for name, one in self.facets.items()
                if (values := self.chosen(name)) and name != "type"
            },
            period=self.chosen("period"),
            order=self.filters["sort"].read(self.chosen("sort") or "", text),
            language=get_language(),
        )

    def narrowed_otherwise(self, name: str, values: list[str]) -> dict:
        """The part of the question that changes when a facet has other values."""
        if name == "type":
            return {"kinds": self.kinds_of(values)}
        chosen = {**self.question.chosen, name: self.facets[name].asked(values)}
        return {"chosen": chosen}

    def kinds_of(self, types: list[str]) -> tuple:
        return (self.queryset.model,)

    @cached_property
    def view(self) -> View:
        """The one state of the index that question, answer and labels speak of."""
        return current()

    @cached_property
    def answer(self) -> Answer:
        return ask(self.question, self.view)

    @property
    def facets(self) -> dict[str, Facet]:
        return {name: one for name, one in self.filters.items() if isinstance(one, Facet)}

    def chosen(self, name: str):
        """The value of a parameter as it was read; None where it could not be."""
        return self._read.get(name)

    @cached_property
    def _read(self) -> dict:
        self.errors  # noqa: B018  reading it is what validates the form
        return self.form.cleaned_data


class DocumentFilters(RecordFilters):
    kind = ChoiceFacet(choices=DocumentKind, label=_("Kind"))
    organisation = RecordFacet(records=Organisation, label=_("Organisation"))
    case = RecordFacet(records=LegalCase, label=_("Case"))
    incident = RecordFacet(records=Incident, label=_("Incident"))
    place = RecordFacet(records=Place, label=_("Place"))
    violation = RecordFacet(records=ViolationType, label=_("Alleged violation"))
    phase = ChoiceFacet(choices=Phase, label=_("Phase of the conflict"))
    side = SideFacet(choices=Side, label=_("Side of the publisher"), third=True)
    language = ChoiceFacet(choices=OriginalLanguage, label=_("Original language"))
    period = Period(label=_("Date of publication"))
    sort = Sort()


class CaseFilters(RecordFilters):
    kind = ChoiceFacet(choices=CaseKind, label=_("Kind"))
    organisation = RecordFacet(records=Organisation, label=_("Court or party"))
    stage = ChoiceFacet(choices=CaseStatus, label=_("Stage of the proceedings"))
    side = SideFacet(choices=Side, label=_("Applicants’ side"))
    incident = RecordFacet(records=Incident, label=_("Incident"))
    place = RecordFacet(records=Place, label=_("Place"))
    violation = RecordFacet(records=ViolationType, label=_("Alleged violation"))
    phase = ChoiceFacet(choices=Phase, label=_("Phase of the conflict"))
    language = ChoiceFacet(choices=OriginalLanguage, label=_("Language of its documents"))
    period = Period(label=_("Date of a step"))
    sort = Sort()


class IncidentFilters(RecordFilters):
    violation = RecordFacet(records=ViolationType, label=_("Alleged violation"))
    phase = ChoiceFacet(choices=Phase, label=_("Phase of the conflict"))
    side = SideFacet(choices=AllegedSide, label=_("Side of the alleged victims"))
    place = RecordFacet(records=Place, label=_("Place"))
    case = RecordFacet(records=LegalCase, label=_("Case"))
    organisation = RecordFacet(records=Organisation, label=_("Who speaks or is spoken of"))
    kind = ChoiceFacet(choices=DocumentKind, label=_("Kind of document about it"))
    language = ChoiceFacet(choices=OriginalLanguage, label=_("Language of its documents"))
    period = Period(label=_("Date of the incident"))
    sort = Sort()


class ClaimFilters(RecordFilters):
    kind = ChoiceFacet(choices=ClaimKind, label=pgettext_lazy("of a claim", "Verb"))
    organisation = RecordFacet(records=Organisation, label=_("Speaker"))
    side = SideFacet(choices=Side, label=_("Side of the speaker"), third=True)
    person = RecordFacet(records=Person, label=_("Speaker: person"))
    incident = RecordFacet(records=Incident, label=_("Incident"))
    case = RecordFacet(records=LegalCase, label=_("Case"))
    place = RecordFacet(records=Place, label=_("Place"))
    violation = RecordFacet(records=ViolationType, label=_("Alleged violation"))
    phase = ChoiceFacet(choices=Phase, label=_("Phase of the conflict"))
    language = ChoiceFacet(
        choices=OriginalLanguage, label=_("Language of the document that reports it")
    )
    period = Period(label=_("Date of the statement"))
    sort = Sort()


class OrganisationFilters(RecordFilters):
    kind = ChoiceFacet(choices=OrganisationKind, label=_("Kind"))
    side = SideFacet(choices=Side, label=_("Side"), third=True)
    country = CountryFacet(label=_("Country"))
    sort = NameSort()


class PersonFilters(RecordFilters):
    organisation = RecordFacet(records=Organisation, label=_("Organisation"))
    side = SideFacet(choices=Side, label=_("Side"), third=True)
    sort = NameSort()


class PlaceFilters(RecordFilters):
    kind = ChoiceFacet(choices=PlaceKind, label=_("Kind"))
    country = CountryFacet(label=_("Country, as internationally recognised"))
    sort = NameSort()


# Value of the parameter `type`, which is the last part of the address of its list → kind, label.
TYPES = {
    "documents": (Document, pgettext_lazy("section", "Documents")),
    "cases": (LegalCase, pgettext_lazy("section", "Cases")),
    "incidents": (Incident, pgettext_lazy("section", "Incidents")),
    "claims": (Claim, pgettext_lazy("section", "Claims")),
    "organisations": (Organisation, pgettext_lazy("section", "Organisations")),
    "people": (Person, pgettext_lazy("section", "People")),
    "places": (Place, pgettext_lazy("section", "Places")),
}


class SearchFilters(RecordFilters):
    """Every kind of record at once, by the facets that several kinds have."""

    type = TypeFacet(types=TYPES, label=_("Type of record"))
    violation = RecordFacet(records=ViolationType, label=_("Alleged violation"))
    phase = ChoiceFacet(choices=Phase, label=_("Phase of the conflict"))
    place = RecordFacet(records=Place, label=_("Place"))
    organisation = RecordFacet(records=Organisation, label=_("Organisation"))
    case = RecordFacet(records=LegalCase, label=_("Case"))
    language = ChoiceFacet(choices=OriginalLanguage, label=_("Language of the document"))
    period = Period(label=_("Date"))
    sort = Sort()

    def kinds_of(self, types):
        return tuple(TYPES[name][0] for name in types or TYPES if name in TYPES)


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
