"""The lists as a visitor uses them: filters, pages, fragments, languages."""

import json
import re
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import models
from archive.models import PUBLISHABLE
from archive.search import rebuilding, writing
from archive.translation import TRANSLATED
from portal.filters import FILTERS, TYPES
from portal.languages import MEANINGFUL
from portal.sitemaps import sections
from tests.demonstration import FIXTURES
from tests.factories import (
    FACTORIES,
    CaseStepFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RoleFactory,
    ViolationTypeFactory,
)

LISTS = ["documents", "cases", "incidents", "claims", "organisations", "people", "places"]
PARAMETERS = [
    *("q", "type", "kind", "organisation", "case", "incident", "place", "violation", "phase"),
    *("person", "side", "stage", "country", "language", "from", "to", "sort", "page", "other"),
]

pytestmark = pytest.mark.django_db


def found(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return {record.slug for record in response.context["page"].paginator.object_list}


def slugs(response) -> list[str]:
    return [record.slug for record in response.context["page"].object_list]


def counts(response, name) -> dict[str, int]:
    """What the options of a facet say."""
    [facet] = [one for one in response.context["panel"].facets if one.name == name]
    return {option.value: option.count for option in facet.options}


@pytest.fixture
def three_documents():
    DocumentFactory(slug="report", kind="report", language="en", published=True)
    DocumentFactory(slug="letter", kind="letter", language="ru", published=True)
    DocumentFactory(slug="post", kind="post", language="en", published=True)


@pytest.mark.parametrize("address", [*LISTS, "search"])
def test_an_empty_archive_has_lists_too(client, language, address):
    response = client.get(f"/{language}/{address}/")
    assert response.status_code == 200
    assert "<h1>" in response.content.decode()


@pytest.mark.usefixtures("three_documents")
class TestFilters:
    def test_values_of_one_facet_widen(self, client):
        assert found(client, "/en/documents/?kind=report&kind=letter") == {"report", "letter"}

    def test_facets_narrow_one_another(self, client):
        assert found(client, "/en/documents/?kind=report&kind=letter&language=ru") == {"letter"}

    def test_an_unknown_value_finds_nothing_and_is_named(self, client, language):
        page = client.get(f"/{language}/documents/?kind=<b>poem")
        assert page.context["page"].paginator.count == 0
        assert (
            "“&lt;b&gt;poem”" in page.content.decode() or "«&lt;b&gt;poem»" in page.content.decode()
        )

    def test_an_unknown_value_beside_a_known_one_takes_nothing_away(self, client):
        assert found(client, "/en/documents/?kind=report&kind=poem") == {"report"}

    def test_an_unknown_parameter_is_ignored(self, client):
        assert len(found(client, "/en/documents/?colour=red")) == 3

    @pytest.mark.parametrize("page", ["0", "-1", "2", "abc", "9" * 5000, "1.5", "%00", ""])
    def test_a_bad_page_is_not_found(self, client, page):
        assert client.get(f"/en/documents/?page={page}").status_code == 404

    @pytest.mark.parametrize(
        "word",
        ["2020-13", "2020-02-30", "2020-00", "0000", "x", "20201", "-", "30.02.2020", "13.2020"],
    )
    def test_a_wrong_date_is_said_beside_its_field(self, client, word):
        page = client.get(f"/en/documents/?from={word}")
        assert page.status_code == 200
        reason = f"“{word}” is not a date. Write 2020, 2020-09 or 2020-09-27."
        assert f'id="period-error">{reason}' in page.text
        assert page.text.count('aria-invalid="true"') == 1

    @pytest.mark.parametrize("part", [True, False], ids=["part of the page", "whole page"])
    def test_a_wrong_date_is_said_above_the_results(self, client, part):
        headers = {"HX-Request": "true"} if part else {}
        page = client.get("/en/documents/?from=soon", headers=headers).text
        results = page[page.index('id="results"') :]
        assert '<p class="notice" role="alert">“soon” is not a date.' in results

    def test_a_wrong_date_stays_in_its_field_and_the_other_in_force(self, client):
        DocumentFactory(slug="old", published_on="1999", published=True)
        response = client.get("/en/documents/?from=2000&to=<soon>")
        assert set(slugs(response)) == {"report", "letter", "post"}
        assert 'value="2000"' in response.text
        assert 'value="&lt;soon&gt;"' in response.text
        assert [chip.label for chip in response.context["panel"].chips] == ["2000"]

    def test_dates_the_wrong_way_round(self, client):
        page = client.get("/en/documents/?from=2022&to=2020").content.decode()
        assert "The first date is later than the second." in page

    def test_chips_take_away_one_value_each(self, client):
        response = client.get("/en/documents/?kind=report&kind=letter&language=en&q=Document")
        removals = {str(chip.remove) for chip in response.context["panel"].chips}
        assert "/en/documents/?q=Document&kind=letter&language=en" in removals
        assert "/en/documents/?kind=report&kind=letter&language=en" in removals
        assert len(removals) == 4

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("prisoners", ">“prisoners”<"),
            ('"prisoners of war"', ">&quot;prisoners of war&quot;<"),
            ("«военнопленные»", ">«военнопленные»<"),
            ("word " * 20, f' title="{"word " * 19}word">“{"word " * 11}word…”<'),
        ],
    )
    def test_words_in_a_chip(self, client, query, shown):
        page = client.get("/en/documents/", {"q": query}).text
        (chip,) = re.findall(r'<a class="chip".*?</a>', page)
        assert shown in chip

    def test_a_chosen_option_without_records_stays_visible(self, client):
        page = client.get("/en/documents/?kind=letter&language=en").content.decode()
        assert '<input type="checkbox" name="kind" value="letter" checked>' in page

    def test_the_language_switch_keeps_the_filters(self, client):
        page = client.get("/en/documents/?kind=letter&language=ru").content.decode()
        assert 'href="/ru/documents/?kind=letter&amp;language=ru"' in page
        assert found(client, "/ru/documents/?kind=letter&language=ru") == {"letter"}

    def test_results_of_words_are_kept_from_search_engines(self, client):
        assert "noindex" in client.get("/en/documents/?q=x").content.decode()
        assert "noindex" not in client.get("/en/documents/").content.decode()


@pytest.mark.usefixtures("three_documents")
class TestHtmx:
    def test_htmx_gets_the_part_that_changes(self, client):
        response = client.get(
            "/en/documents/?kind=letter&from=&to=", headers={"HX-Request": "true"}
        )
        page = response.content.decode()
        assert 'id="listing"' in page
        assert "<html" not in page
        assert response["HX-Push-Url"] == "/en/documents/?kind=letter"
        assert '<p id="announcement" hx-swap-oob="innerHTML">1 document</p>' in page

    def test_the_status_tells_the_order_too(self, client):
        headers = {"HX-Request": "true"}
        response = client.get("/en/documents/?sort=oldest", headers=headers)
        assert 'hx-swap-oob="innerHTML">3 documents. Order: Oldest</p>' in response.text

    def test_going_back_gets_the_whole_page(self, client):
        headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
        response = client.get("/en/documents/", headers=headers)
        assert "<html" in response.content.decode()
        assert "HX-Request" in response["Vary"]

    def test_the_page_and_the_fragment_are_one(self, client):
        whole = client.get("/en/documents/?kind=letter").content.decode()
        part = client.get("/en/documents/?kind=letter", headers={"HX-Request": "true"})
        listing = part.content.decode()
        assert listing[listing.index('<div id="listing"') :].strip() in whole


class TestWhatAFilterMeans:
    def test_documents_by_publisher_or_mention(self, client):
        body = OrganisationFactory(slug="body", published=True)
        DocumentFactory(slug="by", publisher=body, published=True)
        DocumentFactory(slug="on", organisations=[body], published=True)
        DocumentFactory(slug="both", publisher=body, organisations=[body], published=True)
        DocumentFactory(slug="neither", published=True)
        response = client.get("/en/documents/?organisation=body")
        assert {r.slug for r in response.context["page"].object_list} == {"by", "on", "both"}
        option = response.context["panel"].facets[1].chosen[0]
        assert option.count == 3

    def test_a_hidden_record_between_leads_nowhere(self, client):
        place = PlaceFactory(slug="village", published=True)
        hidden = IncidentFactory(places=[place], phase="war_2020")
        ClaimFactory(slug="claim", incidents=[hidden], published=True)
        response = client.get("/en/claims/")
        panels = {facet.name: facet.options for facet in response.context["panel"].facets}
        assert not panels["place"]
        assert not panels["phase"]
        assert found(client, "/en/claims/?place=village") == set()
        assert found(client, "/en/claims/?phase=war_2020") == set()

    def test_a_hidden_record_is_an_unknown_value(self, client, draft_document):
        LegalCaseFactory(slug="hidden-case")
        response = client.get("/en/documents/?case=hidden-case")
        [notice] = response.context["panel"].unknown
        assert "“hidden-case”" in notice

    def test_claims_of_third_parties(self, client):
        ministry = OrganisationFactory(side="armenian", published=True)
        official = PersonFactory(side="azerbaijani", published=True)
        ClaimFactory(slug="a", speaker_organisation=ministry, published=True)
        ClaimFactory(slug="b", speaker_organisation=None, speaker_person=official, published=True)
        ClaimFactory(slug="c", published=True)
        ClaimFactory(
            slug="d",
            speaker_organisation=None,
            speaker_person=PersonFactory(published=True),
            published=True,
        )
        assert found(client, "/en/claims/?side=third") == {"c", "d"}
        assert found(client, "/en/claims/?side=armenian&side=azerbaijani") == {"a", "b"}

    def test_cases_by_the_dates_of_their_steps(self, client):
        for slug, *dates in (("old", "1999"), ("gap", "2010-01-05", "2020"), ("new", "2020-05")):
            case = LegalCaseFactory(slug=slug, published=True)
            for date in dates:
                CaseStepFactory(case=case, date=date)
        assert found(client, "/en/cases/?from=2020&to=2021") == {"gap", "new"}
        assert found(client, "/en/cases/?from=2012&to=2019") == set()
        assert found(client, "/en/cases/?to=2010-01-05") == {"old", "gap"}

    @pytest.mark.parametrize(
        ("period", "expected"),
        [
            ("from=27.09.2020&to=27.09.2020", {"day", "month"}),
            ("from=1.9.2020&to=26.9.2020", {"month"}),
            ("from=09.2020&to=09.2020", {"day", "month"}),
            ("from=10.2020", {"later"}),
        ],
    )
    def test_dates_as_they_are_written_in_russian(self, client, period, expected):
        DocumentFactory(slug="day", published_on="2020-09-27", published=True)
        DocumentFactory(slug="month", published_on="2020-09", published=True)
        DocumentFactory(slug="later", published_on="2020-10-01", published=True)
        assert found(client, f"/ru/documents/?{period}") == expected

    def test_people_by_the_organisations_of_their_offices(self, client):
        role = RoleFactory(
            person=PersonFactory(slug="official", published=True),
            organisation=OrganisationFactory(slug="ministry", published=True),
        )
        assert found(client, "/en/people/?organisation=ministry") == {"official"}
        models.Organisation.objects.filter(pk=role.organisation_id).update(status="draft")
        assert found(client, "/en/people/?organisation=ministry") == set()

    @pytest.mark.parametrize(
        ("name", "acronym", "shown"),
        [
            ("Mine Action Agency (MAA)", "MAA", 1),
            ("Mine Action Agency", "MAA", 1),
            ("MAA", "MAA", 0),
            ("Mine Action Agency", "", 0),
        ],
    )
    def test_an_acronym_is_told_once(self, client, name, acronym, shown):
        names = {"name_en": name, "name_ru": name, "acronym_en": acronym, "acronym_ru": acronym}
        body = OrganisationFactory(**names, published=True)
        heading = re.compile(r"<h[13].*?</h[13]>")
        for address in ("/en/organisations/", body.get_absolute_url()):
            (title,) = heading.findall(client.get(address).text)[-1:]
            assert title.count("(MAA)") == shown

    def test_orders(self, client):
        for slug, date in (("b", "2020"), ("a", "2021-02"), ("c", ""), ("d", "2019/..")):
            DocumentFactory(slug=slug, published_on=date, published=True)

        def order(sort):
            return [
                r.slug
                for r in client.get(f"/en/documents/?sort={sort}").context["page"].object_list
            ]

        assert order("newest") == order("") == order("nonsense") == ["a", "b", "d", "c"]
        assert order("oldest") == ["d", "b", "a", "c"]
        assert set(order("added")) == set("abcd")

    def test_a_record_of_one_language_keeps_its_place_among_names(self, client, language):
        PlaceFactory(slug="z", name_en="Zod", name_ru="", published=True)
        PlaceFactory(slug="a", name_en="", name_ru="Ааа", published=True)
        PlaceFactory(slug="m", name_en="Mardakert", name_ru="Мардакерт", published=True)
        rows = client.get(f"/{language}/places/").context["page"].object_list
        expected = {"en": ["m", "z", "a"], "ru": ["z", "a", "m"]}
        assert [record.slug for record in rows] == expected[language]

    def test_the_best_match_comes_first_where_words_were_asked_for(self, client):
        DocumentFactory(slug="in-text", summary_en="A video", published=True)
        DocumentFactory(slug="in-title", title_en="A video", published_on="1999", published=True)
        response = client.get("/en/documents/?q=video")
        assert slugs(response) == ["in-title", "in-text"]
        orders = {order["name"]: order["current"] for order in response.context["panel"].orders}
        assert orders == {"relevance": True, "newest": False, "oldest": False, "added": False}
        assert slugs(client.get("/en/documents/?q=video&sort=newest")) == ["in-text", "in-title"]

    def test_nothing_matches_better_where_nothing_was_asked(self, client):
        response = client.get("/en/documents/?sort=relevance")
        orders = {order["name"]: order["current"] for order in response.context["panel"].orders}
        assert orders == {"newest": True, "oldest": False, "added": False}

    def test_incidents_by_those_who_speak_of_them_or_are_spoken_of(self, client):
        body = OrganisationFactory(slug="body", published=True)
        said, read = (IncidentFactory(slug=slug, published=True) for slug in ("said", "read"))
        hidden = IncidentFactory(slug="hidden", published=True)
        ClaimFactory(speaker_organisation=body, incidents=[said], published=True)
        ClaimFactory(speaker_organisation=body, incidents=[hidden])
        DocumentFactory(publisher=body, incidents=[read], language="hy", published=True)
        assert found(client, "/en/incidents/?organisation=body") == {"said", "read"}
        assert found(client, "/en/incidents/?language=hy") == {"read"}
        assert found(client, "/en/incidents/?kind=report") == {"read"}

    def test_claims_by_the_person_who_speaks_and_the_language_they_are_read_in(self, client):
        person = PersonFactory(slug="official", published=True)
        document = DocumentFactory(language="az", published=True)
        ClaimFactory(
            slug="one",
            speaker_organisation=None,
            speaker_person=person,
            cited_in=document,
            published=True,
        )
        ClaimFactory(slug="two", published=True)
        assert found(client, "/en/claims/?person=official") == {"one"}
        assert found(client, "/en/claims/?language=az") == {"one"}

    def test_a_claim_about_something_graphic_stands_behind_a_warning(self, client, language):
        event = IncidentFactory(graphic_description=True, published=True)
        ClaimFactory(text_en="Cruel", text_ru="Жестоко", incidents=[event], published=True)
        ClaimFactory(text_en="Mild", text_ru="Мягко", published=True)
        for address in ("claims/", "search/"):
            page = client.get(f"/{language}/{address}").content.decode()
            (gate,) = re.findall(r"<details class=\"gate\".*?</details>", page, re.DOTALL)
            cruel, mild = {"en": ("Cruel", "Mild"), "ru": ("Жестоко", "Мягко")}[language]
            assert cruel in gate
            assert cruel not in page.replace(gate, "")
            assert mild not in gate

    def test_cases_between_the_states_are_one_click_away(self, client):
        page = client.get("/en/cases/").content.decode()
        query = "kind=inter_state_application&amp;kind=icj_contentious&amp;kind=arbitration"
        assert f'href="/en/cases/?{query}"' in page


class TestCards:
    def test_hits_are_marked_and_nothing_of_a_text_becomes_markup(self, client):
        words = '<b>galleon</b> & co. "x"'
        DocumentFactory(title_en=words, summary_en=words, published=True)
        said = client.get("/en/documents/?q=galleon").content.decode()
        shown = "&lt;b&gt;<mark>galleon</mark>&lt;/b&gt; &amp; co. &quot;x&quot;"
        assert said.count(shown) == 2
        assert "<b>galleon" not in said and "</mark></b>" not in said

    def test_what_a_document_is_about_is_linked_escaped_and_in_its_language(self, client):
        document = DocumentFactory(published=True)
        document.incidents.set(
            [
                IncidentFactory(slug="one", title_en="<i>One</i>", published=True),
                IncidentFactory(slug="two", title_en="", title_ru="Второй", published=True),
            ]
        )
        said = client.get("/en/documents/").content.decode()
        links = [
            '<a href="/en/incidents/one/">&lt;i&gt;One&lt;/i&gt;</a>',
            '<a href="/en/incidents/two/"><span lang="ru">Второй</span></a>',
        ]
        assert any(f"About: {'; '.join(way)}</p>" in said for way in (links, links[::-1]))

    def test_a_year_keeps_the_words_and_takes_the_place_of_other_dates(self, client):
        DocumentFactory(title_en="R&D galleon", published_on="2020", published=True)
        asked = "/en/documents/?q=R%26D+galleon&from=2019&to=2021"
        [year] = client.get(asked).context["panel"].period["years"]
        assert year.address == "/en/documents/?q=R%26D+galleon&from=2020&to=2020"
        assert len(found(client, year.address)) == 1


class TestPages:
    def test_twenty_a_page_and_every_record_once(self, client):
        for _ in range(25):
            PlaceFactory(name_en="Same", name_ru="Одно", published=True)
        pages = [client.get(f"/en/places/?page={n}").context["page"].object_list for n in (1, 2)]
        assert [len(rows) for rows in pages] == [20, 5]
        assert len({record.pk for rows in pages for record in rows}) == 25
        page = client.get("/en/places/?kind=village&page=2").content.decode()
        assert '<a href="/en/places/?kind=village">' in page

    def test_the_page_before_and_after_are_links_in_words(self, client):
        for _ in range(45):
            PlaceFactory(published=True)
        first, second, third = (client.get(f"/en/places/?page={n}").text for n in (1, 2, 3))
        assert '<a href="/en/places/" rel="prev">Previous</a>' in second
        assert '<a href="/en/places/?page=3" rel="next">Next</a>' in second
        assert 'rel="prev"' not in first
        assert 'rel="next"' not in third


class TestSearch:
    @pytest.fixture(autouse=True)
    def _village(self):
        place = PlaceFactory(
            slug="village", name_en="Zod", name_ru="Зод", variants=["Sotk"], published=True
        )
        IncidentFactory(slug="event", places=[place], published=True)
        IncidentFactory(slug="hidden", places=[place])

    def test_every_kind_is_asked(self, client, language):
        response = client.get(f"/{language}/search/?q=Sotk")
        assert slugs(response) == ["village", "event"]
        assert counts(response, "type") == {"incidents": 1, "places": 1}
        assert "type=incidents" in client.get(f"/{language}/search/?q=Sotk&type=incidents").text

    def test_one_kind_only(self, client):
        response = client.get("/en/search/?q=Sotk&type=places")
        assert slugs(response) == ["village"]
        assert counts(response, "type") == {"incidents": 1, "places": 1}

    def test_an_unknown_kind(self, client):
        response = client.get("/en/search/?type=poems")
        assert response.status_code == 200
        assert "“poems”" in response.content.decode()
        assert slugs(response) == []

    def test_what_goes_by_exactly_this_number_or_name_comes_first(self, client):
        case = LegalCaseFactory(application_numbers=["42521/20"], slug="it", published=True)
        DocumentFactory(slug="of-it", cases=[case], published=True)
        assert slugs(client.get("/en/search/?q=no. 42521/20")) == ["it", "of-it"]
        assert slugs(client.get("/en/search/?q=Зод")) == ["village", "event"]

    @pytest.mark.parametrize(
        ("query", "fewer"),
        [
            ("Sotk wolves", [("wolves", "Sotk", 2)]),
            ("Sotk Erevan", [("Erevan", "Sotk", 2), ("Sotk", "Erevan", 1)]),
            ('Sotk "grey wolves"', [('"grey wolves"', "Sotk", 2)]),
            ("wolves -Sotk", []),
            ("wolves bears", []),
            ("Sotk wolves bears", []),
            ("wolves", []),
            ("Sotk", []),
        ],
    )
    def test_a_word_too_many_is_named_with_what_there_is_without_it(self, client, query, fewer):
        PlaceFactory(name_en="Yerevan", name_ru="Ереван", variants=["Erevan"], published=True)
        response = client.get("/en/search/", {"q": query})
        ways = response.context["fewer"]
        assert [(way["without"], way["count"]) for way in ways] == [
            (without, count) for without, _query, count in fewer
        ]
        for way, (_without, text, count) in zip(ways, fewer, strict=True):
            assert dict(way["address"].pairs) == {"q": text}
            assert len(found(client, str(way["address"]))) == count
            assert str(way["address"]) in response.text

    def test_where_no_single_word_is_at_fault_any_of_them_will_do(self, client):
        response = client.get("/en/search/?q=who saw wolves or bears in Sotk -Yerevan&sort=oldest")
        way = response.context["any_word"]
        assert way["count"] == len(found(client, str(way["address"]))) == 2
        assert "sort" not in dict(way["address"].pairs)
        assert f'<a href="{way["address"]}">'.replace("&", "&amp;") in response.text
        assert client.get("/en/search/?q=wolves bears").context["any_word"] is None

    @pytest.mark.parametrize(
        ("query", "told"),
        [("wolves or bears", True), ("волки или медведи", True), ("Or wolves", False)]
        + [('"wolves or bears"', False), ("wolves OR bears", False), ("Sotk", False)],
    )
    def test_or_in_small_letters_is_explained(self, client, query, told):
        page = client.get("/en/search/", {"q": query}).text
        assert ("write OR between them in capitals" in page) == told

    def test_whoever_finds_nothing_learns_who_is_not_named(self, client, language):
        link = f'href="/{language}/about/methodology/#names"'
        assert link in client.get(f"/{language}/search/?q=wolves").text
        assert link not in client.get(f"/{language}/search/?q=Sotk").text
        anchored = client.get(f"/{language}/about/methodology/").text
        assert 'id="names"' in anchored

    @pytest.mark.parametrize(
        ("query", "told"),
        [("no. 99999/20", False), ("A/RES/99/999", False), ("wolves", True), ("wolves 99", True)],
    )
    def test_a_number_has_no_other_spelling(self, client, query, told):
        page = client.get("/en/search/", {"q": query})
        assert slugs(page) == []
        assert ("another spelling" in page.text) == told

    def test_a_search_changes_nothing(self, client):
        assert client.post("/en/search/").status_code == 405

    @pytest.mark.parametrize("query", ["page=2", "page=x", "type=places&page=2", "page=0"])
    def test_a_bad_page_is_not_found(self, client, query):
        assert client.get(f"/en/search/?{query}").status_code == 404


def linked(model):
    """A published record with one of every relation that a list shows or filters by."""
    place = PlaceFactory(published=True)
    incident = IncidentFactory(
        places=[place], violation_types=[ViolationTypeFactory()], published=True
    )
    body, person = OrganisationFactory(published=True), PersonFactory(published=True)
    RoleFactory(person=person, organisation=body)
    case = LegalCaseFactory(
        incidents=[incident], respondents=[body], applicant_organisations=[body], published=True
    )
    CaseStepFactory(case=case)
    if model is models.Document:
        DocumentFactory(
            cases=[case],
            incidents=[incident],
            organisations=[body],
            people=[person],
            places=[place],
            published=True,
        )
    elif model is models.Claim:
        ClaimFactory(incidents=[incident], cases=[case], published=True)
        ClaimFactory(
            speaker_organisation=None,
            speaker_person=person,
            incidents=[incident],
            cases=[case],
            published=True,
        )
    elif model is models.Organisation:
        OrganisationFactory(parent=body, published=True)


def costs(client, *addresses) -> list[int]:
    """Queries that each page takes."""
    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    return counts


# A word that stands in every record that a factory makes.
WORDS = {
    models.Document: "document",
    models.LegalCase: "case",
    models.Incident: "event",
    models.Claim: "speaker",
    models.Organisation: "organisation",
    models.Person: "official",
    models.Place: "village",
}


@contextmanager
def loading_in_bulk():
    """All is indexed at the end, which is sooner done than record by record."""
    with writing.paused():
        yield
    rebuilding.rebuild()


@pytest.mark.parametrize("model", PUBLISHABLE)
def test_a_list_of_twenty_costs_as_many_queries_as_one_of_one(client, model):
    pages = {"legalcase": "cases", "person": "people"}
    name = model._meta.model_name
    page = pages.get(name, f"{name}s")
    words = f"?q={WORDS[model]}"
    addresses = [f"/{code}/{page}/{query}" for code in ("en", "ru") for query in ("", words)]
    linked(model)
    one, few = costs(client, *addresses), found(client, addresses[-1])
    with loading_in_bulk():
        for _ in range(19):
            linked(model)
    assert costs(client, *addresses) == one
    assert len(found(client, addresses[-1])) >= len(few) + 19 > 19


def test_a_search_of_many_costs_no_more_queries_than_one_of_one(client):
    addresses = ["/en/search/", "/ru/search/", "/en/search/?q=speaker", "/ru/search/?q=event"]
    linked(models.Document)
    linked(models.Claim)
    one = costs(client, *addresses)
    few = [len(found(client, address)) for address in addresses]
    with loading_in_bulk():
        for _ in range(7):
            linked(models.Document)
            linked(models.Claim)
    # A page of many may hold fewer kinds, each of which has queries of its own.
    assert all(now <= before for now, before in zip(costs(client, *addresses), one, strict=True))
    for address, total in zip(addresses, few, strict=True):
        assert len(found(client, address)) >= total + 7


@pytest.mark.parametrize("model", PUBLISHABLE)
def test_every_kind_of_record_has_all_its_parts(model):
    name = model._meta.model_name
    assert model in FACTORIES
    assert model in FILTERS
    assert model in TRANSLATED
    assert admin.site.is_registered(model)
    assert name in {kind._meta.model_name for kind, _label in TYPES.values()}
    assert name in sections()
    rows = [row for path in FIXTURES.glob("*.json") for row in json.loads(path.read_text("utf-8"))]
    assert any(row["model"] == f"archive.{name}" for row in rows)


def test_parameters_of_addresses_are_those_of_the_filters():
    assert set(PARAMETERS) - {"other"} == MEANINGFUL


@pytest.fixture
def everything(db):
    """A record of every kind, with one of every relation."""
    for model in (models.Document, models.Claim, models.Organisation):
        linked(model)
    assert all(model.objects.published().exists() for model in PUBLISHABLE)


values = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "document",
            "speaker",
            "report",
            "armenian",
            "third",
            "2020",
            "2020-02-30",
            "1",
            "newest",
            "AZ",
        ]
    ),
)
queries = st.lists(st.tuples(st.sampled_from(PARAMETERS), values), max_size=6)


@pytest.mark.parametrize("address", [*LISTS, "search"])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=queries, htmx=st.booleans())
def test_nothing_that_is_typed_breaks_a_list(everything, address, query, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    names = {}
    for name, value in query:
        names.setdefault(name, []).append(value)
    response = Client().get(f"/ru/{address}/", names, headers=headers)
    assert response.status_code in (200, 404)
