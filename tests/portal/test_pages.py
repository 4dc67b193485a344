"""Home, about, language, robots, sitemap, errors; and what holds for every page's head."""

import re
from xml.etree import ElementTree

import pytest
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.utils import translation
from django.utils.cache import has_vary_header

from archive.models import ClaimKind
from portal import context, glossary, holdings, sitemaps
from portal.languages import in_language, language_of
from portal.views import pages
from tests.factories import (
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    OrganisationFactory,
    PersonFactory,
)

PAGES = ["home", "about", "methodology", "corrections"]
SITE = "https://archive.test"
ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')
LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}


def other(language):
    return "ru" if language == "en" else "en"


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_in_each_language(client, language, name):
    response = client.get(reverse(f"portal:{name}"))
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in page
    assert page.count("<h1") == 1
    assert str(context.SITE_NAME) in re.search(r"<title>(.+?)</title>", page)[1]
    assert re.search(r'<meta name="description" content="[^"]{40,}">', page)
    assert len(response.content) < 60_000


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_reader_gets_no_cookie_and_every_protection(client, language, name):
    response = client.get(reverse(f"portal:{name}"))
    policy = response.headers["Content-Security-Policy"]
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "geolocation=()" in response.headers["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_from_elsewhere_and_nothing_is_inline(client, name):
    page = client.get(reverse(f"portal:{name}")).content.decode()
    assert not re.search(r'(?:src|srcset)="(?:https?:)?//', page)
    assert not re.search(r'<link rel="(?:stylesheet|icon|manifest)" href="(?:https?:)?//', page)
    assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", page)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


@pytest.mark.django_db
@override_settings(SITE_URL=SITE)
def test_the_head_names_the_page_in_both_languages(client, language):
    page = client.get(reverse("portal:about")).content.decode()
    assert CANONICAL.findall(page) == [f"{SITE}/{language}/about/"]
    assert dict(ALTERNATE.findall(page)) == {
        "en": f"{SITE}/en/about/",
        "ru": f"{SITE}/ru/about/",
        "x-default": f"{SITE}/en/about/",
    }


@pytest.mark.django_db
@override_settings(SITE_URL=SITE)
def test_filters_stay_when_the_language_changes(client, language):
    query = "q=%D1%91%26x&amp;kind=report&amp;kind=judgment"
    page = client.get(
        f"/{language}/documents/", {"q": "ё&x", "kind": ["report", "judgment"], "utm_source": "x"}
    ).content.decode()
    there = other(language)
    assert CANONICAL.findall(page) == [f"{SITE}/{language}/documents/?{query}"]
    assert dict(ALTERNATE.findall(page))[there] == f"{SITE}/{there}/documents/?{query}"
    assert (
        f'<a href="/{there}/documents/?{query}&amp;utm_source=x" lang="{there}" '
        f'hreflang="{there}">{LANGUAGE_NAMES[there]}</a>'
    ) in page


@pytest.mark.django_db
def test_the_section_of_a_page_is_marked(client, published_document):
    listed = client.get("/en/documents/").content.decode()
    assert '<a href="/en/documents/" aria-current="page">' in listed
    record = client.get(published_document.get_absolute_url()).content.decode()
    assert '<a href="/en/documents/" aria-current="true">' in record


@pytest.mark.django_db
def test_every_page_but_home_has_a_search_field_in_the_masthead(client):
    assert "masthead-search" not in client.get("/en/").content.decode()
    assert "masthead-search" in client.get("/en/about/").content.decode()


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        ("/en/cases/x/", "ru", "/ru/cases/x/"),
        ("/ru/", "en", "/en/"),
        ("/en", "ru", "/ru"),
        ("/english/", "ru", "/ru/"),
        ("/admin/", "ru", "/ru/"),
        ("/en/en/", "ru", "/ru/en/"),
    ],
)
def test_the_same_path_in_another_language(path, code, expected):
    assert in_language(path, code) == expected


def test_a_language_is_a_whole_part_of_the_path():
    assert language_of("/ru/x/") == "ru"
    assert language_of("/rust/") is None
    assert language_of("/") is None


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("ru,en;q=0.5", "ru"), ("ru-RU", "ru"), ("en-GB,ru;q=0.9", "en"), ("hy", "en"), ("", "en")],
)
def test_the_root_leads_to_the_language_of_the_reader(client, wanted, language):
    response = client.get("/", headers={"accept-language": wanted})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/{language}/"
    assert has_vary_header(response, "Accept-Language")
    assert not response.cookies


@override_settings(SITE_URL=SITE)
def test_robots_are_shown_the_sitemap_and_kept_from_the_admin(client):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/" in response.text
    assert f"Sitemap: {SITE}/sitemap.xml" in response.text


def addresses(response):
    tree = ElementTree.fromstring(response.content)
    return [found.text for found in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


@pytest.mark.django_db
def test_the_sitemap_holds_what_is_published_and_nothing_else(
    client, published_document, draft_document, restricted_document, withdrawn_document
):
    found = addresses(client.get("/sitemap.xml"))
    assert any(address.endswith("/en/documents/published-document/") for address in found)
    assert any(address.endswith("/ru/documents/published-document/") for address in found)
    assert any(address.endswith("/ru/") for address in found)
    for hidden in (draft_document, restricted_document, withdrawn_document):
        assert not any(hidden.slug in address for address in found)


@pytest.mark.django_db
def test_the_sitemap_names_the_other_language_and_the_last_change(client, published_document):
    entry = client.get("/sitemap.xml?section=document").text
    for code in ("en", "ru", "x-default"):
        assert f'hreflang="{code}"' in entry
    assert f"<lastmod>{published_document.updated_at:%Y-%m-%d}</lastmod>" in entry


@pytest.mark.django_db
def test_a_large_sitemap_becomes_an_index(client, monkeypatch):
    DocumentFactory.create_batch(3, published=True)
    monkeypatch.setattr(sitemaps.PortalSitemap, "limit", 4)
    index = client.get("/sitemap.xml")
    assert b"<sitemapindex" in index.content
    files = [address for address in addresses(index) if "section=document" in address]
    assert len(files) == 2
    listed = [
        found for file in files for found in addresses(client.get("/" + file.split("/", 3)[3]))
    ]
    assert len(listed) == 6
    assert client.get("/sitemap.xml?section=nothing").status_code == 404


@pytest.mark.django_db
def test_the_sitemap_costs_the_same_for_one_record_and_for_twenty(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    DocumentFactory(published=True)
    with django_assert_max_num_queries(40) as first:
        client.get("/sitemap.xml")
    DocumentFactory.create_batch(19, published=True)
    with django_assert_num_queries(len(first)):
        client.get("/sitemap.xml")


# Home


def published_claim(**facts):
    claim = ClaimFactory(published=True, **facts)
    CitationFactory(claim=claim, document=DocumentFactory(published=True))
    return claim


@pytest.mark.django_db
def test_home_counts_only_what_is_published(
    published_document, draft_document, restricted_document
):
    assert holdings.counts()["document"] == 1


@pytest.mark.django_db
def test_home_shows_the_balance_of_incidents(client, language):
    IncidentFactory.create_batch(3, published=True, victims_side="armenian")
    IncidentFactory.create_batch(2, published=True, victims_side="azerbaijani")
    IncidentFactory(victims_side="azerbaijani")
    rows = {row.address.partition("=")[2]: row.count for row in holdings.incidents_by_side()}
    assert rows == {"armenian": 3, "azerbaijani": 2, "both": 0, "unknown": 0}
    assert f'href="/{language}/incidents/?side=armenian"' in client.get(f"/{language}/").text


@pytest.mark.django_db
def test_home_shows_the_balance_of_speakers():
    official = PersonFactory(published=True, side="azerbaijani")
    ministry = OrganisationFactory(published=True, side="armenian", kind="government")
    published_claim(speaker_organisation=None, speaker_person=official)
    published_claim(speaker_organisation=ministry)
    published_claim(speaker_organisation=OrganisationFactory(published=True, kind="media"))
    published_claim(
        speaker_organisation=None, speaker_person=PersonFactory(published=True, side="")
    )
    rows = holdings.claims_by_speaker()
    assert [(row.label, row.count) for row in rows if not row.is_part] == [
        ("Armenian side", 1),
        ("Azerbaijani side", 1),
        ("Third parties", 2),
    ]
    assert {row.label: row.count for row in rows if row.is_part} == {
        "Media": 1,
        "Individuals speaking for neither side": 1,
    }


@pytest.mark.django_db
def test_home_never_names_a_hidden_publisher(client):
    hidden = OrganisationFactory(name_en="Hiddenbody", name_ru="Скрытыйорган")
    DocumentFactory(published=True, publisher=hidden, published_on="2020-10")
    for language in ("en", "ru"):
        page = client.get(f"/{language}/").text
        assert "Hiddenbody" not in page
        assert "Скрытыйорган" not in page


@pytest.mark.django_db
def test_home_costs_the_same_for_one_record_and_for_twenty(
    client, language, django_assert_num_queries, django_assert_max_num_queries
):
    def more(number):
        for _ in range(number):
            published_claim()
            IncidentFactory(published=True)
            DocumentFactory(
                published=True,
                published_on="2020-10",
                publisher=OrganisationFactory(published=True),
            )

    more(1)
    with django_assert_max_num_queries(13) as first:
        client.get(f"/{language}/")
    more(19)
    with django_assert_num_queries(len(first)):
        client.get(f"/{language}/")


# About


def test_every_verb_of_claims_is_defined():
    assert set(glossary.CLAIM_DEFINITIONS) == set(ClaimKind)


@pytest.mark.django_db
@pytest.mark.usefixtures("with_history")
def test_the_log_of_withdrawals_names_nobody(client, language, withdrawn_document):
    page = client.get(reverse("portal:corrections")).text
    assert str(withdrawn_document.title) not in page
    assert withdrawn_document.slug not in page
    kind = str(withdrawn_document._meta.verbose_name)
    assert kind[0].upper() + kind[1:] in page


# Errors


@pytest.mark.parametrize("path", ["/en/nothing/", "/en/documents/nothing/"])
@pytest.mark.django_db
def test_a_missing_page_is_answered_in_its_language(client, path):
    for language in ("en", "ru"):
        response = client.get(in_language(path, language))
        assert response.status_code == 404
        assert f'<html lang="{language}">' in response.text
        assert f'action="/{language}/search/"' in response.text
        assert '<meta name="robots" content="noindex">' in response.text
        assert not response.cookies


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (pages.bad_request, 400),
        (pages.forbidden, 403),
        (pages.not_found, 404),
        (pages.server_error, 500),
    ],
)
@pytest.mark.parametrize("code", ["en", "ru"])
def test_an_error_page_needs_neither_database_nor_middleware(view, status, code):
    request = RequestFactory().get(f"/{code}/somewhere/?q=x")
    with translation.override(other(code)):
        response = view(request)
    assert response.status_code == status
    assert f'<html lang="{code}">' in response.text
    assert str(status) in response.text


def test_a_failing_page_shows_no_inner_workings(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(holdings, "counts", lambda: 1 / 0)
    response = client.get("/ru/")
    assert response.status_code == 500
    assert '<html lang="ru">' in response.text
    assert "ZeroDivisionError" not in response.text


@pytest.mark.django_db
def test_too_many_attempts_to_sign_in_are_answered_plainly(client, settings, curator):
    login = reverse("admin:login")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = client.post(login, {"username": curator.username, "password": "wrong"})
    assert response.status_code == 429
    assert "<h1>" in response.text


def test_the_icon_is_where_browsers_look_for_it(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].endswith(".png")
