"""Check a table of records, say what it would change, and on request write it."""

from functools import partial
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from archive.exchange import importing
from archive.exchange.columns import EXCHANGED, model_of
from archive.management.progress import bar
from archive.models import TableImport

Stage = TableImport.Stage
SHOWN = 20


class Command(BaseCommand):
    help = (
        "Check a table (CSV, XLSX, JSON, RIS, BibTeX, HUDOC) and say what it would change; with "
        "--write, write it. Killed, it goes on with --resume."
    )

    def add_arguments(self, parser):
        kinds = [model._meta.model_name for model in EXCHANGED]
        parser.add_argument("kind", nargs="?", choices=kinds)
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--by", metavar="USER", help="the curator who brings it in")
        parser.add_argument("--write", action="store_true", help="write it, if every row is right")
        parser.add_argument(
            "--only-good-rows", action="store_true", help="write the rows that are right"
        )
        parser.add_argument("--resume", type=int, metavar="IMPORT", help="go on with this one")

    def handle(self, *, resume, **options):
        table = self._begun(resume) if resume else self._stored(**options)
        self.stderr.write(f"import {table.pk}")
        table = self._advance(table)
        self._tell(table)
        if table.stage == Stage.CHECKED and (options["write"] or options["only_good_rows"]):
            confirmed = importing.confirm(
                table, only_good_rows=options["only_good_rows"], enqueue=False
            )
            if not confirmed:
                raise CommandError("Nothing is written: not every row is right, or none is new.")
            self._tell(self._advance(table))

    def _begun(self, pk: int) -> TableImport:
        table = TableImport.objects.filter(pk=pk).first()
        if table is None:
            raise CommandError(f"There is no import {pk}.")
        return table

    def _stored(self, kind, file, by, **options) -> TableImport:
        if not (kind and file and by):
            raise CommandError("Name the kind of record, the file, and with --by the curator.")
        user = get_user_model().objects.filter(username=by).first()
        if user is None or not file.is_file():
            raise CommandError(f"There is no user {by}." if user is None else f"No file {file}.")
        try:
            with file.open("rb") as opened:
                return importing.store(model_of(kind), File(opened, name=file.name), by=user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _advance(self, table: TableImport) -> TableImport:
        importing.advance(table.pk, partial(bar, self))
        table.refresh_from_db()
        if table.stage in importing.RUNNING:
            raise CommandError(
                f"Another process is at import {table.pk}; --resume {table.pk} goes on with it."
            )
        return table

    def _tell(self, table: TableImport) -> None:
        report, language = table.report, get_language() or "en"
        if table.stage == Stage.FAILED:
            raise CommandError(report["failed"].get(language, report["failed"]["en"]))
        if table.stage == Stage.DONE:
            written = report.get("written", {"new": 0, "changed": 0})
            self.stdout.write(f"written: {written['new']} new, {written['changed']} changed")
            self._list(report.get("late", []), language)
            return
        self.stdout.write(", ".join(f"{name}: {n}" for name, n in report["counts"].items()))
        for difference in report["differences"][:SHOWN]:
            for cell in difference["cells"]:
                if not difference["new"]:
                    self.stdout.write(
                        f"  {difference['row']} {difference['slug']} {cell['column']}: "
                        f"{cell['before'][:60]!r} → {cell['after'][:60]!r}"
                    )
        self._list(report["problems"], language)

    def _list(self, problems: list[dict], language: str) -> None:
        for problem in problems[:SHOWN]:
            said = problem["said"].get(language, problem["said"]["en"])
            self.stderr.write(f"row {problem['row']}, {problem['column'] or '–'}: {said}")
