"""Records as a table, any number of them in little memory."""

from collections.abc import Iterable, Iterator

from . import tables
from .columns import AS_EXPORTED, as_exported, columns_of, rows_of

_AT_ONCE = 500


def may_export(user, model) -> bool:
    return user.has_perm(f"archive.view_{model._meta.model_name}")


def header_of(model) -> list[str]:
    return [*(column.name for column in columns_of(model)), AS_EXPORTED]


def export(model, pks: Iterable[int], format: str) -> Iterator[bytes]:
    """The file with these records, in this order, piece by piece."""
    columns = columns_of(model)
    rows = _rows(model, list(pks))
    if format == tables.JSON:
        cells = ([*row.values(), as_exported(model, row)] for row in rows)
    else:
        cells = (
            [*(column.text(row[column.name]) for column in columns), as_exported(model, row)]
            for row in rows
        )
    return tables.write(format, header_of(model), cells)


def _rows(model, pks: list[int]) -> Iterator[dict]:
    for start in range(0, len(pks), _AT_ONCE):
        chunk = pks[start : start + _AT_ONCE]
        found = model._base_manager.in_bulk(chunk)
        yield from rows_of(model, [found[pk] for pk in chunk if pk in found])
