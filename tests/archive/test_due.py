"""What was approved under an embargo is published when that ends, by the command and the worker."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from archive.management.commands import db_worker
from archive.models import Document, publish, steps
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


def approved(reviewer, **fields):
    """A document whose embargo ends in an hour."""
    document = DocumentFactory(
        in_review=True, not_before=timezone.now() + timedelta(hours=1), **fields
    )
    publish(document, by=reviewer)
    return document


def run(monkeypatch, hours=2) -> tuple[str, str]:
    later = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr("archive.management.commands.publish_due.timezone.now", lambda: later)
    said, warned = StringIO(), StringIO()
    call_command("publish_due", stdout=said, stderr=warned)
    return said.getvalue(), warned.getvalue()


def test_the_command_publishes_what_is_due_and_says_so(reviewer, monkeypatch):
    approved(reviewer, slug="now")
    assert run(monkeypatch, hours=0)[0] == "Nothing is due.\n"
    assert run(monkeypatch)[0] == "published: document now\n"
    assert Document.objects.published().get().slug == "now"
    assert run(monkeypatch)[0] == "Nothing is due.\n"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_worker_publishes_what_is_due(reviewer, monkeypatch):
    approved(reviewer, slug="now")
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
    assert not Document.objects.published().exists()
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("archive.management.commands.db_worker.timezone.now", lambda: later)
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
    assert Document.objects.published().get().slug == "now"


def test_one_that_breaks_holds_up_no_other(reviewer, monkeypatch, caplog):
    broken, sound = approved(reviewer), approved(reviewer)
    check = steps._check

    def breaking(record, by):
        if record.pk == broken.pk:
            raise ZeroDivisionError
        check(record, by)

    monkeypatch.setattr(steps, "_check", breaking)
    run(monkeypatch)
    assert Document.objects.published().get() == sound
    assert "ZeroDivisionError" in caplog.text
    assert broken in Document.objects.scheduled()


@pytest.mark.parametrize("broken", ["take_up", "publish_due"])
def test_the_worker_outlives_whatever_goes_wrong(broken, monkeypatch, caplog):
    done = []
    for work in ("take_up", "publish_due"):
        monkeypatch.setattr(db_worker, work, lambda *_given, work=work: done.append(work))
    monkeypatch.setattr(db_worker, broken, lambda *_given: 1 / 0)
    db_worker.tend()
    assert len(done) == 1
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.usefixtures("with_history")
def test_the_history_says_in_both_languages_why_an_approval_lapsed(reviewer, monkeypatch):
    document = approved(reviewer)
    document.organisations.add(document.publisher)
    run(monkeypatch)
    step, _colon, why = document.history.first().history_change_reason.partition(": ")
    assert step == "lapse"
    assert len(set(why.split("\n"))) == 2
    assert "changed after it was approved" in why


def test_the_command_says_what_could_not_be_published_and_why(reviewer, monkeypatch):
    document = approved(reviewer, slug="now")
    document.organisations.add(document.publisher)
    said, warned = run(monkeypatch)
    assert said == ""
    assert "not published: document now" in warned
    assert "changed after it was approved" in warned
