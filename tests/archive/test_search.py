"""Words find records: inflected, in another script, by number; never what is not public."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import (
    PUBLISHABLE,
    Claim,
    Document,
    Incident,
    LegalCase,
    Organisation,
    Person,
    Place,
)
from archive.search import Question, ask, current
from archive.search.language import LONGEST_TEXT
from archive.search.records import SEARCHED
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db


def finds(model, text) -> set[str]:
    answer = ask(Question(kinds=(model,), text=text))
    hits = answer.page(0, 1000)
    assert len(hits) == answer.total
    return set(model.objects.filter(pk__in=[hit.pk for hit in hits]).values_list("slug", flat=True))


def called(text) -> set[str]:
    """Slugs of the records whose whole name or number this is."""
    view = current()
    return {view.said[view.row_of(*entry)].slug for entry in view.names.called(text)}


@pytest.fixture
def court():
    return OrganisationFactory(
        slug="court",
        name_en="European Court of Human Rights",
        name_ru="Европейский суд по правам человека",
        acronym_en="ECHR",
        acronym_ru="ЕСПЧ",
        aliases=["Strasbourg Court"],
        published=True,
    )


@pytest.fixture
def shusha():
    return PlaceFactory(
        slug="shusha",
        name_en="Shusha / Shushi",
        name_ru="Шуша / Шуши",
        azerbaijani_name="Şuşa",
        armenian_name="Շուշի",
        variants=["Shoushi"],
        published=True,
    )


def test_every_kind_of_record_can_be_searched():
    assert set(SEARCHED) == set(PUBLISHABLE)


# Every text of every kind, as a reader may type it; translated ones in both languages.
TEXTS = [
    (Document, ["title_en", "title_ru", "original_title", "summary_en", "summary_ru"]),
    (Document, ["note_en", "note_ru", "reference", "authors"]),
    (LegalCase, ["title_en", "title_ru", "ecli", "hudoc_item_id", "summary_en", "summary_ru"]),
    (LegalCase, ["application_numbers", "stage_note_en", "legal_basis_ru", "note_en", "note_ru"]),
    (Incident, ["title_en", "title_ru", "summary_en", "summary_ru", "note_en", "note_ru"]),
    (Claim, ["text_en", "text_ru", "verification_method_ru", "figure_counted_en", "note_en"]),
    (Organisation, ["name_en", "name_ru", "acronym_en", "acronym_ru", "aliases", "note_ru"]),
    (Person, ["name_en", "name_ru", "aliases", "note_en"]),
    (Place, ["name_en", "name_ru", "azerbaijani_name", "armenian_name", "variants", "note_ru"]),
]


@pytest.mark.parametrize(("model", "fields"), TEXTS)
def test_every_text_of_a_record_is_searched(model, fields):
    words = {field: f"zq{field.replace('_', '')}" for field in fields}
    lists = ("aliases", "variants", "application_numbers", "authors")
    texts = {field: [word] if field in lists else word for field, word in words.items()}
    FACTORIES[model](slug="wanted", published=True, **texts)
    FACTORIES[model](slug="other", published=True)
    assert {field for field, word in words.items() if finds(model, word) == {"wanted"}} == set(
        fields
    )


def test_the_text_of_an_attachment_is_searched_when_it_may_be_shown():
    document = DocumentFactory(slug="wanted", published=True)
    for text, shown in ((b"a quinquereme of Nineveh", True), (b"a dirty coaster", False)):
        AttachmentFactory(
            document=document, file=ContentFile(text, name="a.txt"), may_be_shown=shown
        )
    assert finds(Document, '"quinquereme of Nineveh"') == {"wanted"}
    assert finds(Document, "coaster") == set()


def test_the_title_of_a_role_finds_the_person():
    person = PersonFactory(slug="wanted", published=True)
    RoleFactory(
        person=person,
        organisation=OrganisationFactory(published=True, name_en="Admiralty"),
        title_en="Helmsman",
    )
    assert finds(Person, "helmsman") == finds(Person, "admiralty") == {"wanted"}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Обращение с военнопленными", "военнопленных"),
        ("ВОЕННОПЛЕННЫЕ", "военнопленный"),
        ("Обстрел жилых кварталов", "обстрелы"),
        ("Пётр пришёл", "Петр"),
        ("Петр пришел", "пётр"),
        ("Executions of prisoners", "execution"),
        ("Two armies", "army"),
        ("Mining of roads", "mines"),
        ("Saribekyan v. Azerbaijan", "Saribəkyan"),
        ("Sarıbəkyan", "saribekyan"),
        ("Ağdam and Şuşa", "agdam susa"),
        ("İsmayıl", "ismayil"),
        ("Violation of Article 2", "the violation of article"),
        ("A (bracket) and a 100% + sign?", "bracket 100%"),
    ],
)
def test_words_are_found_in_other_forms(title, text):
    DocumentFactory(slug="wanted", title_en=title, published=True)
    DocumentFactory(slug="other", published=True)
    assert finds(Document, text) == {"wanted"}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Заявление министерства", "мины"),
        ("The minister spoke", "mines"),
        ("A warning", "war"),
        ("35746/112", "35746/11"),
        ("Article 20", "Article 2"),
    ],
)
def test_words_are_not_found_in_other_words(title, text):
    DocumentFactory(title_en=title, title_ru="", original_title="", published=True)
    assert finds(Document, text) == set()


def test_every_word_is_asked_for_and_quotes_ask_for_a_phrase():
    DocumentFactory(slug="a", title_en="Cluster munitions in Barda", published=True)
    DocumentFactory(slug="b", title_en="Munitions of a cluster kind", published=True)
    assert finds(Document, "munitions cluster") == {"a", "b"}
    assert finds(Document, "munitions Barda") == {"a"}
    assert finds(Document, '"cluster munitions"') == {"a"}
    assert finds(Document, "«Cluster  Munitions» barda") == {"a"}


@pytest.mark.parametrize(
    "text", ["35746/11", "no. 35746/11", "№ 35746/11", "№35746/11", "Application no. 35746/11"]
)
def test_a_case_is_found_by_its_number_and_so_is_what_is_about_it(text):
    case = LegalCaseFactory(
        slug="case",
        application_numbers=["35746/11", "40/12"],
        ecli="ECLI:CE:ECHR:2020:0130JUD003574611",
        hudoc_item_id="001-200440",
        published=True,
    )
    DocumentFactory(slug="judgment", cases=[case], published=True)
    DocumentFactory(slug="other", published=True)
    assert finds(LegalCase, text) == {"case"}
    assert finds(Document, text) == {"judgment"}
    assert finds(LegalCase, "ecli:ce:echr:2020:0130jud003574611") == {"case"}
    assert finds(LegalCase, "001-200440") == {"case"}


@pytest.mark.parametrize("text", ["ЕСПЧ", "ECHR", "Strasbourg Court", "Европейского суда"])
def test_an_organisation_is_found_under_every_name_with_what_it_publishes(court, text):
    DocumentFactory(slug="judgment", publisher=court, published=True)
    LegalCaseFactory(slug="case", court=court, published=True)
    ClaimFactory(slug="finding", speaker_organisation=court, published=True)
    ClaimFactory(slug="other", published=True)
    assert finds(Organisation, text) == {"court"}
    if text != "Европейского суда":  # part of a name only
        assert finds(Document, text) == {"judgment"}
        assert finds(LegalCase, text) == {"case"}
        assert finds(Claim, text) == {"finding"}


@pytest.mark.parametrize("text", ["Шуша", "Шуши", "Shushi", "Şuşa", "Շուշի", "shoushi", "ШУША"])
def test_a_place_is_found_in_every_script_with_what_happened_there(shusha, text):
    incident = IncidentFactory(slug="event", places=[shusha], published=True)
    DocumentFactory(slug="report", places=[shusha], published=True)
    LegalCaseFactory(slug="case", incidents=[incident], published=True)
    ClaimFactory(slug="claim", incidents=[incident], published=True)
    assert finds(Place, text) == {"shusha"}
    assert finds(Incident, text) == {"event"}
    assert finds(Document, text) == {"report"}
    assert finds(LegalCase, text) == {"case"}
    assert finds(Claim, text) == {"claim"}


def test_a_person_is_found_with_what_he_says_and_what_is_about_him():
    person = PersonFactory(slug="person", name_en="Ned Price", name_ru="Нед Прайс", published=True)
    ClaimFactory(slug="claim", speaker_organisation=None, speaker_person=person, published=True)
    DocumentFactory(slug="report", people=[person], published=True)
    for text in ("Ned Price", "Неда Прайса"):
        assert finds(Person, text) == {"person"}
        assert finds(Claim, text) == {"claim"}
        assert finds(Document, text) == {"report"}


def test_an_organisation_finds_what_belongs_to_it(court):
    OrganisationFactory(slug="registry", parent=court, published=True)
    LegalCaseFactory(slug="applicant", applicant_organisations=[court], published=True)
    LegalCaseFactory(slug="respondent", respondents=[court], published=True)
    assert finds(Organisation, "ЕСПЧ") == {"court", "registry"}
    assert finds(LegalCase, "ЕСПЧ") == {"applicant", "respondent"}


@pytest.mark.parametrize("text", ["Ханкенди", "Xankəndi", "Stepanakert", "в Степанакерте"])
def test_a_name_stands_for_all_names_of_the_same_place(text):
    PlaceFactory(
        slug="town",
        name_en="Stepanakert / Khankendi",
        name_ru="Степанакерт / Ханкенди",
        azerbaijani_name="Xankəndi",
        published=True,
    )
    DocumentFactory(slug="en", title_en="Shelling of Khankendi", published=True)
    DocumentFactory(slug="ru", title_ru="Обстрел Степанакерта", published=True)
    DocumentFactory(slug="other", published=True)
    assert finds(Document, text) == {"en", "ru"}


def test_a_hidden_name_stands_for_nothing():
    PlaceFactory(name_en="Canary", name_ru="Канарейка")
    DocumentFactory(title_en="Canary", title_ru="", published=True)
    assert finds(Document, "Канарейка") == set()


def test_what_goes_by_exactly_this_name_or_number(shusha):
    LegalCaseFactory(slug="case", application_numbers=["1/20"], published=True)
    for text in ("Шуши", "şuşa", "«Shoushi»"):
        assert called(text) == {"shusha"}
    assert called("1/20") == {"case"}
    for text in ("Shusha case", "1/2", "", "\x00"):
        assert not called(text)


def test_only_what_is_public_is_searched():
    DocumentFactory(title_en="canary", published=False)
    DocumentFactory(internal_note="canary", published=True)
    hidden_place = PlaceFactory(name_en="canary")
    hidden_event = IncidentFactory(places=[PlaceFactory(name_en="goldfinch", published=True)])
    IncidentFactory(places=[hidden_place], published=True)
    DocumentFactory(publisher=OrganisationFactory(name_en="canary"), published=True)
    ClaimFactory(incidents=[hidden_event], published=True)
    person = PersonFactory(published=True)
    person.roles.create(organisation=OrganisationFactory(name_en="canary"), title_en="x")
    for model in PUBLISHABLE:
        assert not finds(model, "canary")
    assert not finds(Claim, "goldfinch")
    assert not finds(Incident, "goldfinch")


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_no_words_narrow_nothing(text):
    DocumentFactory(slug="one", published=True)
    assert finds(Document, text) == {"one"}


@pytest.mark.parametrize("text", ["…", "\x00", '""', "«»", "-", "()"])
def test_signs_alone_find_nothing(text):
    DocumentFactory(published=True)
    assert finds(Document, text) == set()


def test_a_long_text_is_read_up_to_its_limit_and_the_reader_is_told():
    DocumentFactory(slug="wanted", title_en="quinquereme", published=True)
    long = "quinquereme " + "a " * LONGEST_TEXT + "unheard"
    assert finds(Document, long) == {"wanted"}
    assert ask(Question(text=long)).notices


def test_a_date_is_that_of_a_step_as_well_as_that_of_the_record():
    case = LegalCaseFactory(slug="case", published=True)
    CaseStepFactory(case=case, date="2011-03")
    CitationFactory(claim=ClaimFactory(published=True, date="2011-03-05"))
    period = (dt.date(2011, 3, 5), dt.date(2011, 3, 5))
    answer = ask(Question(period=period))
    assert {hit.kind for hit in answer.page(0, 10)} == {LegalCase, Claim}


@pytest.fixture
def one_of_each(court, shusha):
    incident = IncidentFactory(places=[shusha], published=True)
    case = LegalCaseFactory(court=court, application_numbers=["1/20"], published=True)
    DocumentFactory(publisher=court, cases=[case], incidents=[incident], published=True)
    ClaimFactory(speaker_organisation=court, incidents=[incident], published=True)
    PersonFactory(published=True)


words = st.sampled_from(["Шуши", "ECHR", "1/20", "event", '"', "«", "\\", "(", "[", "a{2,1}", "€"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.one_of(st.text(max_size=60), st.lists(words, max_size=5).map(" ".join)))
def test_no_text_is_an_error(one_of_each, text):
    everywhere = ask(Question(text=text))
    each = [ask(Question(kinds=(model,), text=text)).total for model in PUBLISHABLE]
    assert everywhere.total == sum(each) == len(everywhere.page(0, 100))
