"""What was approved under an embargo is published when that ends, by the command and the worker."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from archive.models import Document, publish
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


def test_the_command_says_what_could_not_be_published_and_why(reviewer, monkeypatch):
    document = approved(reviewer, slug="now")
    document.organisations.add(document.publisher)
    said, warned = run(monkeypatch)
    assert said == ""
    assert "not published: document now" in warned
    assert "changed after it was approved" in warned
