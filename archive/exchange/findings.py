"""All that the check of a table has found, as a table: a page shows the beginning only.

It is stored beside the file of the import, and goes with it.
"""

import csv
import io
from contextlib import AbstractContextManager
from tempfile import TemporaryFile

from django.conf import settings
from django.core.files import File

from archive.models import TableImport

from .cells import neutral
from .planning import Problem

_LANGUAGES = [code for code, _name in settings.LANGUAGES]
HEADER = ["row", "slug", "column", "before", "after", *(f"problem_{code}" for code in _LANGUAGES)]


class Findings(AbstractContextManager):
    """CSV on disk, a line for every cell that would change or is wrong."""

    def __init__(self):
        self.text = io.TextIOWrapper(TemporaryFile(), "utf-8-sig", newline="")  # noqa: SIM115
        self.writer = csv.writer(self.text)
        self.writer.writerow(HEADER)

    def __exit__(self, *error):
        self.text.close()

    def add_changes(self, row: int, slug: str, cells: list[dict[str, str]]) -> None:
        for cell in cells:
            self._write(row, slug, cell["column"], cell["before"], cell["after"])

    def add_problems(self, row: int, slug: str, problems: list[Problem]) -> None:
        for one in problems:
            said = [one.said.get(code, "") for code in _LANGUAGES]
            self._write(row, slug, one.column, "", one.value, *said)

    def _write(self, row: int, *texts: str) -> None:
        self.writer.writerow([row, *map(neutral, texts)])

    def keep(self, table: TableImport) -> None:
        """In place of what an earlier pass has found."""
        self.text.flush()
        self.text.buffer.seek(0)
        forget(table)
        table.file.storage.save(name_of(table), File(self.text.buffer))


def name_of(table: TableImport) -> str:
    return f"{table.file.name}.csv"


def exist(table: TableImport) -> bool:
    return bool(table.file) and table.file.storage.exists(name_of(table))


def forget(table: TableImport) -> None:
    table.file.storage.delete(name_of(table))
