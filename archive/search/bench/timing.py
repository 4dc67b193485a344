"""Milliseconds, and how they are summed up."""

import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TypedDict

import numpy as np
from django.db import DatabaseError, connection, transaction


def say(text: str) -> None:
    """What is being done, to whom it takes long."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


class Spread(TypedDict):
    p50: float
    p95: float
    n: int


def spread(milliseconds: Iterable[float]) -> Spread:
    values = list(milliseconds)
    middle, late = np.percentile(values, [50, 95]).tolist()
    return {"p50": round(middle, 3), "p95": round(late, 3), "n": len(values)}


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def milliseconds_of(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return (perf_counter() - started) * 1000


def fixed_work() -> float:
    """Milliseconds of a loop that is always the same. Where it takes longer than it did, so does
    everything else: machines that are shared change their speed by the minute."""

    def work():
        total = 0
        for number in range(200_000):
            total += number * number

    return round(milliseconds_of(work), 1)


def memory() -> float | None:
    """Megabytes that this process holds now; None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


def database_megabytes() -> float:
    """What the whole database takes on disk, the index included."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            size = cursor.fetchone()[0]
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            size = cursor.fetchone()[0]
    return round(size / 2**20, 1)


def warm_database() -> None:
    """Let the system have in its memory what the database holds, as on a server that people use:
    what it has not been asked for in minutes it may have put away, and to read twenty records
    from a disk takes longer than to find them. On PostgreSQL only where the user may."""
    if connection.vendor == "sqlite":
        with open(connection.settings_dict["NAME"], "rb", buffering=0) as file:
            while file.read(1 << 24):
                pass
        return
    with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        cursor.execute(
            "SELECT sum(pg_prewarm(one::regclass, 'read')) FROM pg_class, "
            "LATERAL unnest(ARRAY[oid, nullif(reltoastrelid, 0)]) AS one "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND one > 0"
        )


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "processors": f"{os.cpu_count()} × {_processor()}",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "database": _database(),
    }


def _database() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    connection.ensure_connection()
    version = connection.pg_version
    return f"PostgreSQL {version // 10000}.{version % 10000}"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (facts.read_text().splitlines() if facts.exists() else [])
        if line.startswith("model name")
    ]
    return names[0] if names else platform.machine()
