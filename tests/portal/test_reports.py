"""The form on every record to report an error or to ask for a removal."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from archive.models import PUBLISHABLE, Report
from portal import reporting
from tests.factories import FACTORIES, DocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_written_yet():
    cache.clear()


@pytest.fixture
def document():
    return DocumentFactory(slug="harvest", title_en="Harvest", published=True)


@pytest.fixture
def earlier(monkeypatch):
    """earlier(60): forms are sealed as if opened a minute ago."""

    def go_back(seconds):
        seal = reporting.signing.TimestampSigner.timestamp
        at = reporting.signing.b62_encode(
            int((timezone.now() - timedelta(seconds=seconds)).timestamp())
        )
        with monkeypatch.context() as patch:
            patch.setattr(reporting.signing.TimestampSigner, "timestamp", lambda self: at)
            record = DocumentFactory._meta.model.objects.get(slug="harvest")
            sealed = reporting.ReportForm(record=record).seal
        assert reporting.signing.TimestampSigner.timestamp is seal
        return sealed

    return go_back


def address(language="en", section="documents", slug="harvest"):
    return f"/{language}/{section}/{slug}/report/"


def message(opened, **changes):
    return {"matter": "error", "text": "The date is wrong.", "opened": opened, **changes}


@pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)
def test_every_record_leads_to_its_form(client, kind, language):
    record = FACTORIES[kind](published=True)
    form = f"{reverse(f'portal:{kind._meta.model_name}', args=[record.slug])}report/"
    assert f'href="{form}"' in client.get(record.get_absolute_url()).text
    page = client.get(form)
    assert page.status_code == 200
    assert not page.cookies
    assert "no-store" in page.headers["Cache-Control"]
    assert 'name="robots" content="noindex"' in page.text


def test_a_message_is_kept_and_its_sender_told(client, document, earlier):
    answer = client.post(address("ru"), message(earlier(60), contact="reader@example.org"))
    assert answer.status_code == 303
    assert client.get(answer.url).status_code == 200
    report = Report.objects.get()
    assert report.record == document
    assert (report.matter, report.text) == ("error", "The date is wrong.")
    assert (report.contact, report.language) == ("reader@example.org", "ru")
    assert report.outcome == Report.Outcome.OPEN


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"matter": ""}, "Choose what your message is about."),
        ({"matter": "praise"}, "Select a valid choice."),
        ({"text": " "}, "Write what is wrong"),
        ({"text": "x" * 5001}, "at most 5000"),
        ({"contact": "x" * 201}, "at most 200"),
        ({"text": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, document, earlier, changes, said):
    sent = message(earlier(60), contact="reader@example.org") | changes
    page = client.post(address(), sent)
    assert page.status_code == 400
    assert said in page.text
    assert sent["contact"] in page.text
    assert not Report.objects.exists()


@pytest.mark.parametrize("opened", [0, 2, 25 * 3600])
def test_a_form_sent_too_soon_or_too_late_is_shown_again_and_then_taken(
    client, document, earlier, opened
):
    page = client.post(address(), message(earlier(opened)))
    assert page.status_code == 400
    assert "The date is wrong." in page.text
    assert not Report.objects.exists()
    assert client.post(address(), message(earlier(60))).status_code == 303


@pytest.mark.parametrize("seal", ["", "nonsense", "a:b:c", "ы" * 2000])
def test_a_form_that_was_never_opened_is_not_taken(client, document, seal):
    assert client.post(address(), message(seal)).status_code == 400
    assert not Report.objects.exists()


def test_the_seal_of_one_record_does_not_open_another(client, document, earlier):
    DocumentFactory(slug="other", published=True)
    assert client.post(address(slug="other"), message(earlier(60))).status_code == 400


def test_what_only_machines_fill_in_marks_spam_but_keeps_the_words(client, document, earlier):
    answer = client.post(address(), message(earlier(60), website="http://buy.example"))
    assert answer.status_code == 303
    assert Report.objects.get().outcome == Report.Outcome.SPAM


def test_what_was_taken_for_spam_is_no_reason_to_drop_the_same_words(client, document, earlier):
    client.post(address(), message(earlier(60), website="http://buy.example"))
    client.post(address(), message(earlier(60)))
    outcomes = Report.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [Report.Outcome.SPAM, Report.Outcome.OPEN]


def test_a_form_sent_too_soon_remembers_when_it_was_opened(client, document, earlier):
    sealed = earlier(2)
    page = client.post(address(), message(sealed))
    assert page.context["form"].seal == sealed
    page = client.post(address(), message(earlier(25 * 3600)))
    assert page.context["form"].seal != sealed


def test_addresses_of_one_network_are_one_sender(client, document, earlier):
    sealed = earlier(60)
    statuses = [
        client.post(
            address(), message(sealed, text=f"No. {number}"), REMOTE_ADDR=f"2001:db8:0:1::{number}"
        ).status_code
        for number in range(1, reporting.MOST_OF_ONE + 2)
    ]
    assert statuses == [303] * reporting.MOST_OF_ONE + [429]
    other = client.post(address(), message(sealed), REMOTE_ADDR="2001:db8:0:2::1")
    mapped = client.post(address(), message(sealed), REMOTE_ADDR="::ffff:192.0.2.7")
    assert {other.status_code, mapped.status_code} == {303}


def test_no_flood_keeps_out_who_is_in_danger(client, document, earlier, monkeypatch):
    monkeypatch.setattr(reporting, "MOST_OF_ALL", 1)
    sealed = earlier(60)
    sent = [("error", 303), ("takedown", 429), ("safety", 303), ("safety", 429)]
    for number, (matter, status) in enumerate(sent):
        answer = client.post(
            address(),
            message(sealed, matter=matter, text=f"No. {number}"),
            REMOTE_ADDR=f"192.0.2.{number}",
        )
        assert answer.status_code == status


def test_a_count_that_runs_out_while_it_is_raised_begins_anew(
    client, document, earlier, monkeypatch
):
    monkeypatch.setattr(cache, "add", lambda *arguments: True)
    assert client.post(address(), message(earlier(60))).status_code == 303


def test_the_same_words_sent_twice_arrive_once(client, document, earlier):
    for _attempt in range(2):
        assert client.post(address(), message(earlier(60))).status_code == 303
    assert Report.objects.count() == 1


def test_from_one_address_come_a_few_an_hour(client, document, earlier, language):
    sealed = earlier(60)
    for number in range(reporting.MOST_OF_ONE):
        sent = message(sealed, text=f"Message {number}")
        assert client.post(address(language), sent).status_code == 303
    refused = client.post(address(language), message(sealed, text="One too many"))
    assert refused.status_code == 429
    assert "One too many" in refused.text
    other = client.post(address(language), message(sealed), REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 303
    assert Report.objects.count() == reporting.MOST_OF_ONE + 1


@pytest.mark.parametrize("state", ["in_review", "restricted", "withdrawn", "draft"])
def test_what_is_not_public_has_no_form(client, earlier, document, state):
    DocumentFactory(slug="canary-slug", **({state: True} if state != "draft" else {}))
    for asked in (client.get, client.post):
        answer = asked(address(slug="canary-slug"))
        never = asked(address(slug="zzzzzz"))
        assert answer.status_code == never.status_code == 404
        assert answer.text.replace("canary-slug", "zzzzzz") == never.text


@pytest.mark.parametrize("section", ["search", "about", "nothing"])
def test_no_other_section_has_a_form(client, section):
    assert client.get(address(section=section)).status_code == 404


def test_no_report_shows_on_any_page(client, document, earlier):
    client.post(address(), message(earlier(60), text="canaryword"))
    for page in ("/en/", "/en/documents/", document.get_absolute_url(), "/en/about/corrections/"):
        assert "canaryword" not in client.get(page).text
    assert (
        "canaryword"
        not in client.get("/en/search/?q=canaryword")
        .text.replace('value="canaryword"', "")
        .split("<main")[1]
        .split("canaryword", 1)[0]
    )
