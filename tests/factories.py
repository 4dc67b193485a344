"""One factory a model. `XFactory(published=True)` makes a record that a visitor sees.

Other states: `in_review=True`, `withdrawn=True`, `restricted=True` (published, but for curators
only); without any, a draft. Lists may be given for many-to-many fields: `cases=[case]`.
"""

import factory
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from archive import models
from archive.models import Access, Status


def numbered(text: str) -> factory.Sequence:
    return factory.Sequence(lambda n: f"{text} {n}")


class ModelFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        relations = [field.name for field in model_class._meta.many_to_many]
        many = {name: kwargs.pop(name) for name in relations if name in kwargs}
        record = super()._create(model_class, *args, **kwargs)
        for name, related in many.items():
            getattr(record, name).set(related)
        return record


class RecordFactory(ModelFactory):
    class Meta:
        abstract = True

    class Params:
        # Submitted by someone whom no test knows, and fit to be published.
        in_review = factory.Trait(
            status=Status.IN_REVIEW,
            submitted_by=factory.SubFactory("tests.factories.UserFactory"),
            sources=["A report, page 5"],
        )
        published = factory.Trait(
            status=Status.PUBLISHED, published_at=factory.LazyFunction(timezone.now)
        )
        restricted = factory.Trait(
            status=Status.PUBLISHED,
            access=Access.RESTRICTED,
            published_at=factory.LazyFunction(timezone.now),
        )
        withdrawn = factory.Trait(
            status=Status.WITHDRAWN,
            published_at=factory.LazyFunction(timezone.now),
            withdrawn_at=factory.LazyFunction(timezone.now),
        )

    slug = factory.Sequence(lambda n: f"record-{n}")
    status = Status.DRAFT


class OrganisationFactory(RecordFactory):
    class Meta:
        model = models.Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name_en = numbered("Organisation")
    name_ru = numbered("Организация")
    kind = models.OrganisationKind.NGO


class CourtFactory(OrganisationFactory):
    slug = factory.Sequence(lambda n: f"court-{n}")
    name_en = numbered("Court")
    name_ru = numbered("Суд")
    kind = models.OrganisationKind.COURT


class PersonFactory(RecordFactory):
    class Meta:
        model = models.Person

    slug = factory.Sequence(lambda n: f"person-{n}")
    name_en = numbered("Official")
    name_ru = numbered("Должностное лицо")


class RoleFactory(ModelFactory):
    class Meta:
        model = models.Role

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    title_en = "Spokesperson"
    title_ru = "Официальный представитель"
    held = "2020/.."


class PlaceFactory(RecordFactory):
    class Meta:
        model = models.Place

    slug = factory.Sequence(lambda n: f"place-{n}")
    name_en = numbered("Village")
    name_ru = numbered("Село")
    kind = models.PlaceKind.VILLAGE


class ViolationTypeFactory(ModelFactory):
    class Meta:
        model = models.ViolationType

    slug = factory.Sequence(lambda n: f"violation_{n}")
    label_en = numbered("Violation")
    label_ru = numbered("Нарушение")


class TreatyReferenceFactory(ModelFactory):
    class Meta:
        model = models.TreatyReference

    violation_type = factory.SubFactory(ViolationTypeFactory)
    instrument_en = "Geneva Convention III"
    instrument_ru = "Женевская конвенция III"
    article = "13"


class IncidentFactory(RecordFactory):
    class Meta:
        model = models.Incident

    slug = factory.Sequence(lambda n: f"incident-{n}")
    title_en = numbered("Alleged event")
    title_ru = numbered("Предполагаемое событие")
    date = "2022-09-13"
    phase = models.Phase.SEPTEMBER_2022
    victims_side = models.AllegedSide.ARMENIAN
    responsible_side = models.AllegedSide.AZERBAIJANI


class LegalCaseFactory(RecordFactory):
    class Meta:
        model = models.LegalCase

    slug = factory.Sequence(lambda n: f"case-{n}")
    title_en = numbered("Case")
    title_ru = numbered("Дело")
    kind = models.CaseKind.INDIVIDUAL
    stage = models.CaseStatus.PENDING
    court = factory.SubFactory(CourtFactory, published=True)


class CaseStepFactory(ModelFactory):
    class Meta:
        model = models.CaseStep

    case = factory.SubFactory(LegalCaseFactory)
    kind = models.StepKind.LODGED
    date = factory.Sequence(lambda n: f"{1995 + n % 30}-05-17")


class CaseOutcomeFactory(ModelFactory):
    class Meta:
        model = models.CaseOutcome

    case = factory.SubFactory(LegalCaseFactory)
    instrument = models.Instrument.ECHR
    article = "2"
    outcome = models.Outcome.VIOLATION


class DocumentFactory(RecordFactory):
    class Meta:
        model = models.Document

    slug = factory.Sequence(lambda n: f"document-{n}")
    title_en = numbered("Document")
    title_ru = numbered("Документ")
    original_title = numbered("Document")
    language = models.OriginalLanguage.ENGLISH
    kind = models.DocumentKind.REPORT
    publisher = factory.SubFactory(OrganisationFactory, published=True)
    published_on = "2022-10-03"


class AttachmentFactory(ModelFactory):
    class Meta:
        model = models.Attachment

    document = factory.SubFactory(DocumentFactory)
    file = factory.Sequence(lambda n: ContentFile(f"file {n}".encode(), name=f"file-{n}.txt"))
    description_en = "Transcript"
    description_ru = "Стенограмма"
    may_be_shown = True
    is_graphic = False


class ClaimFactory(RecordFactory):
    """A claim, cited in paragraph 1 of a new document unless `cited_in` names another (or is
    False). The document and the speaker of a published claim are published too."""

    class Meta:
        model = models.Claim
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"claim-{n}")
    speaker_organisation = factory.SubFactory(OrganisationFactory, published=True)
    kind = models.ClaimKind.ALLEGES
    date = "2022-10-03"
    text_en = numbered("According to the speaker, something happened")
    text_ru = numbered("По словам говорящего, нечто произошло")

    @factory.post_generation
    def cited_in(self, create, document, **kwargs):
        if document is None and create:
            document = DocumentFactory(published=True, **kwargs)
        if document:
            CitationFactory(claim=self, document=document)


class CitationFactory(ModelFactory):
    class Meta:
        model = models.Citation

    claim = factory.SubFactory(ClaimFactory, cited_in=False)
    document = factory.SubFactory(DocumentFactory, published=True)
    locator_kind = models.LocatorKind.PARAGRAPH
    locator = factory.Sequence(lambda n: str(n + 1))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda n: f"user-{n}")
    is_staff = True


# Every kind of record that has a public page, with its factory.
FACTORIES = {
    models.Document: DocumentFactory,
    models.LegalCase: LegalCaseFactory,
    models.Incident: IncidentFactory,
    models.Claim: ClaimFactory,
    models.Organisation: OrganisationFactory,
    models.Person: PersonFactory,
    models.Place: PlaceFactory,
}


class IntakeFactory(ModelFactory):
    """A file that was taken in, read, and waits for a curator."""

    class Meta:
        model = models.Intake

    name = factory.Sequence(lambda n: f"report-{n}.txt")
    original = factory.Sequence(lambda n: ContentFile(f"text {n}".encode(), name="report.txt"))
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    media_type = "text/plain"
    size = 6
    stage = models.IntakeStage.READY
    text = "A report of the border\n\nThe observers said so.\n\nThe ministry denied it."
    proposals = factory.LazyFunction(
        lambda: {
            "title": {"value": "A report of the border", "origin": "first_line"},
            "language": {"value": "en", "origin": "words"},
        }
    )


class SuggestionFactory(ModelFactory):
    class Meta:
        model = models.Suggestion

    intake = factory.SubFactory(IntakeFactory)
    target = models.Suggestion.Target.ORGANISATION
    record_id = factory.LazyAttribute(lambda suggestion: OrganisationFactory().pk)
    found = "observers"
    sentence = "The observers said so."
    paragraph = 2
