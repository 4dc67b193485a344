"""Facets with more options than a list can carry, and the page that has all of them."""

import re

import pytest
from django.db import transaction

from archive.models import Incident, ViolationType
from archive.search import rebuilding, writing
from tests.factories import DocumentFactory, IncidentFactory, OrganisationFactory, PlaceFactory

MANY = 3000
ADDRESS = "/{}/incidents/options/violation/"


@pytest.fixture(scope="module")
def _many_violations(django_db_setup, django_db_blocker):
    """One incident with 3,000 violations, another with the last 40 of them, one with one."""
    with django_db_blocker.unblock(), transaction.atomic():
        with writing.paused():
            every = ViolationType.objects.bulk_create(_violation(number) for number in range(MANY))
            for some in (every, every[-40:], every[-1:]):
                IncidentFactory(published=True).violation_types.add(*some)
        rebuilding.rebuild()
        yield
        transaction.set_rollback(True)


def _violation(number):
    name = f"{number:04}"
    return ViolationType(slug=f"no_{name}", label_en=f"Violation {name}", label_ru=f"Дело {name}")


@pytest.fixture
def many_violations(_many_violations, db):
    assert Incident.objects.published().count() == 3


def options(response) -> dict[str, str]:
    """Address → label and count, as they are written."""
    listed = response.content.decode().partition('<ul class="plain options">')[2]
    found = re.findall(r'<li><a href="([^"]+)"[^>]*>(.*?)</a> <span[^>]*>(\d+)</span>', listed)
    return {
        address.replace("&amp;", "&"): f"{re.sub('<[^>]+>', '', label).strip()} {count}"
        for address, label, count in found
    }


@pytest.mark.usefixtures("many_violations")
class TestManyOptions:
    def test_a_list_stays_small(self, client, language):
        html = client.get(f"/{language}/incidents/").content.decode()
        form = html.partition('<form class="filters"')[2].partition("</form>")[0]
        assert form.count('name="violation"') == 30
        assert len(form.encode()) < 12_000
        assert f'href="{ADDRESS.format(language)}"' in form
        assert "3000" in form

    def test_a_list_has_the_options_with_most_records(self, client):
        html = client.get("/en/incidents/").content.decode()
        values = re.findall(r'name="violation" value="([^"]+)"', html)
        assert values == ["no_2999", *(f"no_{number}" for number in range(2960, 2989))]

    def test_what_is_chosen_is_always_there(self, client):
        page = client.get("/en/incidents/?violation=no_0007")
        html = page.content.decode()
        assert 'value="no_0007" checked' in html
        assert html.count('name="violation"') == 31
        [facet] = [one for one in page.context["panel"].facets if one.name == "violation"]
        assert facet.more_is_open

    def test_the_page_of_options_has_all_of_them(self, client, language):
        found = {}
        for number in range(1, 16):
            found |= options(client.get(f"{ADDRESS.format(language)}?page={number}"))
        assert len(found) == MANY
        label = {"en": "Violation 0001 1", "ru": "Дело 0001 1"}[language]
        assert found[f"/{language}/incidents/?violation=no_0001"] == label
        assert client.get(f"{ADDRESS.format(language)}?page=16").status_code == 404

    def test_options_come_by_count_or_by_name(self, client):
        by_count = list(options(client.get(ADDRESS.format("en"))).values())
        by_name = list(options(client.get(ADDRESS.format("en") + "?by=name")).values())
        assert by_count[:2] == ["Violation 2999 3", "Violation 2960 2"]
        assert by_name[:2] == ["Violation 0000 1", "Violation 0001 1"]


@pytest.fixture
def places(db):
    shusha = PlaceFactory(
        slug="shusha",
        name_en="Shusha",
        name_ru="Шуша",
        azerbaijani_name="Şuşa",
        armenian_name="Շուշի",
        published=True,
    )
    IncidentFactory(published=True).places.add(shusha, PlaceFactory(published=True))


@pytest.mark.usefixtures("places")
class TestLetters:
    @pytest.mark.parametrize("letters", ["susa", "ШУШ", "Շուշի", "husha"])
    def test_they_narrow_the_options_in_any_script(self, client, letters):
        found = options(client.get("/en/incidents/options/place/", {"letters": letters}))
        assert found == {"/en/incidents/?place=shusha": "Shusha 1"}

    def test_that_no_option_has_leave_none(self, client, language):
        page = client.get(f"/{language}/incidents/options/place/", {"letters": "<b>zzzz\x00"})
        assert page.status_code == 200
        assert options(page) == {}
        assert "<b>zzzz" not in page.content.decode()


@pytest.fixture
def three_documents(db):
    ngo = OrganisationFactory(slug="ngo", published=True)
    DocumentFactory(kind="report", language="en", publisher=ngo, published=True)
    DocumentFactory(kind="report", language="ru", published=True)
    DocumentFactory(kind="letter", language="ru", published=True)


@pytest.mark.usefixtures("three_documents")
class TestOptionsOfAResult:
    def test_they_keep_the_filters_and_add_one(self, client):
        page = client.get("/en/documents/options/language/?kind=report&sort=oldest&page=1&by=name")
        assert set(options(page)) == {
            f"/en/documents/?kind=report&sort=oldest&language={language}"
            for language in ("en", "ru")
        }

    def test_what_is_chosen_can_be_taken_back(self, client, language):
        page = client.get(f"/{language}/documents/options/language/?language=ru&kind=report")
        assert f"/{language}/documents/?kind=report" in options(page)

    def test_the_form_keeps_the_filters(self, client):
        page = client.get("/en/documents/options/language/?kind=report&q=document&by=name")
        hidden = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page.content.decode())
        assert set(hidden) == {("kind", "report"), ("q", "document"), ("by", "name")}

    def test_search_has_them_too(self, client):
        found = options(client.get("/en/search/options/type/"))
        assert found["/en/search/?type=documents"] == "Documents 3"

    def test_no_robot_keeps_them(self, client):
        assert 'content="noindex' in client.get("/en/search/options/type/").content.decode()

    def test_another_language_has_the_same_page(self, client):
        html = client.get("/en/documents/options/kind/?letters=rep").content.decode()
        assert 'href="/ru/documents/options/kind/?letters=rep"' in html

    @pytest.mark.parametrize(
        "address",
        [
            "documents/options/court/",
            "documents/options/q/",
            "documents/options/period/",
            "about/options/kind/",
            "documents/options/kind/?page=2",
            "documents/options/kind/?page=x",
        ],
    )
    def test_there_are_no_others(self, client, language, address):
        assert client.get(f"/{language}/{address}").status_code == 404

    def test_nothing_is_posted_to_them(self, client):
        assert client.post("/en/documents/options/kind/").status_code == 405
