"""The figures of one run, in the process whose memory is one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import numpy as np

from archive.search import prepare

from . import ours
from .queries import TYPED, WARMING, Query
from .rivals import RIVALS, Rival
from .scratch import Scratch
from .served import Server, serving
from .timing import (
    database_megabytes,
    fixed_work,
    machine,
    memory,
    middle,
    milliseconds_of,
    say,
    spread,
    warm_database,
)

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
    warm_database()
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
    warm_database()
    with _our_server(scratch) as server:
        for kind in kinds:
            figures["kinds"][kind] |= _over_http(server, queries[kind])
    figures["rivals"] = _of_rivals(scratch, size, queries) if with_rivals else {}
    say("saving a document")  # last: it changes the corpus
    warm_database()
    random, before = np.random.default_rng([seed, 1]), fixed_work()
    saved = ours.saving(random, SAVINGS)
    figures["saving"] = {case: spread(times) for case, times in saved.items()}
    figures["saving loop"] = middle([before, fixed_work()])
    return figures


def _warm(queries: Queries) -> None:
    for kind, drawn in queries.items():
        for query in drawn[:WARMING]:
            if kind == TYPED:
                ours.suggestions(query)
            else:
                ours.page(query)


def _of_pages(queries: list[Query]) -> dict[str, Any]:
    before = fixed_work()
    pages = [ours.page(query) for query in queries]
    return {
        "matches": middle(page.matches for page in pages),
        "engine": spread(page.engine for page in pages),
        "page": spread(page.whole for page in pages),
        "loop": middle([before, fixed_work()]),
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
    first, again, before = [], [], fixed_work()
    for query in queries[WARMING : WARMING + HTTP_SAMPLE]:
        address = ours.address(query)
        first.append(milliseconds_of(lambda address=address: server.get(address)))
        again.append(milliseconds_of(lambda address=address: server.get(address)))
    loop = middle([before, fixed_work()])
    return {"http": spread(first), "cached": spread(again), "http loop": loop}


# ── rivals ──


def _of_rivals(scratch: Scratch, size: int, queries: Queries) -> dict[str, Any]:
    return {
        rival.name: _of_rival(rival(), scratch, queries)
        for rival in RIVALS
        if rival.takes_part(size)
    }


def _of_rival(rival: Rival, scratch: Scratch, queries: Queries) -> dict[str, Any]:
    say(rival.name)
    started = perf_counter()
    rival.prepare(scratch.folder)
    prepared = perf_counter() - started
    warm_database()
    try:
        with _asked_beside(rival, scratch) as ask_ours:
            kinds = {
                kind: _of_asking(rival, ask_ours, queries[kind])
                for kind in COMPARED
                if kind in queries
            }
    finally:
        rival.close()
    return {"prepared": round(prepared, 1), "served": rival.is_served, "kinds": kinds}


AskOurs = Callable[[Query], float]


@contextmanager
def _asked_beside(rival: Rival, scratch: Scratch) -> Iterator[AskOurs]:
    """How our own search is asked what this rival is asked: gives milliseconds."""
    if not rival.is_served:
        yield lambda query: ours.page(query).whole
        return
    with _our_server(scratch) as server:
        yield lambda query: milliseconds_of(lambda: server.get(ours.address(query)))


def _of_asking(rival: Rival, ask_ours: AskOurs, queries: list[Query]) -> dict[str, Any]:
    """Each query is put to both, one after the other and now this one, now that one first: a
    machine is not as fast in every minute. Over HTTP to ours twice, as the second answer may come
    from a cache."""
    rival.ask(queries[0])
    ask_ours(queries[0])
    matches, theirs, first, again = [], [], [], []

    def ask_theirs(query):
        theirs.append(milliseconds_of(lambda: matches.append(rival.ask(query))))

    def ask_us(query):
        first.append(ask_ours(query))
        if rival.is_served:
            again.append(ask_ours(query))

    for number, query in enumerate(queries[WARMING:]):
        if number >= LEAST and sum(theirs) > PATIENCE * 1000:
            break
        for ask in (ask_theirs, ask_us) if number % 2 else (ask_us, ask_theirs):
            ask(query)
    found = {"matches": middle(matches), "page": spread(theirs), "ours": spread(first)}
    return found | ({"again": spread(again)} if again else {})
