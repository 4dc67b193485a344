"""The figures of a run as a readable table."""

from collections.abc import Iterator
from typing import Any

Figures = dict[str, Any]


def lines(figures: Figures) -> Iterator[str]:
    yield (
        f"{figures['size']:,} documents of {figures['words']} words in each language, "
        f"seed {figures['seed']}"
    )
    for name, value in figures["machine"].items():
        yield f"  {name}: {value}"
    yield from _built(figures)
    yield from _ours(figures["kinds"])
    yield from _rest(figures)
    yield from _rivals(figures)
    if kills := figures.get("kills"):
        yield ""
        yield f"{kills['times']} kills of a writer: {kills['disagreements']} disagreements"


def _built(figures: Figures) -> Iterator[str]:
    built = figures["built"]
    yield (
        f"  corpus written in {built['corpus']:.0f} s ({built['megabytes']:,.0f} MB), indexed in "
        f"{built['index']:.0f} s ({figures['megabytes'] - built['megabytes']:,.0f} MB more)"
    )


_COLUMNS = {
    "engine": "engine",
    "page": "whole page",
    "loop": "loop",
    "http": "over HTTP",
    "cached": "again",
    "data": "as data",
    "data cached": "again",
    "http loop": "loop",
}


def _ours(kinds: Figures) -> Iterator[str]:
    yield ""
    yield "Ours, p50/p95 in ms; loop: how long a fixed loop of Python took around it"
    yield from _table(
        ["", "queries", "matches", *_COLUMNS.values()],
        (
            [kind, str(of["page"]["n"]), f"{of['matches']:,.0f}"]
            + [_short(of[name]) if "loop" in name else _pair(of[name]) for name in _COLUMNS]
            for kind, of in kinds.items()
        ),
    )


def _rest(figures: Figures) -> Iterator[str]:
    yield ""
    if typed := figures.get("suggestions"):
        yield f"suggestions: {_pair(typed)} ms"
    for name, of in figures["saving"].items():
        yield f"index part of saving {name}: {_pair(of)} ms"
    yield f"loop while saving: {_short(figures['saving loop'])} ms"
    for name, megabytes in figures["memory"].items():
        yield f"memory of a process, {name}: " + (f"{megabytes} MB" if megabytes else "not known")


def _rivals(figures: Figures) -> Iterator[str]:
    rivals = figures["rivals"]
    if not rivals:
        return
    yield ""
    yield (
        "Others, p50/p95 in ms, and how many times our median that is, each query put to both one "
        "after the other; over HTTP of our page, of the same again, of our data, of the same again"
    )
    kinds = list(next(iter(rivals.values()))["kinds"])
    yield from _table(
        ["", *(f"{name} (over HTTP)" if of["served"] else name for name, of in rivals.items())],
        ([kind, *(_compared(of["kinds"][kind]) for of in rivals.values())] for kind in kinds),
    )
    prepared = (f"{name} {of['prepared']:.0f} s" for name, of in rivals.items())
    yield f"prepared in: {', '.join(prepared)}"


def _compared(of: Figures) -> str:
    return " ".join([_pair(of["page"]), *(f"×{_times(ratio)}" for ratio in _ratios(of))])


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def with_ratios(figures: Figures) -> Figures:
    """The same, with the ratios that the table shows."""
    rivals = {
        name: {**of, "ratios": {kind: _ratios(one) for kind, one in of["kinds"].items()}}
        for name, of in figures["rivals"].items()
    }
    return {**figures, "rivals": rivals}


def _ratios(of: Figures) -> list[float]:
    """How many times our median theirs is, for every way in which ours was asked, of the queries
    that were."""
    return [round(ours["theirs"] / max(ours["p50"], 0.001), 2) for ours in of["ours"].values()]


def _pair(of: Figures) -> str:
    return f"{_short(of['p50'])}/{_short(of['p95'])}"


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:,.0f}"


def _table(head: list[str], rows) -> Iterator[str]:
    table = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *others]).rstrip()
