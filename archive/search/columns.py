"""What every process holds of the index: a row of numbers an entry, and the names.

Read once, then moved along by what has changed since: the state is asked for at every search and
nothing else is read while its generation stays. A `View` never changes, so that one search sees
one state of the archive from the first count to the last hit.
"""

import datetime as dt
import json
from bisect import bisect_left
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import RLock

import numpy as np
from django.db import connection

from .authority import Names
from .postings import Own, unpack_own
from .records import KINDS, SEARCHED
from .tallies import Bag, Tallies

_AT_ONCE = 20_000
FAR_PAST, FAR_FUTURE = -1, 2**31 - 1  # of dates that are open or not known


@dataclass(frozen=True)
class Said:
    """What others show of a record: its slug, its heading by language, its names."""

    slug: str
    heading: dict[str, str]
    names: tuple[str, ...] = ()

    def in_language(self, language: str) -> tuple[str, str]:
        """(language, heading): in this language, or in the first that there is."""
        if heading := self.heading.get(language):
            return language, heading
        return next(iter(self.heading.items()), ("", ""))


@dataclass(frozen=True)
class View:
    """The index as it stands. Arrays have a row an entry; `first` is the number of row 0."""

    generation: int
    token: int
    edition: int
    first: int
    alive: np.ndarray
    kind: np.ndarray
    record: np.ndarray
    earliest: np.ndarray  # days; FAR_FUTURE where not known
    latest: np.ndarray  # days; FAR_PAST where not known
    added: np.ndarray  # seconds
    tie: np.ndarray
    # Facet values of row r: values[starts[r] : starts[r] + lengths[r]]
    starts: np.ndarray
    lengths: np.ndarray
    values: np.ndarray
    # Dates: row, first and last day of each.
    span_row: np.ndarray
    span_first: np.ndarray
    span_last: np.ndarray
    year_first: np.ndarray  # the years of these days; 0 and 9999 where open
    year_last: np.ndarray
    facets: dict[int, tuple[str, str]]  # number → facet, value
    numbers: dict[tuple[str, str], int]
    most: int  # the highest number of a facet value
    tallies: Tallies
    said: dict[int, Said]  # row → …
    rows: dict[str, int]  # “place.12” → row, of what says something
    names: Names
    merged: int  # the postings hold the entries up to this one …
    recent: "Recent"  # … and these are the postings of the others
    memo: dict = field(default_factory=dict)  # what was worked out once, as long as it holds

    @property
    def count(self) -> int:
        return len(self.alive)

    def row_of(self, kind: int, pk: int) -> int | None:
        """The row of a record that others refer to."""
        return self.rows.get(value_of(kind, pk))

    @property
    def living(self) -> int:
        """How many entries there are."""
        return self.once("living", lambda: int(self.alive.sum()))

    @property
    def bag(self) -> Bag:
        """The facet values of every row."""
        return Bag(self.values, self.starts, self.lengths)

    def counted(self, rows: np.ndarray) -> np.ndarray:
        """How many of these rows, ascending, have each facet value, by its number."""
        return self.tallies.counted(self, rows)

    def having(self, numbers: list[int]) -> np.ndarray:
        """Of every row, whether it has one of these facet values."""
        return self.tallies.having(self, numbers)

    def once(self, name: Hashable, work: Callable):
        """What the work gives, kept as long as the view. No name holds what visitors type or
        choose: there is no end to that."""
        if name not in self.memo:
            self.memo[name] = work()
        return self.memo[name]

    def of_facet(self, facet: str) -> dict[str, int]:
        """value → number, of one facet."""
        return self.once(
            ("facet", facet),
            lambda: {value: n for (name, value), n in self.numbers.items() if name == facet},
        )


def value_of(kind: int, pk: int) -> str:
    """A record as the value of a facet: “place.12”."""
    return f"{KINDS[kind]._meta.model_name}.{pk}"


class Recent:
    """Postings of the latest entries, which are not merged with the others yet."""

    def __init__(self):
        self._by_term: dict[bytes, list[tuple[int, int, np.ndarray]]] = {}
        self._sorted: list[bytes] = []

    def add(self, row: int, own: Own) -> None:
        terms, weights, counts, places = unpack_own(own)
        ends = np.cumsum(counts).tolist()
        for term, weight, start, end in zip(
            terms, weights.tolist(), [0, *ends], ends, strict=False
        ):
            self._by_term.setdefault(term, []).append((row, weight, places[start:end]))

    def of(self, term: bytes) -> list[tuple[int, int, np.ndarray]]:
        """(row, weight, places) of every entry that has the term, by row."""
        return self._by_term.get(term, [])

    def beginning_with(self, start: bytes) -> list[bytes]:
        if len(self._sorted) != len(self._by_term):
            self._sorted = sorted(self._by_term)
        first = bisect_left(self._sorted, start)
        return self._sorted[first : bisect_left(self._sorted, start + b"\xff", first)]


class _Column:
    """An array that grows without being copied each time."""

    def __init__(self, dtype):
        self.data, self.size = np.zeros(1024, dtype), 0

    def append(self, values) -> None:
        end = self.size + len(values)
        if self.data.dtype == np.uint16 and len(values) and values.max() > _MOST_IN_TWO_BYTES:
            self.data = self.data.astype(np.int32)
        if end > len(self.data):
            grown = np.zeros(max(end, 2 * len(self.data)), self.data.dtype)
            grown[: self.size] = self.data[: self.size]
            self.data = grown
        self.data[self.size : end] = values
        self.size = end

    @property
    def view(self) -> np.ndarray:
        return self.data[: self.size]


_MOST_IN_TWO_BYTES = 2**16 - 1
_TYPES = {
    "alive": bool,
    "kind": np.uint8,
    "record": np.int64,
    "earliest": np.int32,
    "latest": np.int32,
    "added": np.int64,
    "tie": np.int64,
    "starts": np.int32,  # enough for ninety million entries
    "lengths": np.int32,
    "values": np.uint16,  # as long as that is enough: there are twenty a row
    "span_row": np.int32,
    "span_first": np.int32,
    "span_last": np.int32,
    "year_first": np.int16,
    "year_last": np.int16,
}


class _Holder:
    """The one place of a process where the rows are kept and moved along."""

    def __init__(self):
        self.lock = RLock()
        self._begin(1)
        self.view = self._seen(0, 0, 0, 0)

    def _begin(self, first: int) -> None:
        self.first, self.read_up_to = first, 0  # a generation
        self.columns = {name: _Column(dtype) for name, dtype in _TYPES.items()}
        self.facets, self.numbers, self.most, self.tallies = {}, {}, 0, Tallies()
        self.said, self.rows, self.names = {}, {}, Names()
        self.merged, self.recent, self.known = 0, Recent(), 0
        self.is_whole = True

    def current(self) -> View:
        view = self.view  # once: another thread may put a later one in its place
        if _is_at(view, _state()):
            return view
        with self.lock:
            state = _state()
            if not _is_at(self.view, state):
                self.view = self._moved(*state)
            return self.view

    def _moved(self, generation: int, token: int, edition: int, merged: int) -> View:
        if not (self.is_whole and self._leads_to(generation, edition)):
            first = _one("SELECT min(id) FROM archive_searchentry WHERE edition = %s", [edition])
            self._begin(first or 1)
        self.is_whole = False  # should reading fail halfway, the next one begins anew
        self._read_values()
        # Entries before removals: what is caught between may miss a record, never show one twice.
        self._read_entries(edition)
        self._read_recent(edition, merged)
        self._read_removals()
        self.read_up_to, self.is_whole = generation, True
        return self._seen(generation, token, edition, merged)

    def _leads_to(self, generation: int, edition: int) -> bool:
        """Whether what is held is an earlier state of the same index."""
        here = self.view
        if here.edition != edition or here.generation > generation or not here.generation:
            return False
        sql = "SELECT token FROM archive_searchchange WHERE generation = %s"
        return _one(sql, [here.generation]) == here.token

    def _read_values(self) -> None:
        sql = "SELECT id, facet, value FROM archive_searchvalue WHERE id > %s"
        facets, numbers = dict(self.facets), dict(self.numbers)
        for number, facet, value in _all(sql, [self.most]):
            facets[number], numbers[facet, value] = (facet, value), number
            self.most = max(self.most, number)
        self.facets, self.numbers = facets, numbers

    def _read_entries(self, edition: int) -> None:
        after = self.first + self.columns["alive"].size - 1
        self.said, self.rows = dict(self.said), dict(self.rows)
        while True:
            rows = _all(
                "SELECT id, kind, record_id, earliest, latest, added, tie, spans, "
                '"values", says FROM archive_searchentry WHERE edition = %s AND id > %s '
                f"ORDER BY id LIMIT {_AT_ONCE}",
                [edition, after],
            )
            if not rows:
                return
            self._append(rows)
            after = rows[-1][0]

    def _read_recent(self, edition: int, merged: int) -> None:
        if merged != self.merged:
            self.merged, self.recent, self.known = merged, Recent(), merged
        for number, *packed in _all(
            "SELECT id, terms, weights, places FROM archive_searchentry "
            "WHERE edition = %s AND id > %s ORDER BY id",
            [edition, self.known],
        ):
            if packed[2]:  # else it was merged just now, which the next look will tell
                self.recent.add(number - self.first, Own(*map(bytes, packed)))
                self.known = number

    def _append(self, rows: list[tuple]) -> None:
        columns = self.columns
        numbers, kinds, records, earliest, latest, added, ties, spans, values, says = zip(
            *rows, strict=True
        )
        size = columns["alive"].size
        at = np.array(numbers) - self.first - size  # numbers that were never used leave gaps
        packed = [bytes(one) for one in values]
        found = {
            "alive": True,
            "kind": kinds,
            "record": records,
            "earliest": [FAR_FUTURE if day is None else day for day in earliest],
            "latest": [FAR_PAST if day is None else day for day in latest],
            "added": added,
            "tie": ties,
            "lengths": [len(one) // 4 for one in packed],
        }
        for name, column in found.items():
            filled = np.zeros(at[-1] + 1, _TYPES[name])
            filled[at] = column
            columns[name].append(filled)
        lengths = columns["lengths"].view[size:]
        columns["starts"].append(columns["values"].size + np.cumsum(lengths) - lengths)
        columns["values"].append(np.frombuffer(b"".join(packed), np.int32))
        days = np.frombuffer(b"".join(map(bytes, spans)), np.int32).reshape(-1, 2)
        counts = [len(one) // 8 for one in spans]
        columns["span_row"].append(np.repeat(at + size, counts))
        for name, bounds, unknown in (
            ("first", days[:, 0], FAR_PAST),
            ("last", days[:, 1], FAR_FUTURE),
        ):
            bounds = np.where(bounds < 0, unknown, bounds)
            columns[f"span_{name}"].append(bounds)
            columns[f"year_{name}"].append(_years(bounds))
        for row, kind, record, text in zip(at + size, kinds, records, says, strict=True):
            if text:
                self._say(int(row), kind, record, json.loads(text))

    def _say(self, row: int, kind: int, record: int, said: dict) -> None:
        model = KINDS[kind]
        self.said[row] = Said(said["slug"], said["heading"], tuple(said["names"]))
        self.rows[value_of(kind, record)] = row
        self.names.put((kind, record), said["names"], proper=SEARCHED[model].proper)

    def _read_removals(self) -> None:
        alive = self.columns["alive"].view.copy()
        sql = "SELECT entry FROM archive_searchremoval WHERE generation > %s"
        for (number,) in _all(sql, [self.read_up_to]):
            row = number - self.first
            if 0 <= row < len(alive):
                alive[row] = False
                self._unsay(row)
        self.columns["alive"].data, self.columns["alive"].size = alive, len(alive)

    def _unsay(self, row: int) -> None:
        if self.said.pop(row, None) is None:
            return
        kind, record = int(self.columns["kind"].view[row]), int(self.columns["record"].view[row])
        name = value_of(kind, record)
        if self.rows.get(name) == row:  # else a newer entry says something already
            del self.rows[name]
            self.names.put((kind, record), [], proper=False)

    def _seen(self, generation: int, token: int, edition: int, merged: int) -> View:
        """What has been read, as it stands."""
        return View(
            generation=generation,
            token=token,
            edition=edition,
            merged=merged,
            recent=self.recent,
            first=self.first,
            facets=self.facets,
            numbers=self.numbers,
            most=self.most,
            tallies=self.tallies,
            said=self.said,
            rows=self.rows,
            names=self.names,
            **{name: column.view for name, column in self.columns.items()},
        )


def _is_at(view: View, state: tuple) -> bool:
    return state == (view.generation, view.token, view.edition, view.merged)


_NEW_YEARS = np.array([dt.date(year, 1, 1).toordinal() for year in range(1, 10_000)])


def _years(days: np.ndarray) -> np.ndarray:
    """The year of each day; 0 and 9999 for what is open."""
    return np.searchsorted(_NEW_YEARS, days, side="right")


def _all(sql: str, parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _one(sql: str, parameters):
    rows = _all(sql, parameters)
    return rows[0][0] if rows else None


def _state() -> tuple[int, int, int, int]:
    sql = "SELECT generation, token, edition, merged FROM archive_searchstate WHERE id = 1"
    rows = _all(sql, [])
    return rows[0] if rows else (0, 0, 0, 0)


_holder = _Holder()


def current() -> View:
    """The index as it stands now, with what this transaction itself has changed. One query when
    nothing has."""
    return _holder.current()
