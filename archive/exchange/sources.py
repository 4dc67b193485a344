"""Where rows come from: tables of this archive, and what other programs export."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import tables
from .columns import columns_of


@dataclass(frozen=True)
class Source:
    """The rows of an open file, as often as they are asked for.

    only_empty: what the archive says already is not to be changed by it."""

    rows: Callable[[], Iterator[tables.Row]]
    count: Callable[[], int]
    only_empty: bool = False


def format_of(file, model) -> str:
    return tables.format_of(file)


def open_rows(file, format: str, model) -> Source:
    known = [column.name for column in columns_of(model)]
    return Source(
        rows=lambda: tables.read(file, format, known),
        count=lambda: tables.count(file, format),
    )
