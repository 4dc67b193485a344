"""Where rows come from: tables of this archive, and what other programs export."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from archive.models import Document, LegalCase

from . import bibliographic, hudoc, tables
from .columns import columns_of

# Format → how it is read whole, and of which records it speaks.
_FOREIGN = {
    bibliographic.RIS: (bibliographic.read_ris, Document),
    bibliographic.BIBTEX: (bibliographic.read_bibtex, Document),
    hudoc.HUDOC: (hudoc.read, LegalCase),
}


@dataclass(frozen=True)
class Source:
    """The rows of an open file, as often as they are asked for.

    only_empty: what the archive says already is not to be changed by it."""

    rows: Callable[[], Iterator[tables.Row]]
    count: Callable[[], int]
    only_empty: bool = False


def format_of(file, model) -> str:
    """The format of an open file by its content, of those that speak of such records."""
    format = tables.format_of(file)
    head = tables.beginning(file)
    if model is Document and bibliographic.is_ris(head):
        return bibliographic.RIS
    if model is Document and bibliographic.is_bibtex(head):
        return bibliographic.BIBTEX
    if model is LegalCase and format == tables.JSON and hudoc.is_hudoc_json(head):
        return hudoc.HUDOC
    if model is LegalCase and format == tables.CSV and hudoc.is_hudoc(tables.names_in(head)):
        return hudoc.HUDOC
    return format


def open_rows(file, format: str, model) -> Source:
    if format in _FOREIGN:
        read = cache(lambda: _FOREIGN[format][0](file))
        return Source(rows=lambda: iter(read()), count=lambda: len(read()), only_empty=True)
    known = [column.name for column in columns_of(model)]
    return Source(
        rows=lambda: tables.read(file, format, known),
        count=lambda: tables.count(file, format),
    )
