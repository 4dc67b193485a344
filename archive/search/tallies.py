"""How many of some rows have each facet value.

A value that many rows have is kept as bits, one a row: to count it takes as long for half of the
archive as for a tenth. What few rows have is counted one by one. The figures are docs/benchmark.md's.
"""

from dataclasses import dataclass
from threading import Lock

import numpy as np

_FREQUENT = 64  # a value that one row in so many has is kept as bits
_FEW = 12  # of fewer rows than one in so many, all values are counted one by one
_LATE = 1.2  # a tally is made anew when there are so many times the rows that it knows
_CHUNK = 1 << 16  # rows whose bits are set at once


@dataclass(frozen=True)
class Bag:
    """Numbers that rows have, several each: row r values[starts[r] : starts[r] + lengths[r]]."""

    values: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray

    def places(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the values of these rows stand, one row after the other; how many each has."""
        lengths = self.lengths[rows]
        ends = np.cumsum(lengths)
        shifts = self.starts[rows] - (ends - lengths)
        return np.repeat(shifts, lengths) + np.arange(ends[-1] if len(ends) else 0), lengths

    def counted(self, rows: np.ndarray, most: int) -> np.ndarray:
        """How many of these rows have each number, up to `most`."""
        return np.bincount(self.values[self.places(rows)[0]], minlength=most + 1)


class Tallies:
    """The one tally of a process, and how it is kept up: what a row has never changes, so that
    it serves all views of an edition, earlier and later ones."""

    def __init__(self):
        self._lock, self._tally = Lock(), None

    def counted(self, view, rows: np.ndarray) -> np.ndarray:
        """How many of these rows, ascending, have each facet value, by its number."""
        if len(rows) * _FEW < view.count:
            return view.bag.counted(rows, view.most)
        tally = self._of(view)
        known = np.searchsorted(rows, tally.count)
        counts = view.bag.counted(rows[known:], view.most)
        found = tally.counted(rows[:known])[: len(counts)]
        counts[: len(found)] += found
        return counts

    def having(self, view, numbers: list[int]) -> np.ndarray:
        """Of every row, whether it has one of these facet values."""
        tally = self._of(view)
        has = np.zeros(max(tally.count, view.count), bool)
        tally.mark(has, numbers)
        if view.count > tally.count:
            late = np.repeat(np.arange(tally.count, view.count), view.lengths[tally.count :])
            has[late[np.isin(view.values[view.starts[tally.count] :], numbers)]] = True
        return has[: view.count]

    def _of(self, view) -> "_Tally":
        with self._lock:
            if self._tally is None or view.count > self._tally.count * _LATE:
                self._tally = _Tally(view)
            return self._tally


class _Tally:
    """The values of the rows of one view."""

    def __init__(self, view):
        self.count, self.most = view.count, view.most
        values, lengths = view.values, view.lengths
        is_frequent = np.bincount(values, minlength=view.most + 1) * _FREQUENT > view.count
        self.frequent = np.flatnonzero(is_frequent)
        self.line = np.full(view.most + 1, -1)  # in which row of the bits a value stands
        self.line[self.frequent] = np.arange(len(self.frequent))
        is_rest = ~is_frequent[values]
        owners = np.repeat(np.arange(view.count, dtype=np.int32), lengths)
        rest_lengths = np.bincount(owners[is_rest], minlength=view.count).astype(np.int32)
        self.rest_ends = np.cumsum(rest_lengths, dtype=np.int32)
        self.rest = Bag(values[is_rest], self.rest_ends - rest_lengths, rest_lengths)
        self.bits = self._bits(values, owners, view.starts + view.lengths)

    def _bits(self, values, owners, ends) -> np.ndarray:
        """A row of 64-bit words for each frequent value."""
        bits = np.zeros((len(self.frequent), -(-self.count // 64)), np.uint64)
        for start in range(0, self.count, _CHUNK):
            end = min(start + _CHUNK, self.count)
            part = slice(ends[start - 1] if start else 0, ends[end - 1])
            lines = self.line[values[part]]
            has = np.zeros((len(bits), end - start), bool)
            has[lines[lines >= 0], owners[part][lines >= 0] - start] = True
            packed = np.packbits(has, axis=1)
            bits.view(np.uint8)[:, start // 8 : start // 8 + packed.shape[1]] = packed
        return bits

    def mark(self, has: np.ndarray, numbers: list[int]) -> None:
        """Make true what stands for the rows that have one of these values."""
        known = [number for number in numbers if number <= self.most]
        for line in filter(lambda line: line >= 0, self.line[known].tolist()):
            bits = self.bits[line].view(np.uint8)
            has[: self.count] |= np.unpackbits(bits, count=self.count).view(bool)
        others = [number for number in known if self.line[number] < 0]
        at = np.flatnonzero(_one_of(self.rest.values, others))
        has[np.searchsorted(self.rest_ends, at, side="right")] = True

    def counted(self, rows: np.ndarray) -> np.ndarray:
        counts = self.rest.counted(rows, self.most)
        here = np.zeros(self.bits.shape[1] * 64, bool)
        here[rows] = True
        among = self.bits & np.packbits(here).view(np.uint64)
        counts[self.frequent] = np.bitwise_count(among).sum(axis=1, dtype=np.uint32)
        return counts


def _one_of(values: np.ndarray, numbers: list[int]) -> np.ndarray:
    """Which of the values are one of these; quickly where these are few."""
    if len(numbers) > 4:
        return np.isin(values, numbers)
    found = np.zeros(len(values), bool)
    for number in numbers:
        found |= values == number
    return found
