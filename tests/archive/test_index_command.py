"""`manage.py index`, and what it says after a writer was killed."""

import io
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from archive.models import SearchEntry, SearchState
from archive.search.bench.scratch import scratch
from tests.factories import DocumentFactory, PlaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def records():
    for _number in range(3):
        DocumentFactory(publisher=None, published=True)
    PlaceFactory(published=True)
    PlaceFactory()


def index(action, **options) -> str:
    out = io.StringIO()
    call_command("index", action, stdout=out, **options)
    return out.getvalue()


def test_status_tells_how_many_records_are_indexed_and_wait_to_be_merged(records):
    lines = [" ".join(line.split()) for line in index("status").splitlines()]
    assert "document 3 of 3 public" in lines
    assert "place 1 of 1 public" in lines
    assert "not merged 4 entries" in lines


def test_status_fails_while_there_is_no_index():
    with pytest.raises(CommandError, match="index rebuild"):
        index("status")


def test_status_fails_when_the_analyser_is_another_or_an_entry_is_missing(records):
    SearchState.objects.update(analyser="another")
    with pytest.raises(CommandError, match="Out of date"):
        index("status")
    index("rebuild")
    assert "3 of" in index("status")
    SearchEntry.objects.first().delete()
    with pytest.raises(CommandError, match="Out of date"):
        index("status")


def test_rebuild_says_how_many_entries_it_made(records):
    assert index("rebuild").startswith("4 entries in ")
    assert index("rebuild", verbosity=0) == ""


def test_verify_fails_and_says_what_differs(records):
    assert index("verify") == "The index agrees with the records.\n"
    SearchEntry.objects.order_by("pk").first().delete()
    said = io.StringIO()
    with pytest.raises(CommandError, match="disagreements: run `manage.py index rebuild`"):
        index("verify", stderr=said)
    assert "is public and not indexed" in said.getvalue()


def test_merge_joins_what_stands_in_rows_of_its_own(records):
    assert "not merged 4 entries" in " ".join(index("status").split())
    assert index("merge") == "Merged.\n"
    assert "not merged 0 entries" in " ".join(index("status").split())
    assert index("verify")


def test_the_bar_goes_to_a_terminal_only(records, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal, log = Terminal(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    index("verify", stderr=terminal)
    assert "█" * 40 in terminal.getvalue() and "4 / 4" in terminal.getvalue()
    monkeypatch.setattr(sys, "stderr", log)
    index("verify", stderr=log)
    assert log.getvalue() == ""


# Runs in a process of its own, in a database that is made for it.
_KILLER = """
import os, random, signal, sys, time
import django
from django.conf import settings
class NoMigrations(dict):  # tables as the models say, in a tenth of the time
    __contains__, __getitem__ = lambda self, app: True, lambda self, app: None
settings.MIGRATION_MODULES = NoMigrations()
django.setup()
from django.core.management import call_command
from django.db import connection
from archive.search import verifying, writing
from archive.search.bench.kills import write_for_ever
from tests.factories import AttachmentFactory, DocumentFactory, PlaceFactory

call_command("migrate", run_syncdb=True, verbosity=0)
writing.MERGE_AT = 20
places = PlaceFactory.create_batch(6, published=True)
for number in range(12):
    document = DocumentFactory(published=True, places=places[: number % 4])
    AttachmentFactory(document=document)
Attachment = type(document.attachments.get())
Attachment.objects.update(text=" ".join(f"word{n} слово{n}" for n in range(400)))
assert not verifying.verify()
for seed in range(5):
    connection.close()
    writer = os.fork()
    if not writer:
        write_for_ever(seed)
    time.sleep(random.Random(seed).uniform(0.3, 0.7))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    print(verifying.verify(), verifying.standing()["generation"], file=sys.stderr)
"""


def test_the_index_agrees_after_every_kill_of_a_writer(tmp_path):
    """SIGKILL at random moments, in the middle of transactions that it cuts short."""
    address = connection.settings_dict
    postgres = ""
    if connection.vendor == "postgresql":
        postgres = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**address)
    with scratch(postgres) as database:
        ran = subprocess.run(
            [sys.executable, "-c", _KILLER],
            cwd=settings.BASE_DIR,
            env={**database.environment, "DJANGO_SETTINGS_MODULE": "portal.settings"},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert ran.returncode == 0, ran.stderr
    lines = [line.rsplit(" ", 1) for line in ran.stderr.splitlines() if line.startswith("[")]
    assert [wrong for wrong, _generation in lines] == ["[]"] * 5
    generations = [int(generation) for _wrong, generation in lines]
    assert generations == sorted(set(generations))  # the writers did write
