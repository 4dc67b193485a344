"""A table on its way into the archive: checked row by row, shown as a difference, then written.

Each of the two passes is a task of its own that may be killed at any moment and begun again: the
check changes nothing, and writing goes in portions, each in one transaction with the number of
rows done. Whoever begins a pass takes it over; who had it before stops at its next portion.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from archive.models import PUBLISHABLE, Status, TableImport
from archive.models.revisions import writes_directly

from . import findings, sources
from .columns import LinksColumn, columns_of, legible, model_of
from .planning import (
    Plan,
    Problem,
    in_every_language,
    no_such_record,
    plan,
    refuse_unknown_columns,
    told_changes,
)
from .saving import save_all

logger = logging.getLogger(__name__)

PORTION = 200
# Kept in the report; the counts go on.
MOST_PROBLEMS, MOST_DIFFERENCES = 500, 200

Stage = TableImport.Stage
RUNNING = (Stage.WAITING, Stage.CHECKING, Stage.WRITING)


def may_import(user, model) -> bool:
    name = model._meta.model_name
    needed = [f"archive.{act}_{name}" for act in ("view", "add", "change")]
    return user.has_perms([*needed, "archive.add_tableimport"])


def begin(model, file: File, *, by) -> TableImport:
    """Store an uploaded table and have it checked. Raises ValidationError for what is no table."""
    with transaction.atomic():
        table = store(model, file, by=by)
        # On the database of the import, so that the task is there exactly if the import is.
        advance_import.enqueue(table.pk)
    return table


def store(model, file: File, *, by) -> TableImport:
    """An import that waits to be checked (`advance`)."""
    table = TableImport(
        kind=model._meta.model_name,
        name=legible((file.name or "").rpartition("/")[2])[-200:],
        format=sources.format_of(file, model),
        by=by,
    )
    table.file.save(f"{secrets.token_hex(8)}.table", file)
    return table


@transaction.atomic
def confirm(table: TableImport, *, only_good_rows: bool = False, enqueue: bool = True) -> bool:
    """Have a checked table written. False where it is not (or no longer) to be confirmed, or holds
    wrong rows and the good ones alone are not wanted."""
    table = TableImport.objects.select_for_update().get(pk=table.pk)
    if table.stage != Stage.CHECKED or not (ready(table) or only_good_rows):
        return False
    table.stage, table.rows_done, table.only_good_rows = Stage.WRITING, 0, only_good_rows
    table.save()
    if enqueue:
        advance_import.enqueue(table.pk)
    return True


def is_half_written(table: TableImport) -> bool:
    """Whether it failed while it was written: from there it can be gone on with."""
    return table.stage == Stage.FAILED and table.report.get("failed_at") == Stage.WRITING


@transaction.atomic
def go_on(table: TableImport) -> bool:
    """Have the rest of a half written table written. False where it is none (any more)."""
    table = TableImport.objects.select_for_update().get(pk=table.pk)
    if not (is_half_written(table) and table.file):
        return False
    table.stage = Stage.WRITING
    table.report = {
        name: value
        for name, value in table.report.items()
        if name not in ("failed", "failed_at", "resumed")
    }
    table.save()
    advance_import.enqueue(table.pk)
    return True


def ready(table: TableImport) -> bool:
    """Whether every row is right and some of them change something."""
    counts = table.report.get("counts", {})
    return not counts.get("wrong") and bool(counts.get("new") or counts.get("changed"))


@task()
def advance_import(pk: int) -> None:
    advance(pk)


class TakenOver(Exception):
    """Someone else has begun the same pass meanwhile."""


def advance(pk: int, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Do the pass that the import waits for, from where it stands; nothing where it waits for none.

    A table that cannot be read, or is not (any more) its owner's to import, fails with what is
    wrong. Where the database is busy or away, or the process is asked to end, the import stays
    where it is, to be resumed (`tending`). progress: told the rows done, and of how many (0: not
    known)."""
    token = secrets.token_hex(8)
    with transaction.atomic():
        table = TableImport.objects.select_for_update().filter(pk=pk, stage__in=RUNNING).first()
        if table is None:
            return
        table.report = {**table.report, "run": token}
        table.save()
    try:
        _work(table, token, progress)
    except TakenOver:
        return
    forget_file(TableImport.objects.get(pk=pk))


def _work(table: TableImport, token: str, progress) -> None:
    work = write if table.stage == Stage.WRITING else check
    try:
        if table.by is None or not table.by.is_active or not may_import(table.by, _model(table)):
            raise ValidationError(_NOT_ALLOWED)
        with table.file.open("rb"):
            work(table, token, progress)
    except (TakenOver, OperationalError, InterfaceError):
        raise
    except ValidationError as error:
        _fail(table, token, error)
    except FileNotFoundError:
        _fail(table, token, ValidationError(NO_FILE))
    except Exception:  # noqa: BLE001 - whatever it is, whoever brought in the table has to know
        logger.exception("The import %s has failed.", table.pk)
        _fail(table, token, ValidationError(_BROKEN))


def forget_file(table: TableImport) -> None:
    """Delete the file of a table with which nothing can be done any more; its report stays."""
    ended = table.stage == Stage.DONE or table.stage == Stage.FAILED and not is_half_written(table)
    if ended and table.file:
        findings.forget(table)
        table.file.delete(save=False)
        TableImport.objects.filter(pk=table.pk).update(file="")


_NOT_ALLOWED = _("Whoever brought in this table may not import such records.")
NO_FILE = _("The file of this table is gone.")
_BROKEN = _(
    "Something went wrong that is not the fault of your table. The log of the server says more."
)


def _model(table: TableImport):
    return model_of(table.kind)


def _fail(table: TableImport, token: str, error: ValidationError) -> None:
    with _held(table, token) as held:
        note_failure(held, error)


def note_failure(table: TableImport, error: ValidationError) -> None:
    table.report = {
        **table.report,
        "failed": in_every_language(error)[0],
        "failed_at": table.stage,
    }
    table.stage = Stage.FAILED


class _held:
    """The row of the import, locked, as long as this pass is ours; saved at the end."""

    def __init__(self, table: TableImport, token: str):
        self.table, self.token = table, token

    def __enter__(self) -> TableImport:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        try:
            self.row = TableImport.objects.select_for_update().get(pk=self.table.pk)
            if self.row.report.get("run") != self.token:
                raise TakenOver
        except BaseException as error:
            self.transaction.__exit__(type(error), error, None)
            raise
        return self.row

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.row.save()
        return self.transaction.__exit__(kind, error, trace)


def _portions(rows) -> Iterator[list]:
    rows = iter(rows)
    while portion := list(islice(rows, PORTION)):
        yield portion


# The first pass


class Report:
    """What the check found, as JSON: counts, the first differences, the first wrong cells; all of
    it goes to `found`."""

    def __init__(self, found: findings.Findings):
        self.found = found
        self.counts = dict.fromkeys(
            ("new", "changed", "same", "wrong", "cells", "left", "reviewed"), 0
        )
        self.differences, self.problems, self.left_out = [], [], []
        self.links, self.numbers = {}, {}

    def add(self, one: Plan, model, by) -> None:
        if not one.problems and one.slug in self.numbers:
            error = ValidationError(_TWICE, params={"row": self.numbers[one.slug]})
            one.wrong("slug", one.slug, error)
        self.numbers.setdefault(one.slug, one.number)
        self.counts["left"] += one.left
        if one.problems:
            self._leave_out(one.number, one.slug, one.problems)
        elif one.new or one.changes:
            self.counts["new" if one.new else "changed"] += 1
            self.counts["cells"] += len(one.changes)
            self._add_difference(one, model, by)
        else:
            self.counts["same"] += 1
        for column, slug in one.waiting:
            self.links.setdefault(slug, []).append((one.number, column, one.new))

    def _leave_out(self, row: int, slug: str, problems: list[Problem]) -> None:
        self.counts["wrong"] += 1
        self.left_out.append(row)
        self.found.add_problems(row, slug, problems)
        room = MOST_PROBLEMS - len(self.problems)
        self.problems += [
            {"row": row, "slug": slug, **asdict(problem)} for problem in problems[:room]
        ]

    def _add_difference(self, one: Plan, model, by) -> None:
        reviewed = not one.new and model in PUBLISHABLE and not writes_directly(one.record)
        self.counts["reviewed"] += reviewed
        cells = told_changes(one, model)
        self.found.add_changes(one.number, one.slug, cells)
        if len(self.differences) < MOST_DIFFERENCES:
            self.differences.append(
                {
                    "row": one.number,
                    "slug": one.slug,
                    "record": one.record.pk,
                    "new": one.new,
                    "reviewed": reviewed,
                    "cells": cells,
                }
            )

    def settle_links(self) -> None:
        """Links to records that are neither in the archive nor anywhere in the table."""
        missing = {slug: rows for slug, rows in self.links.items() if slug not in self.numbers}
        wrong: dict[int, list] = {}
        for slug, rows in missing.items():
            for row, column, new in rows:
                said = in_every_language(no_such_record(slug))[0]
                wrong.setdefault((row, new), []).append(Problem(column, slug, said))
        for (row, new), problems in sorted(wrong.items()):
            self.counts["new" if new else "changed"] -= 1
            self._leave_out(row, "", problems)
        self.problems.sort(key=lambda problem: problem["row"])

    def told(self) -> dict:
        return {
            "counts": self.counts,
            "differences": self.differences,
            "problems": self.problems,
            "left_out": self.left_out,
        }


_TWICE = _("Row %(row)d has this address already.")
_NO_ROWS = _("There are no rows in this table.")


def check(table: TableImport, token: str, progress) -> None:
    """Read every row, find what it would change and what is wrong with it."""
    source = sources.open_rows(table.file, table.format, _model(table))
    count = source.count()
    with _held(table, token) as held:
        held.stage, held.rows, held.rows_done = Stage.CHECKING, count, 0
    with findings.Findings() as found:
        report, done = Report(found), 0
        for done in _checked(table, source, report):
            with _held(table, token) as held:
                held.rows_done = done
            progress(done, held.rows or 0)
        if not done:
            raise ValidationError(_NO_ROWS)
        report.settle_links()
        found.keep(table)
    with _held(table, token) as held:
        held.stage, held.rows, held.rows_done = Stage.CHECKED, done, done
        held.report = {**held.report, **report.told()}


def _checked(table: TableImport, source, report: Report) -> Iterator[int]:
    """The number of rows that are in the report, after each portion."""
    model, known, done = _model(table), set(), 0
    for rows in _portions(source.rows()):
        _refuse_columns(model, rows, known)
        for one in plan(model, rows, only_empty=source.only_empty):
            report.add(one, model, table.by)
        done += len(rows)
        yield done


def _refuse_columns(model, rows, known: set[str]) -> None:
    names = {name for _number, cells in rows for name in cells} - known
    refuse_unknown_columns(model, names)
    known |= names
    if "slug" not in known:
        raise ValidationError(_NO_SLUG)


_NO_SLUG = _("The column “slug” is missing: it says which record a row is about.")


# The second pass


def write(table: TableImport, token: str, progress) -> None:
    """Write the rows that are not done yet, then the links between new rows of the table.

    A row that was wrong when it was checked is left out; one that has become wrong since is left
    out too, and said."""
    model = _model(table)
    source = sources.open_rows(table.file, table.format, model)
    left_out = set(table.report.get("left_out", ()))
    for start, rows in _portions_from(source.rows(), table.rows_done):
        with _held(table, token) as held:
            if held.rows_done != start:
                raise TakenOver
            _write_portion(held, model, rows, source.only_empty, left_out)
            held.rows_done = start + len(rows)
        progress(held.rows_done, held.rows or 0)
    _write_links(table, token, model)
    with _held(table, token) as held:
        held.stage = Stage.DONE


def _portions_from(rows, done: int):
    rows = islice(rows, done, None)
    for portion in _portions(rows):
        yield done, portion
        done += len(portion)


def _write_portion(held: TableImport, model, rows, only_empty: bool, left_out: set[int]) -> None:
    written = held.report.setdefault("written", {"new": 0, "changed": 0})
    plans = [
        one
        for one in plan(model, rows, only_empty=only_empty)
        if one.number not in left_out and (one.new or one.changes or one.problems)
    ]
    for one in plans:
        for column in {column for column, _slug in one.waiting}:
            _put_off(held, model, one, column)
    saved = save_all([one for one in plans if not one.problems], model, by=held.by)
    for one in saved:
        written["new" if one.new else "changed"] += 1
    _note_public(held, model, saved)
    _tell_late(held, plans)


def _note_public(held: TableImport, model, saved: list[Plan]) -> None:
    """Public records, of which what was written is an unpublished change."""
    if model in PUBLISHABLE:
        noted = held.report.setdefault("public", [])
        noted += [one.record.pk for one in saved if one.record.status == Status.PUBLISHED]


def _tell_late(held: TableImport, plans: list[Plan]) -> None:
    """Rows that have become wrong since they were checked."""
    late = held.report.setdefault("late", [])
    for one in plans:
        if one.problems and len(late) < MOST_PROBLEMS:
            late += [
                {"row": one.number, "slug": one.slug, **asdict(problem)} for problem in one.problems
            ]


def _put_off(held: TableImport, model, one: Plan, column: str) -> None:
    """Links to rows further down are written when all records are there."""
    _before, after = one.changes[column]
    slugs = after if isinstance(after, list) else [after]
    held.report.setdefault("links", []).append([one.number, one.slug, column, slugs])
    known = [slug for slug in slugs if (model, slug) in one.addresses]
    if known and isinstance(after, list):
        one.changes[column] = (_before, known)
    else:
        del one.changes[column]


def _write_links(table: TableImport, token: str, model) -> None:
    columns = {column.name: column for column in columns_of(model)}
    while True:
        with _held(table, token) as held:
            waiting = held.report.get("links", [])
            for number, slug, name, slugs in waiting[:PORTION]:
                value = slugs if isinstance(columns[name], LinksColumn) else slugs[0]
                (one,) = plan(model, [(number, {"slug": slug, name: value})])
                if not one.waiting and not one.problems and one.changes:
                    _note_public(held, model, save_all([one], model, by=held.by))
                for _column, missing in one.waiting:
                    one.wrong(name, missing, no_such_record(missing))
                _tell_late(held, [one])
            held.report["links"] = waiting[PORTION:]
            if not held.report["links"]:
                return
