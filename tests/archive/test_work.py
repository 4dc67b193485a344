"""The first page: for everyone what waits for them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.admin import work as work_module
from archive.admin.waiting import WAITING
from archive.admin.work import SHOWN, Listing, lists_for, work_list
from archive.models import Document, Incident, Organisation, send_back
from tests.archive.test_admin import address
from tests.factories import ClaimFactory, DocumentFactory, IncidentFactory, PersonFactory

pytestmark = pytest.mark.django_db


def titles(page) -> dict[str, list[str]]:
    return {str(title): [row.title for row in one.rows] for title, one in page.context["work"]}


def scheduled(**fields):
    later = timezone.now() + timedelta(days=1)
    document = DocumentFactory(in_review=True, not_before=later, **fields)
    # Past save(), which takes an approval back.
    Document.objects.filter(pk=document.pk).update(approved_at=timezone.now())
    return document


@pytest.fixture
def first_page(signed_in):
    return lambda user: titles(signed_in(user).get("/admin/"))


def test_what_is_submitted_waits_for_the_reviewer_who_reviews_it_on_its_page(
    signed_in, reviewer, curator
):
    waiting = IncidentFactory(in_review=True, submitted_by=curator, title_en="Waiting")
    page = signed_in(reviewer).get("/admin/")
    (row,) = next(one for title, one in page.context["work"] if title == "Waiting for review").rows
    assert row.address == address(Incident, "review", waiting.pk)
    assert (row.title, row.remark) == ("Waiting", "submitted by curator")


def test_your_drafts_are_yours_and_the_others_stand_below(first_page, curator, reviewer):
    DocumentFactory(title_en="Mine", created_by=curator)
    DocumentFactory(title_en="Theirs", created_by=reviewer)
    PersonFactory(name_en="Nobody’s")
    seen = first_page(curator)
    assert seen["Your drafts"] == ["Mine"]
    assert set(seen["Other drafts"]) == {"Theirs", "Nobody’s"}
    assert list(seen).index("Your drafts") < list(seen).index("Other drafts")


def test_what_was_returned_waits_for_who_submitted_it(first_page, curator, translator):
    returned = {"returned_at": timezone.now(), "title_en": "Returned"}
    DocumentFactory(submitted_by=curator, **returned)
    assert first_page(curator)["Returned to you"] == ["Returned"]
    assert "Returned to you" not in first_page(translator)


def test_why_it_was_returned_stands_beside_it(signed_in, curator, reviewer):
    document = DocumentFactory(in_review=True, submitted_by=curator)
    send_back(document, by=reviewer, reason="The date is that of the reprint.")
    assert "The date is that of the reprint." in signed_in(curator).get("/admin/").text


def test_what_is_scheduled_is_told_to_those_who_publish(first_page, reviewer, curator):
    scheduled(title_en="Tomorrow")
    seen = first_page(reviewer)
    assert seen["Approved, waiting for the end of an embargo"] == ["Tomorrow"]
    assert "Waiting for review" not in seen
    assert "Approved, waiting for the end of an embargo" not in first_page(curator)


def test_records_without_sources_are_told_in_every_state(first_page, curator):
    ClaimFactory(published=True)  # its citation is its source
    DocumentFactory(published=True, title_en="Unsourced")
    assert "Unsourced" in first_page(curator)["Records without sources"]


def test_a_translator_has_no_lists_of_drafts(signed_in, translator):
    DocumentFactory()
    page = signed_in(translator).get("/admin/")
    named = [*titles(page), *map(str, page.context["nothing_in"])]
    assert not {"Your drafts", "Other drafts", "Records without sources"} & set(named)
    assert "Returned to you" in named


@pytest.mark.parametrize("name", WAITING)
def test_every_list_is_also_a_filter_of_the_lists_of_records(signed_in, reviewer, name):
    made = {
        "returned": DocumentFactory(
            returned_at=timezone.now(), submitted_by=reviewer, created_by=reviewer, sources=["A"]
        ),
        "review": DocumentFactory(in_review=True),
        "own": DocumentFactory(created_by=reviewer, sources=["A"]),
        "scheduled": scheduled(),
        "unsourced": DocumentFactory(published=True),
        "others": DocumentFactory(sources=["A"]),
    }
    Document.objects.exclude(pk__in=[one.pk for one in made.values()]).delete()
    Organisation.objects.update(website="https://example.org/")
    page = signed_in(reviewer).get(address(Document, "changelist"), {"waiting": name})
    assert list(page.context["cl"].queryset) == [made[name]]
    page = signed_in(reviewer).get("/admin/")
    title = str(WAITING[name].title)
    (one,) = [listing for listed, listing in page.context["work"] if str(listed) == title]
    assert one.count == 1
    assert [count for _kind, count, _address in one.kinds] == [1]
    assert one.kinds[0][2] == f"{address(Document, 'changelist')}?waiting={name}"


def test_an_unknown_filter_filters_nothing(signed_in, reviewer):
    DocumentFactory()
    page = signed_in(reviewer).get(address(Document, "changelist"), {"waiting": "x"}, follow=True)
    assert page.status_code == 200


def test_the_first_page_costs_the_same_for_one_record_and_for_twenty(signed_in, reviewer):
    client = signed_in(reviewer)
    DocumentFactory(in_review=True)
    client.get("/admin/")
    with CaptureQueriesContext(connection) as one:
        client.get("/admin/")
    DocumentFactory.create_batch(19, in_review=True)
    with CaptureQueriesContext(connection) as twenty:
        page = client.get("/admin/")
    assert len(twenty) == len(one)
    listing = next(one for title, one in page.context["work"] if title == "Waiting for review")
    assert (listing.count, len(listing.rows)) == (20, SHOWN)


def test_a_list_that_concerns_nobody_is_not_named(monkeypatch, rf, curator):
    monkeypatch.setattr(work_module, "_lists", [])
    work_list("Second", order=2)(lambda request: Listing([], 0))
    work_list("First", order=1)(lambda request: Listing([], 0))
    work_list("Hidden", order=3)(lambda request: None)
    request = rf.get("/")
    request.user = curator
    assert [title for title, _listing in lists_for(request)] == ["First", "Second"]
