"""Rows of our models written in bulk: past the ORM, yet as it would have written them."""

from collections.abc import Iterable, Sequence

from django.core.management.color import no_style
from django.db import connection
from django.db.models import AutoField, Model


class Table:
    """The table of a model, of which some columns are given and all others are as in a record
    that was made without them."""

    def __init__(self, model: type[Model], *given: str):
        columns = [field.attname for field in model._meta.concrete_fields]
        if unknown := set(given) - set(columns):
            raise ValueError(f"{model.__name__} has no {sorted(unknown)}")
        self.model = model
        self._rest = {
            field.attname: _default(field)
            for field in model._meta.concrete_fields
            if field.attname not in given and not isinstance(field, AutoField)
        }
        self._columns = [*given, *self._rest]

    def write(self, rows: Iterable[Sequence]) -> None:
        """Rows of the given columns, in their order."""
        rest = tuple(self._rest.values())
        whole = ((*row, *rest) for row in rows)
        name = connection.ops.quote_name
        columns = ", ".join(name(column) for column in self._columns)
        table = f"{name(self.model._meta.db_table)} ({columns})"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in whole:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(self._columns))
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", whole)


def _default(field):
    value = field.pre_save(field.model(), add=True)
    return field.get_db_prep_save(value, connection)


def number_on(models: Iterable[type[Model]]) -> None:
    """The next record gets the number after the last one; only PostgreSQL counts apart."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
