"""An import that something interrupts: it goes on, or says why it does not, and is never stuck."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from archive.exchange import importing, tables, tending
from archive.models import Document, TableImport
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db

Stage = TableImport.Stage
CONTENT = b"slug,title_en,language,kind\na,A,en,report\nb,B,en,report\n"


@pytest.fixture(autouse=True)
def _queued():
    """Tasks wait for a worker."""
    with override_settings(
        TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
    ):
        yield


@pytest.fixture
def table(curator):
    """An import whose second pass begins."""
    table = importing.store(Document, ContentFile(CONTENT, name="t.csv"), by=curator)
    importing.advance(table.pk)
    assert importing.confirm(table, enqueue=False)
    return now(table)


def now(table) -> TableImport:
    table.refresh_from_db()
    return table


def fail_once(monkeypatch, error) -> None:
    """The first portion is not written, but `error` raised."""
    write, errors = importing.save_all, [error]

    def save_all(*args, **kwargs):
        if errors:
            raise errors.pop()
        return write(*args, **kwargs)

    monkeypatch.setattr(importing, "save_all", save_all)


def quiet(table, since=timedelta(minutes=5)) -> None:
    TableImport.objects.filter(pk=table.pk).update(updated_at=timezone.now() - since)


def tasks_of(table):
    return DBTaskResult.objects.filter(args_kwargs__args=[table.pk])


@pytest.mark.parametrize("error", (OperationalError("locked"), SystemExit(0)))
def test_what_passes_leaves_the_import_where_it_is(error, table, monkeypatch):
    fail_once(monkeypatch, error)
    with pytest.raises(type(error)):
        importing.advance(table.pk)
    assert now(table).stage == Stage.WRITING and not Document.objects.exists()
    importing.advance(table.pk)
    assert now(table).stage == Stage.DONE and Document.objects.count() == 2


def test_whatever_else_goes_wrong_is_said_and_can_be_gone_on_with(
    table, monkeypatch, curator, signed_in, caplog
):
    fail_once(monkeypatch, ZeroDivisionError())
    importing.advance(table.pk)
    assert now(table).stage == Stage.FAILED and "ZeroDivisionError" in caplog.text
    address = reverse("admin:archive_document_one_import", args=[table.pk])
    page = signed_in(curator).get(address)
    assert "_go_on" in page.text and "log of the server" in page.context["failed"]
    signed_in(curator).post(address, {"_go_on": ""})
    assert now(table).stage == Stage.WRITING and tasks_of(table).count() == 1
    importing.advance(table.pk)
    assert now(table).stage == Stage.DONE and Document.objects.count() == 2
    assert "failed" not in table.report and not importing.go_on(table)


def test_the_worker_takes_up_an_import_for_which_no_task_waits(table):
    assert tending.tend() == 0, "somebody may be at it"
    quiet(table)
    assert tending.tend() == 1 and tasks_of(table).count() == 1
    quiet(table)
    assert tending.tend() == 0, "a task waits"


def test_an_import_that_never_gets_further_is_given_up(table):
    for _time in range(tending.MOST_RESUMED + 1):
        quiet(table)
        tending.tend()
        tasks_of(table).update(
            status=TaskResultStatus.FAILED,
            finished_at=timezone.now(),
            exception_class_path="builtins.SystemExit",
        )
    assert now(table).stage == Stage.FAILED and importing.is_half_written(table)
    assert tasks_of(table).count() == tending.MOST_RESUMED


def test_an_import_that_kills_its_workers_is_given_up_at_once(table):
    quiet(table)
    tending.tend()
    tasks_of(table).update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    quiet(table)
    assert tending.tend() == 0 and now(table).stage == Stage.FAILED
    assert "again and again" in table.report["failed"]["en"]


def test_the_rows_are_counted_while_nobody_has_to_wait(curator, monkeypatch):
    depth, found = len(connection.savepoint_ids), []
    count = tables.count

    def counting(*args):
        found.append(len(connection.savepoint_ids))
        return count(*args)

    monkeypatch.setattr(tables, "count", counting)
    table = importing.store(Document, ContentFile(CONTENT, name="t.csv"), by=curator)
    importing.advance(table.pk)
    assert found == [depth]


# ── the file ──


def test_a_file_goes_when_its_import_ends_and_the_report_stays(table):
    storage, name = table.file.storage, table.file.name
    assert storage.exists(name)
    importing.advance(table.pk)
    assert not storage.exists(name) and not now(table).file
    assert table.report["differences"]


def test_the_file_of_a_half_written_table_is_kept_for_going_on(table, monkeypatch):
    fail_once(monkeypatch, ZeroDivisionError())
    importing.advance(table.pk)
    tending.tend()
    assert table.file.storage.exists(now(table).file.name)
    quiet(table, tending.KEPT)
    tending.tend()
    assert not now(table).file and not importing.go_on(table)


def test_a_table_that_nobody_confirms_is_forgotten(curator):
    table = importing.store(Document, ContentFile(CONTENT, name="t.csv"), by=curator)
    importing.advance(table.pk)
    quiet(table, tending.KEPT)
    tending.tend()
    assert now(table).stage == Stage.FAILED and not table.file
    assert not importing.confirm(table)


# ── what is said ──


def test_that_no_worker_runs_is_said(curator, signed_in):
    table = importing.begin(Document, ContentFile(CONTENT, name="t.csv"), by=curator)
    address = reverse("admin:archive_document_one_import", args=[table.pk])
    assert "db_worker" not in signed_in(curator).get(address).text
    tasks_of(table).update(enqueued_at=timezone.now() - timedelta(minutes=1))
    assert "db_worker" in signed_in(curator).get(address).text


def test_an_import_that_is_not_all_right_still_waits_after_an_answer(curator, signed_in):
    DocumentFactory(slug="a")
    content = ContentFile(b"slug,kind\na,novel\n", name="t.csv")
    table = importing.store(Document, content, by=curator)
    importing.advance(table.pk)
    address = reverse("admin:archive_document_one_import", args=[table.pk])
    page = signed_in(curator).post(address, {"_write": ""}, follow=True)
    assert "Nothing is written" in page.text and now(table).stage == Stage.CHECKED


def test_the_command_says_that_another_process_is_at_it(table, monkeypatch):
    monkeypatch.setattr(importing, "advance", lambda *args: None)
    with pytest.raises(CommandError, match="Another process"):
        call_command("import_records", resume=table.pk)
