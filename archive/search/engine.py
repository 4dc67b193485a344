"""One question to the archive, and the answer: what matches, in order, counted by every facet.

Everything here speaks of public records only, since the index holds no others.
"""

import ctypes
import datetime as dt
import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from django.db import DatabaseError, connection
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from archive.models import SearchState

from . import columns
from .columns import FAR_FUTURE, FAR_PAST, View
from .language import parse
from .lookup import Lookup
from .matches import NONE, Matches, distinct, inside
from .records import KINDS
from .snippets import Wanted
from .writing import learn_usual_words, stamp

_log = logging.getLogger("archive.search")

_COMMON = _("These words are too common to be searched for by themselves.")
_CALLED_SO = 1000.0  # a record that is called exactly this goes before all others
_OPEN_YEAR = 9999
ORDERS = ("relevance", "newest", "oldest", "added", "name")


@dataclass(frozen=True)
class Question:
    """kinds: which kinds of record; text: in the query language; chosen: facet → its values, of
    which any will do (a record is “<model>.<id>”); period: first and last day, either may be
    None; order: one of `ORDERS`; language: in which names are put in order."""

    kinds: tuple[type[Model], ...] = KINDS
    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    period: tuple[dt.date | None, dt.date | None] | None = None
    order: str = "relevance"
    language: str = "en"


class Hit(NamedTuple):
    kind: type[Model]
    pk: int


def ask(question: Question, view: View | None = None) -> "Answer":
    """One query for the state of the index; where there are words, one for all of them, one for
    every phrase and every beginning, and a last look at the state.

    view: a state of the index read just before, when the question was put together with it.
    """
    view = view or columns.current()
    answer = Answer(view, question)
    answer.total  # noqa: B018  found now, so that the index cannot move in between
    if question.text and columns.current().edition != view.edition:
        return ask(question)  # a rebuild has taken the place of what was being read
    return answer


def prepare() -> None:
    """Read the index and the dictionaries and look up the usual words, so that the first reader
    and the first curator of a process do not wait.
    What is held from now on is not looked through by the garbage collector, which would stop
    readers for a third of a second.

    Logs a warning where the index was made by another version, which only a rebuild mends.
    """
    _hoard_no_memory()
    try:
        answer = ask(Question(text="суд"))
        answer.counts("type"), answer.counts("place")
        made_by = SearchState.objects.values_list("analyser", flat=True).first()
        if made_by not in (None, stamp()):
            _log.warning(
                "The index was made by %s, this is %s: `manage.py index rebuild`.", made_by, stamp()
            )
        learn_usual_words()
    except DatabaseError:
        pass  # whoever asks first will see it
    finally:
        connection.close()  # the process may be forked
        gc.collect()
        gc.freeze()
        _give_back_memory()


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_MEGABYTE = 1 << 20


def _hoard_no_memory() -> None:
    """glibc learns from the largest array that is freed how much to keep for the next one, which
    in an archive of a million records is 60 MB for nothing. Other C libraries keep less."""
    if tell := getattr(ctypes.CDLL(None), "mallopt", None):
        tell(_M_MMAP_THRESHOLD, 4 * _MEGABYTE)
        tell(_M_TRIM_THRESHOLD, 16 * _MEGABYTE)


def _give_back_memory() -> None:
    """To the system, what reading has used for a while: a fifth of all in a large archive. The C
    libraries that cannot be told so do it by themselves."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _joined(one: Matches, other: Matches) -> Matches:
    """Both, in no order: to be sorted, not to be looked up in."""
    return Matches(
        np.concatenate([one.rows, other.rows]), np.concatenate([one.scores, other.scores])
    )


class Answer:
    def __init__(self, view: View, question: Question):
        self.view, self.question = view, question
        self._lookup = Lookup(view)
        self._counted: dict[str, np.ndarray] = {}
        self._row_of: dict[Hit, int] = {}

    # ── what matches ──

    @cached_property
    def parsed(self):
        return parse(self.question.text)

    @cached_property
    def _found(self) -> Matches:
        """Of these kinds, with these words; facets and period not yet looked at."""
        if not self.question.text.strip():
            rows = self._rows_of_kinds
            return Matches(rows, np.zeros(len(rows), np.float32))
        if self.parsed.tree is None:
            return NONE
        found = self._lookup.find(self.parsed.tree)
        if len(self.question.kinds) < len(KINDS):
            wanted = np.zeros(256, bool)
            wanted[[KINDS.index(kind) for kind in self.question.kinds]] = True
            found = found.among(wanted[self.view.kind[found.rows]])
        return self._called_so_first(found)

    @cached_property
    def _rows_of_kinds(self) -> np.ndarray:
        kinds = [KINDS.index(kind) for kind in self.question.kinds]
        return self._of_kinds(
            "rows", lambda: np.flatnonzero(self.view.alive & np.isin(self.view.kind, kinds))
        )

    def _of_kinds(self, name: str, work: Callable):
        """Worked out once for one kind and for all; not kept for several, which a visitor chooses."""
        kinds = frozenset(self.question.kinds)
        return self.view.once((name, kinds), work) if len(kinds) in (1, len(KINDS)) else work()

    def _called_so_first(self, found: Matches) -> Matches:
        rows = [self.view.row_of(*entry) for entry in self._called_so]
        rows = np.array(sorted(row for row in rows if row is not None), np.int64)
        return Matches(found.rows, found.scores + _CALLED_SO * inside(found.rows, rows))

    @cached_property
    def _called_so(self) -> frozenset:
        return self.view.names.called(self.parsed.text)

    @cached_property
    def _passes(self) -> dict[str, np.ndarray]:
        """For every filter that is on, which of the rows found get through it."""
        passes = {
            facet: self._has(facet, values)
            for facet, values in self.question.chosen.items()
            if values
        }
        if self.question.period:
            passes["period"] = inside(self._found.rows, self._in_period())
        return passes

    def _has(self, facet: str, values: Iterable[str]) -> np.ndarray:
        numbers = self.view.of_facet(facet)
        known = [numbers[value] for value in values if value in numbers]
        if len(self._found) * 64 > self.view.count:
            return self.view.having(known)[self._found.rows]
        wanted = np.zeros(self.view.most + 1, bool)
        wanted[known] = True
        at, lengths = self.view.bag.places(self._found.rows)
        has = np.zeros(len(self._found), bool)
        has[np.repeat(np.arange(len(lengths)), lengths)[wanted[self.view.values[at]]]] = True
        return has

    def _in_period(self) -> np.ndarray:
        """Rows with a date that overlaps the period, as uncertain as it is."""
        first, last = self.question.period
        view = self.view
        overlaps = np.ones(len(view.span_row), bool)
        if first:
            overlaps &= view.span_last >= first.toordinal()
        if last:
            overlaps &= view.span_first <= last.toordinal()
        return distinct([view.span_row[overlaps]])

    def _passing(self, but: str = "") -> np.ndarray:
        """Which of the rows found get through every filter but one."""
        passes = [kept for name, kept in self._passes.items() if name != but]
        return np.logical_and.reduce(passes) if passes else np.ones(len(self._found), bool)

    @cached_property
    def _kept(self) -> Matches:
        return self._found.among(self._passing()) if self._passes else self._found

    @property
    def total(self) -> int:
        return len(self._kept)

    # ── in order ──

    def page(self, start: int, size: int) -> list[Hit]:
        rows = self._ordered(start + size)[start : start + size]
        kinds, records = self.view.kind[rows].tolist(), self.view.record[rows].tolist()
        hits = [Hit(KINDS[kind], pk) for kind, pk in zip(kinds, records, strict=True)]
        self._row_of |= zip(hits, rows.tolist(), strict=True)
        return hits

    def values(self, hit: Hit) -> dict[str, list[str]]:
        """Facet → the values that a hit of a page has."""
        view, row, found = self.view, self._row_of[hit], {}
        start = view.starts[row]
        for number in view.values[start : start + view.lengths[row]].tolist():
            facet, value = view.facets[number]
            found.setdefault(facet, []).append(value)
        return found

    def _ordered(self, most: int) -> np.ndarray:
        """The first rows in the order asked for. Half of the archive may be equal by the first
        key, for instance everything that `суд*` finds, so before anything is sorted it is parted
        by one key after the other."""
        sure, rest = NONE, self._kept if most else NONE
        for key in self._sort_keys():
            if (wanted := most - len(sure)) >= len(rest):
                break
            values = key(rest)
            edge = np.partition(values, wanted - 1)[wanted - 1]
            sure = _joined(sure, rest.among(values < edge))
            rest = rest.among(values == edge)
        found = _joined(sure, rest)
        return found.rows[np.lexsort([key(found) for key in self._sort_keys()][::-1])]

    def _sort_keys(self) -> Iterator[Callable[[Matches], np.ndarray]]:
        """By what these are put in order, what counts most first, ascending."""
        view = self.view

        def latest_first(days: np.ndarray, unknown: int) -> np.ndarray:
            return np.where(days == unknown, 1, -days)

        match self.question.order:
            case "oldest":
                yield lambda found: view.earliest[found.rows]
                yield lambda found: np.where(
                    (days := view.latest[found.rows]) == FAR_PAST, FAR_FUTURE, days
                )
            case "added":
                yield lambda found: -view.added[found.rows]
            case "name":
                yield lambda found: self._name_ranks[found.rows]
            case order:
                if order == "relevance" and self.question.text.strip():
                    # To four digits: what differs less is equal, and the newer goes first.
                    yield lambda found: -np.round(found.scores, 4)
                yield lambda found: latest_first(view.latest[found.rows], FAR_PAST)
                yield lambda found: latest_first(view.earliest[found.rows], FAR_FUTURE)
        # What is alike stands as its keys do, not as it was written into the index.
        for column in (view.tie, view.kind, view.record):
            yield lambda found, column=column: column[found.rows]

    @property
    def _name_ranks(self) -> np.ndarray:
        return self.view.once(("name ranks", self.question.language), self._ranked_by_name)

    def _ranked_by_name(self) -> np.ndarray:
        """The same rank for the same name; 0 for what has none."""
        names = {
            row: said.in_language(self.question.language)[1].lower()
            for row, said in self.view.said.items()
        }
        rank = {name: at for at, name in enumerate(sorted({*names.values()}))}
        ranks = np.zeros(self.view.count, np.int64)
        ranks[list(names)] = [rank[name] for name in names.values()]
        return ranks

    # ── counted ──

    def counts(self, facet: str) -> Counter:
        """value → how many records have it, the choice in this facet itself set aside."""
        return self.highest(facet)[0]

    def highest(self, facet: str, most: int | None = None) -> tuple[Counter, int]:
        """The same of what can be among so many with the highest counts, equals of the last of
        them too; and how many values there are in all."""
        if facet == "type":
            found = self._kind_counts()
            return found, len(found)
        values, numbers = self._facet(facet)
        counts = self._counts(facet if facet in self._passes else "")[numbers]
        at = every = np.flatnonzero(counts)
        if most is not None and len(every) > most:
            at = every[counts[every] >= np.partition(counts[every], -most)[-most]]
        found = dict(zip([values[n] for n in at.tolist()], counts[at].tolist(), strict=True))
        return Counter(found), len(every)

    def count(self, facet: str, value: str) -> int:
        """How many records have one value, the choice in its facet itself set aside."""
        if facet == "type":
            return self._kind_counts()[value]
        number = self.view.of_facet(facet).get(value)
        counts = self._counts(facet if facet in self._passes else "")
        return 0 if number is None else int(counts[number])

    def _facet(self, facet: str) -> tuple[list[str], np.ndarray]:
        """The values of a facet and their numbers."""
        of = self.view.of_facet(facet)
        return self.view.once(
            ("values", facet), lambda: (list(of), np.array(list(of.values()), np.int64))
        )

    def _counts(self, but: str) -> np.ndarray:
        """How many records have each facet value, by its number."""
        if but not in self._counted:
            rows = self._found.rows[self._passing(but)] if self._passes else self._found.rows
            everything = self._rows_of_kinds
            if len(rows) == len(everything):
                self._counted[but] = self._counts_of_kinds
            elif 2 * len(rows) > len(everything):
                # What is left out is quicker to count than what is in.
                left_out = everything[~inside(everything, rows)]
                self._counted[but] = self._counts_of_kinds - self.view.counted(left_out)
            else:
                self._counted[but] = self.view.counted(rows)
        return self._counted[but]

    @cached_property
    def _counts_of_kinds(self) -> np.ndarray:
        return self._of_kinds("counts", lambda: self.view.counted(self._rows_of_kinds))

    @property
    def _is_everything(self) -> bool:
        return not self._passes and not self.question.text.strip()

    def _kind_counts(self) -> Counter:
        """Of each kind, whatever kinds were asked for."""
        everywhere = self if self.question.kinds == KINDS else self.asked(kinds=KINDS)
        found = np.bincount(self.view.kind[everywhere._kept.rows], minlength=len(KINDS))
        return Counter(
            {kind._meta.model_name: int(n) for kind, n in zip(KINDS, found, strict=False) if n}
        )

    def years(self) -> Counter:
        """How many of the records every year is reached by, the period itself set aside."""
        return self._of_kinds("years", self._years) if self._is_everything else self._years()

    def _years(self) -> Counter:
        view, kept = self.view, np.zeros(self.view.count, bool)
        kept[self._found.rows[self._passing("period")]] = True
        chosen = np.flatnonzero(kept[view.span_row])
        rows, first, last = (
            column[chosen] for column in (view.span_row, view.year_first, view.year_last)
        )
        known = np.concatenate((first[first > 0], last[last < _OPEN_YEAR]))
        if not len(known):
            return Counter()
        low, high = int(known.min()), int(known.max())
        first, last = np.clip(first, low, high) - low, np.clip(last, low, high) - low
        again = np.zeros(len(rows), bool)  # a record with several dates counts once a year
        np.equal(rows[1:], rows[:-1], out=again[1:])
        again[:-1] |= again[1:]
        size = high - low + 2
        once = np.bincount(first[~again], minlength=size)
        once -= np.bincount(last[~again] + 1, minlength=size)
        counts = np.cumsum(once)
        reached = {
            (row, year)
            for row, start, end in zip(
                rows[again].tolist(), first[again].tolist(), last[again].tolist(), strict=True
            )
            for year in range(start, end + 1)
        }
        counts += np.bincount([year for _row, year in reached], minlength=size).astype(int)
        return Counter({low + year: int(counts[year]) for year in np.flatnonzero(counts).tolist()})

    # ── beside the hits ──

    @property
    def notices(self) -> list[Promise]:
        """What a reader is to be told of the query."""
        notices = list(self.parsed.notices)
        is_asked = self._lookup.wanted or self._lookup.prefixes or self.parsed.tree is None
        if self.question.text.strip() and not self.total and not is_asked:
            notices.append(_COMMON)
        return notices

    @property
    def also(self) -> dict[str, list[str]]:
        """What was typed → the other spellings that were searched for too."""
        return self._lookup.also

    @property
    def unknown(self) -> list[str]:
        """Words of the query that no public record has, in no form."""
        return self._lookup.unknown

    @property
    def wanted(self) -> Wanted:
        """What to mark in the texts of the hits."""
        return Wanted(frozenset(self._lookup.wanted), tuple(sorted(self._lookup.prefixes)))

    def asked(self, **changes) -> "Answer":
        """The same question with something changed, to the same state of the archive."""
        other = Answer(self.view, replace(self.question, **changes))
        if changes.keys() & {"text", "kinds"}:
            other._lookup = Lookup(self.view, self._lookup)
        else:
            other._lookup, other._found = self._lookup, self._found
        return other
