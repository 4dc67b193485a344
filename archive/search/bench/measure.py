"""The figures of one run, in the process whose memory is one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from archive.search import prepare

from . import ours
from .queries import TYPED, WARMING, Query
from .rivals import RIVALS, Rival
from .scratch import Scratch
from .served import Server, serving
from .timing import database_megabytes, machine, memory, middle, milliseconds_of, say, spread

# The kinds of query that every rival can be asked.
COMPARED = ("rare term", "frequent term", "phrase", "common phrase", "term + 2 facets", "browse")
HTTP_WARMING, HTTP_SAMPLE = 2, 15  # queries of each kind that are asked over HTTP
PATIENCE = 60.0  # seconds a rival may take for the queries of one kind …
LEAST = 3  # … but so many are always asked
SAVINGS = {"400 words": (400, 40), "30,000 words": (30_000, 10)}  # words, times

Queries = dict[str, list[Query]]


def measure(
    scratch: Scratch, size: int, seed: int, queries: Queries, with_rivals: bool
) -> dict[str, Any]:
    """All figures of the corpus that the database holds and of these queries."""
    kinds = [kind for kind in queries if kind != TYPED]
    say("our engine")
    prepare()  # as a server does
    _warm(queries)
    warm = memory()
    figures = {
        "machine": machine(),
        "megabytes": database_megabytes(),
        "kinds": {kind: _of_pages(queries[kind][WARMING:]) for kind in kinds},
        "memory": {"warm": warm, "after all queries": memory()},
    }
    if TYPED in queries:
        figures["suggestions"] = spread(map(ours.suggestions, queries[TYPED][WARMING:]))
    say("our pages over HTTP")
    with _our_server(scratch) as server:
        for kind in kinds:
            figures["kinds"][kind] |= _over_http(server, queries[kind])
    figures["rivals"] = _of_rivals(scratch.folder, size, queries) if with_rivals else {}
    say("saving a document")  # last: it changes the corpus
    random = np.random.default_rng([seed, 1])
    saved = ours.saving(random, SAVINGS)
    figures["saving"] = {case: spread(times) for case, times in saved.items()}
    return figures


def _warm(queries: Queries) -> None:
    for kind, drawn in queries.items():
        for query in drawn[:WARMING]:
            if kind == TYPED:
                ours.suggestions(query)
            else:
                ours.page(query)


def _of_pages(queries: list[Query]) -> dict[str, Any]:
    pages = [ours.page(query) for query in queries]
    return {
        "matches": middle(page.matches for page in pages),
        "engine": spread(page.engine for page in pages),
        "page": spread(page.whole for page in pages),
    }


@contextmanager
def _our_server(scratch: Scratch) -> Iterator[Server]:
    arguments = ("portal.wsgi", "--bind", "127.0.0.1:{port}", "--threads", "4")
    with serving(
        "gunicorn", *arguments, "--no-control-socket", "--log-level", "warning", "--timeout",
        "600", "--keep-alive", "600", environment=scratch.environment,
    ) as server:  # fmt: skip
        yield server


def _over_http(server: Server, queries: list[Query]) -> dict[str, Any]:
    """Every address twice: the second answer may come from a cache."""
    for query in queries[:HTTP_WARMING]:
        server.get(ours.address(query))
    first, again = [], []
    for query in queries[WARMING : WARMING + HTTP_SAMPLE]:
        address = ours.address(query)
        first.append(milliseconds_of(lambda address=address: server.get(address)))
        again.append(milliseconds_of(lambda address=address: server.get(address)))
    return {"http": spread(first), "cached": spread(again)}


# ── rivals ──


def _of_rivals(folder: Path, size: int, queries: Queries) -> dict[str, Any]:
    return {
        rival.name: _of_rival(rival(), folder, queries)
        for rival in RIVALS
        if rival.takes_part(size)
    }


def _of_rival(rival: Rival, folder: Path, queries: Queries) -> dict[str, Any]:
    say(rival.name)
    started = perf_counter()
    rival.prepare(folder)
    prepared = perf_counter() - started
    kinds = {}
    try:
        for kind in COMPARED:
            if kind in queries:
                kinds[kind] = _of_asking(rival, queries[kind])
    finally:
        rival.close()
    return {"prepared": round(prepared, 1), "served": rival.is_served, "kinds": kinds}


def _of_asking(rival: Rival, queries: list[Query]) -> dict[str, Any]:
    rival.ask(queries[0])
    matches, times, until = [], [], perf_counter() + PATIENCE
    for query in queries[WARMING:]:
        if len(times) >= LEAST and perf_counter() > until:
            break
        times.append(milliseconds_of(lambda query=query: matches.append(rival.ask(query))))
    return {"matches": middle(matches), "page": spread(times)}
