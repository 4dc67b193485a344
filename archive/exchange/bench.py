"""How fast tables come in and go out, and in how much memory: figures of one stage."""

import csv
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

from django.contrib.auth import get_user_model
from django.core.files import File

from archive.models import Document, TableImport

from . import exporting, importing, tables

_SUMMARY = "The report describes what was said and documented, without taking a position. " * 8


def write_new(path: Path, rows: int) -> None:
    """A table of documents that the archive does not have."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["slug", "title_en", "title_ru", "language", "kind", "published_on"]
            + ["reference", "source_url", "authors", "summary_en", "summary_ru"]
        )
        for number in range(rows):
            writer.writerow(
                [f"bench-{number}", f"Report {number}", f"Доклад {number}", "en", "report"]
                + ["2022-09-13", f"A/{number}", f"https://example.org/{number}", "A. Author"]
                + [_SUMMARY, _SUMMARY]
            )


class _Clock:
    """Seconds since it was made: of the clock, and of a processor."""

    def __init__(self):
        self.started, self.busy = perf_counter(), process_time()

    def read(self, name: str) -> dict[str, float]:
        return {name: perf_counter() - self.started, f"{name}_busy": process_time() - self.busy}


def export(path: Path, format: str) -> dict:
    clock = _Clock()
    pks = Document.objects.order_by("pk").values_list("pk", flat=True)
    with path.open("wb") as file:
        file.writelines(exporting.export(Document, pks, format))
    return {**clock.read("export"), "megabytes": path.stat().st_size / 1e6, **_peak()}


def edit(source: Path, target: Path, format: str) -> None:
    """The same table with another reference in every tenth row."""
    with source.open("rb") as file, target.open("wb") as written:
        rows = tables.read(file, format, ["slug"])
        cells = (list(_edited(f"{format}/{number}", number, row).values()) for number, row in rows)
        written.writelines(tables.write(format, exporting.header_of(Document), cells))


def _edited(reference: str, number: int, row: dict) -> dict:
    return {**row, "reference": reference} if number % 10 == 0 else row


def bring_in(path: Path) -> dict:
    """Seconds of both passes, as someone whose rights let them."""
    user, _made = get_user_model().objects.get_or_create(
        username="bench", defaults={"is_superuser": True}
    )
    with path.open("rb") as file:
        table = importing.store(Document, File(file, name=path.name), by=user)
    figures = {}
    for stage in ("check", "write"):
        clock = _Clock()
        importing.advance(table.pk)
        figures |= clock.read(stage)
        table.refresh_from_db()
        if stage == "check" and not importing.confirm(table, enqueue=False):
            raise RuntimeError(table.report.get("problems") or table.report)
    if table.stage != TableImport.Stage.DONE or table.report["late"]:
        raise RuntimeError(table.report)
    return {**figures, "written": table.report["written"], **_peak()}


def _peak() -> dict:
    """Megabytes of this process at its largest."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"memory": peak / (1e6 if sys.platform == "darwin" else 1e3)}
