"""Public pages are made once for each state of the archive, and never shown beyond it.

Nothing is kept inside a transaction, so that these tests run outside of one.
"""

import gzip

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.models import Status
from portal import caching
from tests.factories import DocumentFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

every_kind = pytest.mark.parametrize(
    "address",
    ["documents/", "search/?q=harvest", "search/suggest/?q=harvest", "search/options/type/"],
)


@pytest.fixture(autouse=True)
def document():
    caches["pages"].clear()
    yield DocumentFactory(
        slug="harvest", title_en="Harvest report", title_ru="Доклад harvest", published=True
    )
    caches["pages"].clear()


def asked(client, address, **headers):
    """The answer, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response, len(queries)


def is_kept(client, address, **headers) -> bool:
    """Whether the second answer is the first one, for the price of looking at the state."""
    first, _made = asked(client, address, **headers)
    second, queries = asked(client, address, **headers)
    assert first.content == second.content
    return queries == 1


@every_kind
def test_a_page_is_made_once(client, language, address):
    assert is_kept(client, f"/{language}/{address}")


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/documents/", "/api/v1/search/?q=harvest"])
def test_data_is_kept_for_each_language(client, document, address):
    assert is_kept(client, address)
    english, _queries = asked(client, address)
    russian, _made = asked(client, address, **{"Accept-Language": "ru"})
    again, queries = asked(client, address, **{"Accept-Language": "ru"})
    assert queries == 1
    assert russian.content == again.content != english.content
    assert (english["Content-Language"], again["Content-Language"]) == ("en", "ru")


@every_kind
def test_what_is_withdrawn_is_gone_at_once(client, document, address):
    before, _queries = asked(client, f"/en/{address}")
    document.status, document.withdrawn_at = Status.WITHDRAWN, timezone.now()
    document.save()
    after, _queries = asked(client, f"/en/{address}")
    assert after.content != before.content
    assert b"/documents/harvest/" not in after.content


def test_what_is_not_sent_again_has_the_language_that_it_had(client):
    data = client.get("/api/v1/documents/?lang=ru")
    known = {"If-None-Match": data["ETag"], "Accept-Language": "en"}
    same = client.get("/api/v1/documents/?lang=ru", headers=known)
    assert (same.status_code, same["Content-Language"]) == (304, "ru")
    for name in ("Access-Control-Allow-Origin", "X-Robots-Tag", "ETag", "Vary", "Cache-Control"):
        assert same[name] == data[name]


def test_what_is_withdrawn_is_gone_from_the_data_at_once(client, document):
    address = "/api/v1/search/?q=harvest"
    assert asked(client, address)[0].json()["count"] == 1
    document.status, document.withdrawn_at = Status.WITHDRAWN, timezone.now()
    document.save()
    after = asked(client, address)[0].json()
    assert (after["count"], after["results"]) == (0, [])
    assert not any(facet["options"] for facet in after["facets"].values())


def test_what_is_published_is_there_at_once(client):
    asked(client, "/en/documents/")
    DocumentFactory(slug="another", published=True)
    assert b"/documents/another/" in asked(client, "/en/documents/")[0].content


def test_each_language_and_each_part_is_a_page_of_its_own(client):
    asked_for = [
        ("/en/documents/", {}),
        ("/ru/documents/", {}),
        ("/en/documents/", {"HX-Request": "true"}),
        ("/en/documents/", {"HX-Request": "true", "HX-History-Restore-Request": "true"}),
        ("/en/documents/?kind=report", {}),
    ]
    made = [asked(client, address, **headers)[0] for address, headers in asked_for]
    kept = [asked(client, address, **headers)[0] for address, headers in asked_for]
    assert [one.content for one in made] == [one.content for one in kept]
    assert len({one.content for one in kept}) == len(kept)
    assert [one.get("HX-Push-Url") for one in kept] == [None, None, "/en/documents/", None, None]


def test_those_who_are_signed_in_get_pages_of_their_own(signed_in):
    assert not is_kept(signed_in(UserFactory()), "/en/documents/")


def test_a_head_is_answered_from_what_is_kept_and_keeps_the_whole(client):
    assert client.head("/en/documents/").content == b""
    page, queries = asked(client, "/en/documents/")
    assert queries == 1
    assert b"/documents/harvest/" in page.content
    head = client.head("/en/documents/")
    assert head.content == b""
    assert head["ETag"] == page["ETag"]


def test_a_browser_that_has_the_page_is_not_sent_it_again(client, document):
    page, _queries = asked(client, "/en/documents/")
    assert page["Cache-Control"] == "no-cache"
    known = {"If-None-Match": page["ETag"]}
    assert client.get("/en/documents/", headers=known).status_code == 304
    document.title_en = "Sowing report"
    document.save()
    assert b"Sowing report" in asked(client, "/en/documents/", **known)[0].content


def test_a_page_goes_out_packed_to_those_who_read_that(client):
    plain, _queries = asked(client, "/en/documents/")
    packed, queries = asked(client, "/en/documents/", **{"Accept-Encoding": "gzip, br"})
    assert queries == 1
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in plain["Vary"]


def test_nothing_is_kept_inside_a_transaction(client):
    asked(client, "/en/documents/")
    with transaction.atomic():
        DocumentFactory(slug="never-to-be", published=True)
        assert b"/never-to-be/" in asked(client, "/en/documents/")[0].content
        assert not is_kept(client, "/en/documents/")
        transaction.set_rollback(True)
    assert b"/never-to-be/" not in asked(client, "/en/documents/")[0].content


def test_a_page_out_of_measure_is_not_kept(client, monkeypatch):
    monkeypatch.setattr(caching, "MOST_BYTES", 100)
    assert not is_kept(client, "/en/documents/")


def test_what_is_not_there_is_not_kept(client):
    for _time in range(2):
        assert client.get("/en/documents/?page=9").status_code == 404
    assert is_kept(client, "/en/documents/?page=1")


def test_browsers_ask_again_for_a_record_that_was_away(client, document):
    """A 410, and a 301, are kept for good where nothing forbids it."""
    page = client.get("/en/documents/harvest/")
    assert page["Cache-Control"] == "no-cache"
    document.status, document.withdrawn_at = Status.WITHDRAWN, timezone.now()
    document.save()
    for address, status in (("harvest", 410), ("never-was", 404)):
        away = client.get(f"/en/documents/{address}/")
        assert away.status_code == status
        assert "no-store" in away["Cache-Control"]
    document.status, document.slug = Status.PUBLISHED, "harvesting"
    document.save()
    moved = client.get("/en/documents/harvest/")
    assert moved.status_code == 301
    assert moved["Cache-Control"] == "no-cache"
