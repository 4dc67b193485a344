"""Words find records: inflected, in another script, by number; never what is not public."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import PUBLISHABLE, Claim, Document, Incident, LegalCase, Person, Place
from archive.search import exactly, matching
from archive.search.names import groups
from archive.search.plain import LINKS, TEXTS
from archive.search.terms import patterns
from tests.factories import (
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db


def finds(model, text) -> set[str]:
    return {record.slug for record in matching(model.objects.published(), text)}


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
    assert set(TEXTS) == set(LINKS) == set(PUBLISHABLE)


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


@pytest.mark.parametrize("text", ["ЕСПЧ", "ECHR", "Strasbourg", "Европейского суда"])
def test_an_organisation_is_found_under_every_name_with_what_it_publishes(court, text):
    DocumentFactory(slug="judgment", publisher=court, published=True)
    LegalCaseFactory(slug="case", court=court, published=True)
    ClaimFactory(slug="finding", speaker_organisation=court, published=True)
    ClaimFactory(slug="other", published=True)
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
    for text in ("Шуши", "susa", "«Shoushi»"):
        assert [place.slug for place in exactly(Place.objects.published(), text)] == ["shusha"]
    assert exactly(LegalCase.objects.published(), "№ 1/20").get().slug == "case"
    for text in ("Shusha case", "1/2", "", "\x00"):
        assert not exactly(Place.objects.published(), text)
        assert not exactly(LegalCase.objects.published(), text)


def test_only_what_is_public_is_searched():
    DocumentFactory(title_en="canary", published=False)
    DocumentFactory(internal_note="canary", published=True)
    hidden_place = PlaceFactory(name_en="canary")
    hidden_event = IncidentFactory(places=[PlaceFactory(name_en="canary", published=True)])
    IncidentFactory(places=[hidden_place], published=True)
    DocumentFactory(publisher=OrganisationFactory(name_en="canary"), published=True)
    ClaimFactory(incidents=[hidden_event], published=True)
    person = PersonFactory(published=True)
    person.roles.create(organisation=OrganisationFactory(name_en="canary"), title_en="x")
    assert not finds(Document, "canary")
    assert not finds(Incident, "canary")
    assert not finds(Claim, "canary")
    assert not finds(Person, "canary")


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_no_words_narrow_nothing(text):
    DocumentFactory(slug="one", published=True)
    assert finds(Document, text) == {"one"}


@pytest.mark.parametrize("text", ["…", "\x00", '""', "«»", "-", "()"])
def test_signs_alone_find_nothing(text):
    DocumentFactory(published=True)
    assert finds(Document, text) == set()


def test_a_long_text_is_cut():
    assert len(patterns("слово" * 100)) == 1
    assert len(patterns(" ".join(f"word{chr(97 + n)}" for n in range(20)))) == 12


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
    for pattern in patterns(text, groups()):
        re.compile(pattern)
    for model in PUBLISHABLE:
        list(matching(model.objects.published(), text))
        list(exactly(model.objects.published(), text))
