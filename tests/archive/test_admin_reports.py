"""Reports of readers in the curators' room: read, answered, and the record hidden at once."""

import pytest
from django.urls import reverse

from archive.models import Access, Report
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return DocumentFactory(slug="harvest", title_en="Harvest", published=True)


@pytest.fixture
def report(document):
    return Report.objects.create(
        kind="document",
        record_id=document.pk,
        matter="safety",
        text="Someone can be <b>recognised</b>.",
        language="en",
    )


def page_of(report, act="change"):
    return reverse(f"admin:archive_report_{act}", args=[report.pk])


def test_open_reports_stand_on_the_first_page_the_most_pressing_first(
    signed_in, curator, document, report
):
    Report.objects.create(
        kind="document", record_id=document.pk, matter="error", text="A slip", language="en"
    )
    page = signed_in(curator).get("/admin/").text
    assert page.index("Someone can be") < page.index("A slip")


def test_a_translator_sees_no_report(signed_in, translator, report):
    client = signed_in(translator)
    assert not Report.objects.suspected().exists()
    assert client.get(page_of(report)).status_code == 403
    assert client.post(page_of(report, "hide")).status_code == 403


def test_one_button_hides_the_record_at_once(signed_in, client, curator, document, report):
    answer = signed_in(curator).post(page_of(report, "hide"), follow=True)
    assert "is hidden" in answer.text
    document.refresh_from_db()
    report.refresh_from_db()
    assert document.access == Access.RESTRICTED
    assert report.hidden_at
    assert report.outcome == Report.Outcome.OPEN
    assert client.get("/en/documents/harvest/").status_code == 404
    assert "Harvest" not in client.get("/en/documents/").text


def test_it_is_shown_again_by_those_who_publish(signed_in, curator, reviewer, document, report):
    signed_in(curator).post(page_of(report, "hide"))
    assert signed_in(curator).post(page_of(report, "show")).status_code == 403
    signed_in(reviewer).post(page_of(report, "show"))
    document.refresh_from_db()
    assert document.access == Access.PUBLIC


@pytest.mark.parametrize("act", ["hide", "show"])
def test_nothing_is_hidden_by_following_a_link(signed_in, curator, document, report, act):
    assert signed_in(curator).get(page_of(report, act)).status_code == 405
    document.refresh_from_db()
    assert document.access == Access.PUBLIC


def test_the_message_is_shown_as_text_and_cannot_be_changed(signed_in, curator, report):
    client = signed_in(curator)
    assert "&lt;b&gt;recognised" in client.get(page_of(report)).text
    client.post(page_of(report), {"outcome": "acted", "answer": "Put right.", "text": "other"})
    report.refresh_from_db()
    assert report.text.startswith("Someone")
    assert (report.outcome, report.answer) == ("acted", "Put right.")
    assert report.settled_by == curator
    assert report.settled_at


def test_a_report_about_a_deleted_record_still_opens(signed_in, curator, report):
    Report.objects.update(record_id=999_999)
    assert signed_in(curator).get(page_of(report)).status_code == 200
    assert signed_in(curator).post(page_of(report, "hide")).status_code == 403


def test_what_may_be_spam_is_listed_apart_until_somebody_has_looked_at_it(
    signed_in, curator, report
):
    Report.objects.update(outcome=Report.Outcome.SPAM)
    client = signed_in(curator)
    lists = {str(title): listing for title, listing in client.get("/admin/").context["work"]}
    listing = lists["Messages that may be spam"]
    assert (listing.count, "Messages from readers" in lists) == (1, False)
    assert [one.pk for one in client.get(listing.address).context["cl"].queryset] == [report.pk]
    seen = client.get(page_of(report)).context["adminform"].form.initial.get("seen", "")
    client.post(page_of(report), {"outcome": Report.Outcome.SPAM, "answer": "", "seen": seen})
    report.refresh_from_db()
    assert report.settled_by == curator
    assert not Report.objects.suspected().exists()
