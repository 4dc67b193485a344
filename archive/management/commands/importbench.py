"""Measure tables of many rows, out and in, in a database of its own."""

import json
import os
from argparse import SUPPRESS
from pathlib import Path

from django.core.management.base import BaseCommand

from archive.exchange import bench, tables
from archive.search.bench.scratch import Scratch, scratch


class Command(BaseCommand):
    help = (
        "Bring in a table of new documents, export it in every format, edit every tenth row and "
        "bring it in again: rows a second and the largest memory, in a scratch database. The "
        "archive's own database is not opened."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--formats", nargs="+", choices=tables.MEDIA_TYPES, metavar="FORMAT")
        parser.add_argument("--postgres", default="", metavar="URL")
        # The stages of a run, each in a process of its own, started by the command itself.
        parser.add_argument("--stage", choices=("new", "export", "edit", "import"), help=SUPPRESS)
        parser.add_argument("--folder", type=Path, help=SUPPRESS)
        parser.add_argument("--format", default=tables.CSV, help=SUPPRESS)

    def handle(self, *, stage, folder, format, rows, **options):
        if stage:
            made = Scratch(os.environ["DATABASE_URL"], folder)
            self._stage(made, stage, format, rows)
            return
        with scratch(options["postgres"]) as made:
            made.manage("migrate", "--no-input", "--verbosity=0")
            self._say("new rows, csv", rows, _run(made, "new", rows=rows))
            for name in options["formats"] or tables.MEDIA_TYPES:
                self._say(f"export, {name}", rows, _run(made, "export", format=name))
                _run(made, "edit", format=name)
                self._say(f"a tenth edited, {name}", rows, _run(made, "import", format=name))

    def _stage(self, made: Scratch, stage, format, rows) -> None:
        table, edited = made.folder / f"table.{format}", made.folder / f"edited.{format}"
        figures = {}
        if stage == "new":
            bench.write_new(edited, rows)
            figures = bench.bring_in(edited)
        elif stage == "export":
            figures = bench.export(table, format)
        elif stage == "edit":
            bench.edit(table, edited, format)
        else:
            figures = bench.bring_in(edited)
        made.figures.write_text(json.dumps(figures), encoding="utf-8")

    def _say(self, what: str, rows: int, figures: dict) -> None:
        told = [
            f"{name} {rows / figures[name]:,.0f} rows/s"
            f" ({rows / figures[f'{name}_busy']:,.0f} a second of the processor)"
            for name in ("export", "check", "write")
            if name in figures
        ]
        if "megabytes" in figures:
            told.append(f"file {figures['megabytes']:,.0f} MB")
        told.append(f"memory {figures['memory']:,.0f} MB")
        self.stdout.write(f"{what}: {', '.join(told)}")
        self.stdout.flush()


def _run(made: Scratch, stage: str, format: str = tables.CSV, rows: int = 0) -> dict:
    made.manage(
        "importbench",
        f"--stage={stage}",
        f"--folder={made.folder}",
        f"--format={format}",
        f"--rows={rows}",
    )
    return json.loads(made.figures.read_text(encoding="utf-8"))
