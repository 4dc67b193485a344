"""Reports of readers in the curators' room: read, answered, and the record hidden at once."""

import pytest
from django.urls import reverse

from archive.models import Access, Report
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return DocumentFactory(slug="harvest", title_en="Harvest", published=True, sources=["A"])


@pytest.fixture
def report(document):
    return Report.objects.create(
        kind="document",
        record_id=document.pk,
        matter="safety",
        text="Someone can be <b>recognised</b>.",
        language="en",
    )


def page_of(report):
    return reverse("admin:archive_report_change", args=[report.pk])


def send(client, report, **values):
    """The form as somebody sees it now, with these answers and buttons."""
    form = client.get(page_of(report)).context["adminform"].form
    sent = {name: form[name].value() for name in ("outcome", "answer", "seen")}
    return client.post(page_of(report), {**sent, **values}, follow=True)


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
    assert client.post(page_of(report), {"_act": "hide"}).status_code == 403


def test_one_button_hides_the_record_at_once(signed_in, client, curator, document, report):
    answer = send(signed_in(curator), report, _act="hide")
    assert "is hidden" in answer.text
    document.refresh_from_db()
    report.refresh_from_db()
    assert document.access == Access.RESTRICTED
    assert report.hidden_at
    assert report.outcome == Report.Outcome.OPEN
    assert client.get("/en/documents/harvest/").status_code == 404
    assert "Harvest" not in client.get("/en/documents/").text


@pytest.mark.usefixtures("with_history")
def test_it_is_shown_again_by_those_who_publish(signed_in, curator, reviewer, document, report):
    client = signed_in(curator)
    send(client, report, _act="hide")
    assert client.post(page_of(report), {"_act": "show"}).status_code == 403
    send(signed_in(reviewer), report, _act="show")
    document.refresh_from_db()
    assert document.access == Access.PUBLIC


def test_what_is_typed_beside_the_button_is_kept(signed_in, curator, report):
    send(signed_in(curator), report, _act="hide", answer="Asked for advice.")
    report.refresh_from_db()
    assert report.answer == "Asked for advice."
    assert report.hidden_at


def test_a_record_is_hidden_even_where_the_answer_is_not_in_order(
    signed_in, curator, document, report
):
    answer = send(signed_in(curator), report, _act="hide", outcome="?", answer="Typed.")
    assert "Typed." in answer.text
    document.refresh_from_db()
    assert document.access == Access.RESTRICTED


@pytest.mark.usefixtures("with_history")
def test_only_what_was_hidden_with_this_message_is_shown_again(
    signed_in, curator, reviewer, document, report
):
    """Somebody has restricted it for reasons of their own, before or since."""
    client = signed_in(reviewer)
    document.access = Access.RESTRICTED
    document.save()
    send(client, report, _act="hide")
    assert 'value="show"' not in client.get(page_of(report)).text
    answer = client.post(page_of(report), {"_act": "show"}, follow=True)
    assert "not hidden with this message" in answer.text
    document.refresh_from_db()
    assert document.access == Access.RESTRICTED


@pytest.mark.usefixtures("with_history")
def test_what_would_not_pass_the_checklist_stays_hidden_and_is_explained(
    signed_in, reviewer, document, report
):
    client = signed_in(reviewer)
    send(client, report, _act="hide")
    type(document).objects.update(summary_en="Hovhannes Petrosyan told of it.")
    answer = send(client, report, _act="show")
    assert "Hovhannes Petrosyan" in answer.text
    document.refresh_from_db()
    assert document.access == Access.RESTRICTED


def test_the_second_of_two_answers_asks_before_it_takes_the_place_of_the_first(
    signed_in, curator, reviewer, report
):
    client = signed_in(curator)
    seen = client.get(page_of(report)).context["adminform"].form["seen"].value()
    send(signed_in(reviewer), report, outcome="declined", answer="Theirs.")
    mine = {"outcome": "acted", "answer": "Mine.", "seen": seen}
    again = client.post(page_of(report), mine)
    assert "“Theirs.”" in again.text
    assert "Mine." in again.text
    report.refresh_from_db()
    assert report.answer == "Theirs."
    mine["seen"] = again.context["adminform"].form["seen"].value()
    client.post(page_of(report), mine)
    report.refresh_from_db()
    assert report.answer == "Mine."


def test_the_message_is_shown_as_text_and_cannot_be_changed(signed_in, curator, report):
    client = signed_in(curator)
    assert "&lt;b&gt;recognised" in client.get(page_of(report)).text
    send(client, report, outcome="acted", answer="Put right.", text="other")
    report.refresh_from_db()
    assert report.text.startswith("Someone")
    assert (report.outcome, report.answer) == ("acted", "Put right.")
    assert report.settled_by == curator
    assert report.settled_at


def test_a_report_about_a_deleted_record_still_opens(signed_in, curator, report):
    Report.objects.update(record_id=999_999)
    assert signed_in(curator).get(page_of(report)).status_code == 200
    assert signed_in(curator).post(page_of(report), {"_act": "hide"}).status_code == 403


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


def test_the_first_page_says_which_record_a_message_is_about(signed_in, curator):
    document = DocumentFactory(title_en="Harvest report", published=True)
    report = Report.objects.create(
        kind="document", record_id=document.pk, matter="error", text="A slip.", language="ru"
    )
    client = signed_in(curator)
    assert "Harvest report" in client.get(reverse("admin:index")).content.decode()
    page = client.get(reverse("admin:archive_report_change", args=[report.pk])).content.decode()
    assert "Russian" in page
