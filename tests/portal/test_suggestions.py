"""What a search field proposes while a reader types."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import Status
from tests.factories import (
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db

OPTION = re.compile(r'<a role="option"[^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.S)


def ask(query, language="en"):
    return Client().get(f"/{language}/search/suggest/", {"q": query})


def options(query, language="en"):
    """(address, what is in it) of every option but the last, which searches for the words."""
    *found, last = OPTION.findall(ask(query, language).content.decode())
    assert last[0].startswith(reverse("portal:search"))
    return found


def test_a_record_is_suggested_by_the_beginning_of_its_name(language):
    PlaceFactory(published=True, slug="ashan", name_en="Ashan", name_ru="Ашан")
    typed = {"en": "ash", "ru": "аш"}[language]
    [(address, content)] = options(typed, language)
    assert address == f"/{language}/places/ashan/"
    assert "<mark>" in content
    assert {"en": "place", "ru": "место"}[language] in content


def test_a_name_in_another_language_is_marked_as_such_and_followed_by_the_readers():
    PlaceFactory(published=True, slug="ashan", name_en="Ashan", name_ru="Ашан")
    [(_address, content)] = options("ашан", "en")
    assert '<span lang="ru"><mark>Ашан</mark></span>' in content
    assert '<span class="suggestion-heading" lang="en">Ashan</span>' in content
    [(_address, content)] = options("ашан", "ru")
    assert "suggestion-heading" not in content


def test_a_case_found_by_its_number_is_named():
    LegalCaseFactory(published=True, title_en="A v. B", application_numbers=["99746/11"])
    [(_address, content)] = options("99746")
    assert "<mark>99746</mark>/11" in content
    assert ">A v. B<" in content


def test_what_is_not_public_is_not_suggested():
    for state in ("restricted", "withdrawn", "in_review"):
        OrganisationFactory(**{state: True}, name_en="Zyxwomen Association")
    OrganisationFactory(name_en="Zyxwomen Association")
    assert options("Zyxw") == []
    OrganisationFactory(published=True, slug="zyxwomen", name_en="Zyxwomen Association")
    assert [address for address, _content in options("Zyxw")] == ["/en/organisations/zyxwomen/"]


def test_what_stands_behind_a_warning_is_not_suggested():
    incident = IncidentFactory(published=True, graphic_description=True)
    ClaimFactory(published=True, text_en="Zyxwomen were tortured").incidents.add(incident)
    assert options("zyxw") == []


def test_no_more_than_eight_records_are_suggested():
    for number in range(12):
        OrganisationFactory(published=True, name_en=f"Zyxwomen Association {number}")
    assert len(options("zyxw")) == 8


def test_the_last_option_searches_for_the_words_as_they_were_typed():
    answer = ask("Şuşa & <b>co</b>?").content.decode()
    address, content = OPTION.findall(answer)[-1]
    assert address == "/en/search/?q=%C5%9Eu%C5%9Fa%20%26%20%3Cb%3Eco%3C%2Fb%3E%3F"
    assert "“Şuşa &amp; &lt;b&gt;co&lt;/b&gt;?”" in content


@pytest.mark.parametrize("query", ["", "  ", "\x00"])
def test_nothing_typed_suggests_nothing(query):
    answer = ask(query)
    assert answer.status_code == 200
    assert OPTION.findall(answer.content.decode()) == []


def test_an_empty_archive_suggests_nothing():
    assert options("anything") == []


def test_a_name_is_not_taken_for_markup():
    OrganisationFactory(published=True, name_en="Zyxwomen <script>alert(1)</script>")
    [(_address, content)] = options("zyxw")
    assert "<script" not in content


def test_an_answer_is_kept_by_no_search_engine():
    answer = ask("a")
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_answer_is_checked_before_a_browser_shows_it_again():
    record = OrganisationFactory(published=True, name_en="Zyxwomen Association")
    answer = ask("zyxw")
    assert answer["Cache-Control"] == "no-cache"
    same = {"headers": {"If-None-Match": answer["ETag"]}}
    assert Client().get("/en/search/suggest/", {"q": "zyxw"}, **same).status_code == 304
    record.status, record.withdrawn_at = Status.WITHDRAWN, record.published_at
    record.save()
    later = Client().get("/en/search/suggest/", {"q": "zyxw"}, **same)
    assert later.status_code == 200
    assert "Zyxwomen" not in later.content.decode()


def test_suggestions_are_only_read():
    assert Client().post("/en/search/suggest/", {"q": "a"}).status_code == 405


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=300))
def test_whatever_is_typed_has_an_answer(query):
    assert ask(query.encode("utf-8", "surrogatepass")).status_code == 200


@pytest.mark.parametrize(
    "query", ["((((" * 5000, '"' * 999, "a" * 100_000, "\u202e%", "NEAR(", "-*"]
)
def test_hostile_words_have_an_answer(query):
    DocumentFactory(published=True)
    assert ask(query).status_code == 200
