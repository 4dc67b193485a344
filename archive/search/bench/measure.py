"""The figures of one run, in the process whose memory is one of them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
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
HTTP_WARMING, HTTP_SAMPLE = 2, 15  # queries of each kind that are asked over HTTP, in each way
PATIENCE = 60.0  # seconds a rival may take for the queries of one kind …
LEAST = 3  # … but so many are always asked, in each way
SAVINGS = {"400 words": (400, 40), "30,000 words": (30_000, 10)}  # words, times at most

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
    most = 2 * max(len(drawn) - WARMING for drawn in queries.values())
    lengths = {name: (words, min(times, most)) for name, (words, times) in SAVINGS.items()}
    saved = ours.saving(random, lengths)
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
    ways = _served(server)
    for query in queries[:HTTP_WARMING]:
        for way in ways:
            _asked(way, query)
    sample = queries[WARMING : WARMING + len(ways) * HTTP_SAMPLE]
    found, before = defaultdict(list), fixed_work()
    for way, query in _in_turn(ways, sample):
        for name, milliseconds in _asked(way, query):
            found[name].append(milliseconds)
    loop = middle([before, fixed_work()])
    return {**{name: spread(times) for name, times in found.items()}, "http loop": loop}


# What is asked of our own search for one query, one after the other: name → gives milliseconds.
Way = dict[str, Callable[[Query], float]]


def _in_turn(ways: list[Way], queries: list[Query]) -> Iterator[tuple[Way, Query]]:
    """Each query with one of the ways; where there are fewer queries than ways, some again."""
    return zip(cycle(ways), queries if len(queries) >= len(ways) else queries * len(ways))


def _asked(way: Way, query: Query) -> list[tuple[str, float]]:
    return [(name, ask(query)) for name, ask in way.items()]


def _served(server: Server) -> list[Way]:
    """For a query its page or its data, both twice: the second answer may come from a cache. Not
    both, as the second would find the words of the query prepared."""

    def page(query: Query) -> float:
        address = ours.address(query)
        return milliseconds_of(lambda: server.get(address))

    def data(query: Query) -> float:
        address = ours.data_address(query)
        return milliseconds_of(lambda: server.get(address))

    return [{"http": page, "cached": page}, {"data": data, "data cached": data}]


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
        with _asked_beside(rival, scratch) as ways:
            kinds = {
                kind: _of_asking(rival, ways, queries[kind]) for kind in COMPARED if kind in queries
            }
    finally:
        rival.close()
    return {"prepared": round(prepared, 1), "served": rival.is_served, "kinds": kinds}


@contextmanager
def _asked_beside(rival: Rival, scratch: Scratch) -> Iterator[list[Way]]:
    """How our own search is asked what this rival is asked."""
    if not rival.is_served:
        yield [{"ours": lambda query: ours.page(query).whole}]
        return
    with _our_server(scratch) as server:
        yield _served(server)


def _of_asking(rival: Rival, ways: list[Way], queries: list[Query]) -> dict[str, Any]:
    """Each query is put to both, one after the other and now this one, now that one first: a
    machine is not as fast in every minute. Ours is asked in every way in turn, so of each way it
    is also said how long the rival took for the same queries (`theirs`, the median)."""
    matches, theirs, found, beside = [], [], defaultdict(list), defaultdict(list)

    def ask_theirs(_way: Way, query: Query) -> None:
        theirs.append(milliseconds_of(lambda: matches.append(rival.ask(query))))

    def ask_us(way: Way, query: Query) -> None:
        for name, milliseconds in _asked(way, query):
            found[name].append(milliseconds)

    rival.ask(queries[0])
    for way in ways:
        _asked(way, queries[0])
    for number, (way, query) in enumerate(_in_turn(ways, queries[WARMING:])):
        if number >= LEAST * len(ways) and sum(theirs) > PATIENCE * 1000:
            break
        theirs_first = (number // len(ways)) % 2
        for ask in (ask_theirs, ask_us) if theirs_first else (ask_us, ask_theirs):
            ask(way, query)
        for name in way:
            beside[name].append(theirs[-1])
    times = {name: spread(one) | {"theirs": middle(beside[name])} for name, one in found.items()}
    return {"matches": middle(matches), "page": spread(theirs), "ours": times}
