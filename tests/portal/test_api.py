"""The lists as data: what is said of each kind of record, and to whom."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.models import PUBLISHABLE, Claim, Document, Incident
from portal.api.records import TYPE
from portal.filters import FILTERS
from portal.views.lists import LISTS
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db

every_kind = pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)


def asked(client, section, status=200, **parameters):
    response = client.get(f"/api/v1/{section}/", parameters)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def the_one(client, kind, **parameters):
    [found] = asked(client, TYPE[kind], **parameters)["results"]
    return found


def stored(text):
    return ContentFile(text.encode(), name="file.txt")


# ── what is said of a record ──


def test_a_document_with_its_publisher_and_all_that_it_is_about(client):
    place = PlaceFactory(published=True, slug="ganja")
    incident = IncidentFactory(published=True, slug="strike", places=[place])
    DocumentFactory(
        published=True,
        slug="report",
        title_en="A report",
        title_ru="",
        kind="report",
        language="az",
        original_title="Hesabat",
        authors=["One", "Two"],
        published_on="2020-10~",
        publisher=OrganisationFactory(
            published=True, slug="watch", name_en="The Watch", name_ru="Наблюдатели"
        ),
        incidents=[incident],
        cases=[LegalCaseFactory(published=True, slug="case")],
    )
    said = the_one(client, Document)
    assert said["type"] == "documents"
    assert said["title"] == {"en": "A report"}
    assert (said["kind"], said["language"]) == ("report", "az")
    assert (said["original_title"], said["authors"]) == ("Hesabat", ["One", "Two"])
    assert said["published_on"] == "2020-10~"
    assert said["archived_url"] is None
    assert said["publisher"] == {
        "type": "organisations",
        "slug": "watch",
        "name": {"en": "The Watch", "ru": "Наблюдатели"},
    }
    assert said["warnings"] == []
    assert said["about"] == {
        "organisation": ["watch"],
        "case": ["case"],
        "incident": ["strike"],
        "place": ["ganja"],
        "violation": [],
    }


def test_a_claim_comes_with_its_speaker_and_its_verb(client):
    speaker = PersonFactory(published=True, slug="minister", name_en="A. Minister")
    ClaimFactory(
        published=True,
        kind="denies",
        date="2021",
        speaker_organisation=None,
        speaker_person=speaker,
    )
    said = the_one(client, Claim)
    assert (said["kind"], said["date"]) == ("denies", "2021")
    assert said["speaker"]["type"] == "people"
    assert said["speaker"]["slug"] == "minister"
    assert said["about"]["person"] == ["minister"]


def test_the_sides_of_an_incident_are_called_alleged(client):
    IncidentFactory(published=True, victims_side="armenian", responsible_side="azerbaijani")
    said = the_one(client, Incident)
    assert said["alleged_victims_side"] == "armenian"
    assert said["alleged_responsible_side"] == "azerbaijani"
    assert not {"victims_side", "responsible_side"} & set(said)


@every_kind
def test_every_column_is_said_as_its_record_has_it(client, kind):
    record = FACTORIES[kind](published=True)
    said = the_one(client, kind)
    for name, value in said.items():
        if name in ("type", "address", "about", "warnings", "publisher", "court", "speaker"):
            continue
        if name in ("translation_kind", *_translated(kind)):
            texts = {code: getattr(record, f"{name}_{code}") for code in ("en", "ru")}
            expected = {code: text for code, text in texts.items() if text}
        else:
            expected = getattr(record, name.removeprefix("alleged_"))
            expected = str(expected) if type(expected).__name__ == "EDTFDate" else expected
            expected = None if expected == "" else expected
        assert value == expected or str(value) == str(expected), name


def _translated(kind):
    return kind.heading_field, "summary", "acronym", "forum"


@pytest.mark.parametrize("flag", ["graphic_description", "human_remains"])
def test_what_stands_behind_a_warning_is_not_in_the_data(client, flag):
    words = "unbearable detail"
    incident = IncidentFactory(published=True, summary_en=words, summary_ru=words, **{flag: True})
    document = DocumentFactory(published=True, summary_en=words, summary_ru=words, **{flag: True})
    AttachmentFactory(document=document, file=stored(words))
    about = ClaimFactory(published=True, text_en=words, text_ru=words)
    about.incidents.add(incident)
    quoted = ClaimFactory(published=True, text_en=words, text_ru=words)
    quoted.about_documents.add(document)
    harmless = ClaimFactory(published=True, text_en="harmless unbearable")
    for section in ("search", "documents", "incidents", "claims"):
        for question in ({}, {"q": "unbearable"}):
            answer = client.get(f"/api/v1/{section}/", question)
            assert words not in answer.content.decode()
            for record in answer.json()["results"]:
                if record["slug"] == harmless.slug:
                    assert record["text"]["en"] == "harmless unbearable"
                elif "warnings" in record and record["slug"] in {
                    one.slug for one in (incident, document, about, quoted)
                }:
                    assert record["warnings"] == [flag]
    assert asked(client, "search", q="unbearable")["count"]


def test_an_excerpt_says_its_language_and_whether_it_stands_in_a_file(client):
    DocumentFactory(published=True, slug="a", summary_en="", summary_ru="Поля с арбузами.")
    own = DocumentFactory(published=True, slug="b", summary_en="", summary_ru="")
    AttachmentFactory(document=own, file=stored("Арбузы и дыни"))
    found = {
        one["slug"]: one["excerpt"] for one in asked(client, "documents", q="арбуз")["results"]
    }
    assert (found["a"]["language"], found["a"]["is_file"]) == ("ru", False)
    assert (found["b"]["language"], found["b"]["is_file"]) == (None, True)
    assert [piece["text"] for piece in found["a"]["pieces"] if piece["is_hit"]] == ["арбузами"]
    assert "excerpt" not in asked(client, "documents")["results"][0]


# ── language, size, errors ──


def test_labels_are_in_the_language_asked_for(client):
    DocumentFactory(published=True, kind="report")
    for parameters, headers, label in (
        ({}, {}, "Kind"),
        ({"lang": "ru"}, {}, "Вид"),
        ({}, {"accept-language": "ru"}, "Вид"),
        ({"lang": "en"}, {"accept-language": "ru"}, "Kind"),
    ):
        response = client.get("/api/v1/documents/", parameters, headers=headers)
        assert response.json()["facets"]["kind"]["label"] == label
        assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("lang", ["de", "RU", "en-gb", "\x00", "ru" * 500])
def test_a_language_that_the_archive_does_not_have_is_refused(client, lang):
    for section in ("documents/", ""):
        response = client.get(f"/api/v1/{section}", {"lang": lang})
        assert response.status_code == 400
        assert response.json() == {"error": "“lang” is one of these: en, ru."}


@pytest.mark.parametrize("size", ["0", "-1", "101", "ten", "1e1", "²", "١", "9" * 5000, "\x00"])
def test_a_size_out_of_bounds_is_refused(client, size):
    assert asked(client, "documents", 400, size=size) == {
        "error": "“size” is a number from 1 to 100."
    }
    said = asked(client, "documents", 400, size=size, lang="ru")
    assert said == {"error": "Значение «size» — число от 1 до 100."}


@pytest.mark.parametrize("number", ["0", "2", "-1", "one", "²", "9" * 5000])
@pytest.mark.parametrize("debug", [False, True])
def test_a_page_that_is_not_there_is_a_404(client, settings, number, debug):
    settings.DEBUG = debug
    said = asked(client, "documents", 404, page=number)
    assert said == {"error": "There is no such list, or it has no such page."}


@pytest.mark.parametrize("address", ["/api/v1/drafts/", "/api/v1/documents/report/", "/api/"])
def test_an_address_of_nothing_is_a_404(client, address):
    response = client.get(address, headers={"accept-language": "ru"})
    assert response.status_code == 404
    assert response.json() == {"error": "Такого списка или такой его страницы нет."}


def test_too_many_parameters_are_refused(client):
    response = client.get("/api/v1/documents/?" + "kind=report&" * 6000)
    assert response.status_code == 400
    assert response.json() == {"error": "This address cannot be read."}


def test_an_unknown_value_finds_nothing_and_is_named(client):
    DocumentFactory(published=True)
    said = asked(client, "documents", place="nowhere", nonsense="1", **{"from": "20x0"})
    assert said["count"] == 0
    assert said["results"] == []
    assert "“20x0” is not a date" in said["notices"][0]
    assert "“nowhere”" in said["notices"][1]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/documents/"])
def test_nothing_can_be_written(client, method, address):
    assert getattr(client, method)(address).status_code == 405


# ── for programs anywhere ──


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/search/?q=a", "/api/v1/search/?size=x"])
def test_any_site_may_read_it_and_no_search_engine_lists_it(client, address):
    response = client.get(address)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert "Disallow: /api/" in client.get("/robots.txt").text


def test_the_contents_name_every_list_with_its_parameters(client, language):
    lists = client.get("/api/v1/", {"lang": language}).json()["lists"]
    assert [one["name"] for one in lists] == list(LISTS)
    for one in lists:
        known = LISTS[one["name"]].filterset.parameters()
        assert {name for parameter in one["parameters"] for name in parameter["names"]} == known
        assert client.get(one["address"]).status_code == 200
        for parameter in one["parameters"]:
            for value in parameter.get("values", ()):
                [name] = parameter["names"]
                said = asked(client, one["name"], **{name: value}, lang=language)
                assert said["notices"] == []


@every_kind
def test_as_many_queries_for_one_record_as_for_twenty(client, kind):
    """With all that it may be linked with."""

    def queries():
        with CaptureQueriesContext(connection) as made:
            answer = asked(client, TYPE[kind], q="record*")
        return len(made), answer["count"]

    def make(number):
        for _time in range(number):
            record = FACTORIES[kind](published=True)
            for field in kind._meta.many_to_many:
                if field.related_model in FACTORIES and field.related_model is not kind:
                    other = FACTORIES[field.related_model](published=True)
                    getattr(record, field.name).add(other)
            for code in ("en", "ru"):
                name = f"{kind.heading_field}_{code}"
                setattr(record, name, f"record {record.pk}")
            record.save()

    make(1)
    queries()
    few, count = queries()
    assert count
    make(19)
    queries()
    many, count = queries()
    assert count >= 20
    assert many == few


def test_every_kind_has_a_type_and_filters():
    assert set(TYPE) == set(PUBLISHABLE) == set(FILTERS)
