"""What the database and the forms refuse, and what records say of themselves."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import translation

from archive.models import (
    PUBLISHABLE,
    Claim,
    ClaimKind,
    Document,
    FigureUnit,
    LegalCase,
    LocatorKind,
    OrganisationKind,
    Side,
)
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseOutcomeFactory,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    CourtFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db

every_kind = pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda model: model._meta.model_name)


def refused_by_the_database(factory, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(**fields)


# All kinds


@every_kind
def test_a_record_is_called_by_its_heading_in_the_readers_language(kind):
    heading = kind.heading_field
    record = FACTORIES[kind](**{f"{heading}_en": "Name", f"{heading}_ru": "Название"})
    with translation.override("en"):
        assert str(record) == "Name"
    with translation.override("ru"):
        assert str(record) == "Название"


@every_kind
def test_a_heading_in_one_language_is_shown_in_both(kind, language):
    heading = kind.heading_field
    record = FACTORIES[kind](**{f"{heading}_en": "", f"{heading}_ru": "Название"})
    assert str(kind.objects.get(pk=record.pk)) == "Название"
    assert record.missing_languages == ["en"]


@every_kind
def test_every_kind_has_its_own_public_address(kind):
    assert FACTORIES[kind](slug="a-record").get_absolute_url().endswith("/a-record/")


@every_kind
def test_two_records_of_a_kind_never_share_an_address(kind):
    FACTORIES[kind](slug="taken")
    refused_by_the_database(FACTORIES[kind], slug="taken")


@every_kind
def test_a_natural_key_finds_its_record(kind):
    record = FACTORIES[kind]()
    assert kind.objects.get_by_natural_key(*record.natural_key()) == record


@every_kind
def test_published_and_gone_are_the_same_vocabulary_everywhere(kind):
    assert callable(kind.objects.published)
    assert callable(kind.objects.gone)
    assert kind._meta.default_permissions[-1] == "publish"


@every_kind
def test_every_text_a_reader_sees_exists_in_both_languages(kind):
    """A text column without a translation is either language-neutral (named here) or a mistake."""
    neutral = {
        # addresses, identifiers and states
        *("slug", "status", "access", "translation_kind", "kind", "ecli", "hudoc_item_id"),
        *("country", "website", "wikidata", "precision", "geonames", "source_url", "reference"),
        *("archived_url", "language", "stage", "aspect", "phase", "side", "applicant_side"),
        *("victims_side", "responsible_side", "figure_unit", "figure_qualifier"),
        # dates
        *("date", "event_date", "published_on"),
        # in whatever language the source has them
        *("original_title", "authors", "sources", "aliases", "variants", "application_numbers"),
        *("azerbaijani_name", "armenian_name"),
        # never shown
        *("internal_note", "source_key"),
    }
    columns = {
        field.name
        for field in kind._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
    }
    single = {
        name
        for name in columns
        if not name.endswith(("_en", "_ru")) and f"{name}_ru" not in columns
    }
    assert single - neutral == set()


# Lists of lines


def test_aliases_are_kept_one_a_line_in_any_script():
    body = OrganisationFactory(aliases=["ЕСПЧ", " ՄԻԵԴ ", "", "AİHM"])
    body.refresh_from_db()
    assert body.aliases == ["ЕСПЧ", "ՄԻԵԴ", "AİHM"]


def test_aliases_typed_into_a_form_become_a_list():
    body = OrganisationFactory(aliases="ЕСПЧ\r\n\r\nAİHM\n")
    assert body.aliases == ["ЕСПЧ", "AİHM"]


# Claims


def test_a_claim_has_exactly_one_speaker():
    body, person = OrganisationFactory(), PersonFactory()
    refused_by_the_database(ClaimFactory, speaker_organisation=body, speaker_person=person)
    refused_by_the_database(ClaimFactory, speaker_organisation=None)
    with pytest.raises(ValidationError, match="one speaker"):
        ClaimFactory.build(speaker_organisation=None).clean()


@pytest.mark.parametrize("kind", [ClaimKind.FINDS, ClaimKind.DECIDES])
def test_only_courts_and_un_bodies_find(kind):
    for body_kind in OrganisationKind:
        claim = ClaimFactory(kind=kind, speaker_organisation__kind=body_kind)
        assert claim.is_finding
        if body_kind in (OrganisationKind.COURT, OrganisationKind.UN_BODY):
            claim.full_clean()
        else:
            with pytest.raises(ValidationError, match="Only courts"):
                claim.full_clean()


def test_a_person_never_finds():
    refused_by_the_database(
        ClaimFactory,
        kind=ClaimKind.FINDS,
        speaker_organisation=None,
        speaker_person=PersonFactory(),
    )


def test_a_figure_says_what_it_counts():
    refused_by_the_database(ClaimFactory, figure=12)
    with pytest.raises(ValidationError) as caught:
        ClaimFactory.build(figure=0, speaker_organisation=CourtFactory()).clean()
    assert "figure_unit" in caught.value.message_dict
    ClaimFactory(figure=0, figure_unit=FigureUnit.DEATHS)


def test_a_claim_speaks_for_the_side_of_its_speaker():
    ours = ClaimFactory(speaker_organisation__side=Side.ARMENIAN)
    official = ClaimFactory(
        speaker_organisation=None, speaker_person=PersonFactory(side=Side.ARMENIAN)
    )
    third = ClaimFactory()
    assert set(Claim.objects.by_side("armenian")) == {ours, official}
    assert set(Claim.objects.by_side("")) == {third}
    assert (ours.side, official.side, third.side) == ("armenian", "armenian", "")


def test_findings_are_told_from_claims():
    finding = ClaimFactory(kind=ClaimKind.FINDS, speaker_organisation=CourtFactory())
    ClaimFactory(kind=ClaimKind.CONCLUDES)
    assert list(Claim.objects.findings()) == [finding]


def test_a_denial_points_at_what_it_denies():
    allegation = ClaimFactory()
    denial = ClaimFactory(kind=ClaimKind.DENIES, responds_to=[allegation])
    assert denial.is_denial
    assert list(allegation.responses.all()) == [denial]
    assert list(allegation.responds_to.all()) == []


# Citations and files


def test_a_citation_gives_a_whole_locator_or_none():
    refused_by_the_database(CitationFactory, locator_kind=LocatorKind.PAGE, locator="")
    refused_by_the_database(CitationFactory, locator_kind="", locator="12")
    CitationFactory(locator_kind="", locator="")


def test_the_same_place_is_cited_once():
    citation = CitationFactory()
    refused_by_the_database(
        CitationFactory, claim=citation.claim, document=citation.document, locator=citation.locator
    )


@pytest.mark.parametrize(
    ("kind", "locator", "paragraph"),
    [("paragraph", "12", 12), ("paragraph", "12–14", None), ("page", "12", None)],
)
def test_a_paragraph_is_a_number(kind, locator, paragraph):
    assert CitationFactory.build(locator_kind=kind, locator=locator).paragraph == paragraph


def test_a_file_is_described_from_its_bytes():
    attachment = AttachmentFactory()
    attachment.refresh_from_db()
    assert len(attachment.sha256) == 64
    assert attachment.size > 0
    assert attachment.media_type == "text/plain"


def test_a_file_is_graphic_and_hidden_until_a_curator_says_otherwise():
    field = AttachmentFactory._meta.model._meta.get_field
    assert field("is_graphic").default is True
    assert field("may_be_shown").default is False


# Cases


def test_a_case_has_a_forum():
    refused_by_the_database(LegalCaseFactory, court=None)
    LegalCaseFactory(court=None, forum_ru="Арбитраж")


def test_a_vote_is_whole_or_absent():
    refused_by_the_database(CaseOutcomeFactory, votes_for=5)
    refused_by_the_database(CaseOutcomeFactory, votes_for=5, votes_against=2, unanimous=True)
    CaseOutcomeFactory(votes_for=5, votes_against=2)
    CaseOutcomeFactory(unanimous=True)


def test_a_case_is_dated_by_its_steps():
    case = LegalCaseFactory()
    CaseStepFactory(case=case, kind="judgment", date="2015-06-16")
    lodged = CaseStepFactory(case=case, kind="lodged", date="2006")
    case.refresh_from_db()
    assert (case.first_step.isoformat(), case.latest_step.isoformat()) == (
        "2006-01-01",
        "2015-06-16",
    )
    lodged.delete()
    case.refresh_from_db()
    assert case.first_step.isoformat() == "2015-06-16"


def test_a_case_links_to_the_courts_own_database_only_when_it_is_there():
    assert LegalCaseFactory.build().hudoc_url == ""
    assert LegalCaseFactory.build(hudoc_item_id="001-155353").hudoc_url.endswith("001-155353")


def test_related_cases_are_related_to_each_other():
    one, other = LegalCaseFactory(), LegalCaseFactory()
    one.related_cases.add(other)
    assert list(LegalCase.objects.get(pk=other.pk).related_cases.all()) == [one]


# Places and organisations


def test_coordinates_are_whole_and_on_the_globe():
    refused_by_the_database(PlaceFactory, latitude="40")
    refused_by_the_database(PlaceFactory, latitude="91", longitude="46")
    PlaceFactory(latitude="39.75", longitude="46.75")


def test_a_country_is_named_in_the_readers_language():
    place = PlaceFactory(country="AZ")
    with translation.override("en"):
        assert place.country_name == "Azerbaijan"
    with translation.override("ru"):
        assert place.country_name == "Азербайджан"


def test_an_organisation_is_not_part_of_itself():
    body = OrganisationFactory()
    body.parent = body
    with pytest.raises(IntegrityError), transaction.atomic():
        body.save()


def test_what_others_rest_on_is_not_deleted():
    document = DocumentFactory()
    CitationFactory(document=document)
    with pytest.raises(models.ProtectedError):
        document.delete()


@pytest.mark.parametrize("flag", ["graphic_description", "human_remains"])
def test_either_flag_makes_a_record_sensitive(flag):
    assert not DocumentFactory.build().is_sensitive
    assert DocumentFactory.build(**{flag: True}).is_sensitive
    assert IncidentFactory.build(**{flag: True}).is_sensitive


def test_armenian_and_azerbaijani_letters_survive():
    title = "Ադրբեջանի զինված ուժեր — Xankəndi, Şuşa, Ağdam, İsmayıllı"
    DocumentFactory(original_title=title)
    assert Document.objects.get().original_title == title
