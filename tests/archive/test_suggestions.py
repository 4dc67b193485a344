"""What is suggested while a reader types: names and numbers first, then titles."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import Document, Incident, LegalCase, Organisation, Person, Place, Status
from archive.search import suggest
from tests.factories import (
    FACTORIES,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db


def slugs(text: str, **options) -> list[str]:
    return [one.slug for one in suggest(text, **options)]


@pytest.fixture
def names():
    PlaceFactory(
        slug="shusha",
        name_en="Shusha / Shushi",
        name_ru="Шуша / Шуши",
        azerbaijani_name="Şuşa",
        armenian_name="Շուշի",
        published=True,
    )
    PersonFactory(
        slug="pashinyan",
        name_en="Nikol Pashinyan",
        name_ru="Никол Пашинян",
        aliases=["Փաշինյան"],
        published=True,
    )
    OrganisationFactory(
        slug="ecthr",
        name_en="European Court of Human Rights",
        name_ru="Европейский суд по правам человека",
        acronym_en="ECtHR",
        acronym_ru="ЕСПЧ",
        aliases=["Strasbourg Court"],
        published=True,
    )
    LegalCaseFactory(
        slug="saribekyan",
        title_en="Saribekyan and Balyan v. Azerbaijan",
        title_ru="Сарибекян и Балян против Азербайджана",
        application_numbers=["35746/11"],
        ecli="ECLI:CE:ECHR:2020:0130JUD003574611",
        published=True,
    )


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Shu", "shusha"), ("shushi", "shusha"), ("Шу", "shusha"), ("шуш", "shusha"),
        ("Şuş", "shusha"), ("sus", "shusha"), ("Շուշ", "shusha"),
        ("Nik", "pashinyan"), ("Pashi", "pashinyan"), ("nikol pash", "pashinyan"),
        ("Пашин", "pashinyan"), ("Փաշ", "pashinyan"), ("Никол П", "pashinyan"),
        ("ЕСП", "ecthr"), ("ecth", "ecthr"), ("Strasb", "ecthr"), ("human ri", "ecthr"),
        ("европейский с", "ecthr"),
        ("3574", "saribekyan"), ("35746/1", "saribekyan"), ("no. 35746", "saribekyan"),
        ("жалоба № 35746/11", "saribekyan"), ("Balyan", "saribekyan"),
        ("ecli:ce:echr:2020", "saribekyan"),
    ],
)  # fmt: skip
def test_a_name_or_number_is_suggested_by_its_beginning_in_every_script(names, typed, slug):
    assert slugs(typed)[:1] == [slug]


@pytest.mark.parametrize("typed", ["Pachinian", "Paşinyan", "Pashynian"])
def test_a_name_is_suggested_by_its_sound_when_nothing_is_written_so(names, typed):
    assert slugs(typed) == ["pashinyan"]


def test_a_name_at_the_beginning_goes_before_one_in_the_middle():
    PersonFactory(slug="later", name_en="Bo Anders", published=True)
    PersonFactory(slug="first", name_en="Anders Longname-Bo", published=True)
    assert slugs("ander") == ["first", "later"]


def test_titles_are_suggested_after_names_by_whole_words_and_a_beginning():
    PlaceFactory(slug="place", name_en="Galleon Bay", published=True)
    DocumentFactory(slug="document", title_en="The last galleons of Ophir", published=True)
    IncidentFactory(slug="incident", title_en="Loss of a galleon", published=True)
    assert slugs("galle")[0] == "place"
    assert set(slugs("galle")) == {"place", "document", "incident"}
    assert slugs("galleon oph") == ["document"]
    assert slugs("ophir gall") == ["document"]
    assert slugs("ga")[0] == "place" and len(slugs("ga")) == 1  # too short for titles


def test_an_inflected_word_before_the_last_finds_a_title():
    DocumentFactory(slug="one", title_ru="Обстрел жилых кварталов", published=True)
    assert slugs("обстрелы кварт") == ["one"]


def test_what_claims_say_is_not_suggested():
    ClaimFactory(text_en="A galleon was seen", published=True)
    assert slugs("galleon") == []


def test_only_titles_count_for_titles():
    DocumentFactory(summary_en="A galleon was seen", published=True)
    assert slugs("galleon") == []


def test_a_suggestion_says_what_it_is_and_in_which_language(names):
    [one] = suggest("Шуш", language="en")
    assert (one.model, one.slug, one.heading, one.heading_language) == (
        Place, "shusha", "Shusha / Shushi", "en",
    )  # fmt: skip
    assert one.text == "Шуша"
    [one] = suggest("Шуш", language="ru")
    assert (one.text, one.language, one.heading) == ("Шуша / Шуши", "ru", "")
    [one] = suggest("35746/11", language="ru")
    assert (one.model, one.text, one.language) == (LegalCase, "35746/11", "")
    assert one.heading == "Сарибекян и Балян против Азербайджана"
    [one] = suggest("ecth", language="ru")
    assert (one.model, one.text, one.heading_language) == (Organisation, "ECtHR", "ru")


def test_a_record_in_one_language_is_headed_in_that():
    PersonFactory(slug="one", name_en="", name_ru="Иванова", published=True)
    DocumentFactory(slug="two", title_en="", title_ru="Ивановские галеоны", published=True)
    first, second = suggest("иванов", language="en")
    assert (first.model, first.text, first.language) == (Person, "Иванова", "ru")
    assert (second.model, second.text, second.language) == (Document, "Ивановские галеоны", "ru")


def test_there_are_no_more_than_asked_for_and_none_twice():
    PersonFactory.create_batch(6, aliases=["Galleon A", "Galleon B"], published=True)
    DocumentFactory.create_batch(6, title_en="Galleon", published=True)
    assert [len(suggest("galleon", limit)) for limit in (1, 6, 8, 20)] == [1, 6, 8, 12]
    kinds = [one.model for one in suggest("galleon", 20)]
    assert kinds == [Person] * 6 + [Document] * 6
    assert len(set(suggest("galleon", 20))) == 12


@pytest.mark.parametrize("state", ["draft", "in_review", "restricted", "withdrawn"])
def test_nothing_hidden_is_suggested(state):
    for factory in FACTORIES.values():
        record = factory(**({} if state == "draft" else {state: True}))
        setattr(record, f"{record.heading_field}_en", "Galleon")
        record.save()
    assert suggest("gall") == suggest("galleon") == []


def test_what_is_withdrawn_is_suggested_no_more():
    place = PlaceFactory(slug="bay", name_en="Galleon Bay", published=True)
    assert slugs("gall") == ["bay"]
    place.status, place.withdrawn_at = Status.WITHDRAWN, place.published_at
    place.save()
    assert slugs("gall") == []


def test_a_renamed_place_is_suggested_by_its_new_name_only():
    place = PlaceFactory(slug="bay", name_en="Galleon Bay", published=True)
    place.name_en = "Trireme Bay"
    place.save()
    assert (slugs("gall"), slugs("trire")) == ([], ["bay"])


def test_an_incident_is_suggested_with_its_kind():
    IncidentFactory(slug="one", title_en="Loss of a galleon", published=True)
    [one] = suggest("galleon")
    assert (one.model, one.text) == (Incident, "Loss of a galleon")


@pytest.mark.parametrize("typed", ["", " ", "…", "\x00", "-", '"', "a" * 1000])
def test_nothing_is_suggested_for_nothing(names, typed):
    assert suggest(typed) == []


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.text(max_size=100), limit=st.integers(1, 8))
def test_whatever_is_typed_there_are_at_most_so_many(names, typed, limit):
    assert len(suggest(typed, limit)) <= limit
