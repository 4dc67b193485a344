"""The demonstration records in the database of the tests, put there in a second.

To load the fixtures takes ten times as long, and the modules that look at them take turns with
others in every process: what the first load of a process has written is copied by the next ones.
"""

from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from archive.search import rebuilding, writing

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

_written: dict[str, list[tuple] | bytes] = {}  # by table


def load() -> None:
    """Into tables that hold nothing but what the migrations have written, in a transaction that
    the caller takes back."""
    with connection.cursor() as cursor:
        if _written:
            for table in _written:
                cursor.execute(f"DELETE FROM {table}")
            for table, rows in _written.items():
                _put(cursor, table, rows)
        else:
            with writing.paused():
                call_command("loaddata", *sorted(FIXTURES.glob("*.json")), verbosity=0)
            rebuilding.rebuild()
            _written.update({table: _taken(cursor, table) for table in _tables()})
        # PostgreSQL plans by statistics, which rows that are never committed do not have.
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")


def _tables() -> list[str]:
    models = apps.get_app_config("archive").get_models(include_auto_created=True)
    return [connection.ops.quote_name(model._meta.db_table) for model in models]


def _taken(cursor, table: str) -> list[tuple] | bytes:
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} TO STDOUT") as copy:
            return b"".join(copy)
    cursor.execute(f"SELECT * FROM {table}")
    return cursor.fetchall()


def _put(cursor, table: str, rows: list[tuple] | bytes) -> None:
    if isinstance(rows, bytes):
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(rows)
    elif rows:
        holes = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({holes})", rows)
