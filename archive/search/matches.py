"""Sets of entries with scores, and what is done with them. Rows ascend; everything is numpy."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Matches:
    """rows: int64, ascending, each once. scores: float32, one a row, none below 0."""

    rows: np.ndarray
    scores: np.ndarray

    def __len__(self):
        return len(self.rows)

    def among(self, keep: np.ndarray) -> "Matches":
        return Matches(self.rows[keep], self.scores[keep])


_EMPTY = 50  # lines of a table for one that is used

NONE = Matches(np.zeros(0, np.int64), np.zeros(0, np.float32))


def inside(values: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Which of the values are among the others, both ascending and from 0 on: a bool each."""
    if not len(among) or not len(values):
        return np.zeros(len(values), bool)
    if size := _table_size(values, among):
        table = np.zeros(size, bool)
        table[among] = True
        return table[values]
    at = np.searchsorted(among, values)
    at[at == len(among)] = 0
    return among[at] == values


def all_of(parts: list[Matches]) -> Matches:
    """What is in every part; scores are summed."""
    parts = sorted(parts, key=len)
    found = parts[0]
    for part in parts[1:]:
        if not len(part) or not len(found):
            return NONE
        if size := _table_size(found.rows, part.rows):
            table = np.full(size, np.nan, np.float32)
            table[part.rows] = part.scores
            scores = table[found.rows]
            keep = ~np.isnan(scores)
        else:
            at = np.searchsorted(part.rows, found.rows)
            at[at == len(part.rows)] = 0
            keep, scores = part.rows[at] == found.rows, part.scores[at]
        found = Matches(found.rows[keep], found.scores[keep] + scores[keep])
    return found


def any_of(parts: list[Matches], *, best: bool) -> Matches:
    """What is in any part. best: the highest score counts (other spellings of the same), or else
    the sum (different words)."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else NONE
    together = np.maximum if best else np.add
    if size := _table_size(*(part.rows for part in parts)):
        table, has = np.zeros(size, np.float32), np.zeros(size, bool)
        for part in parts:
            table[part.rows] = together(table[part.rows], part.scores)
            has[part.rows] = True
        rows = np.flatnonzero(has)
        return Matches(rows, table[rows])
    rows = np.concatenate([part.rows for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    order = np.argsort(rows, kind="stable")
    rows, scores = rows[order], scores[order]
    starts = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    return Matches(rows[starts], together.reduceat(scores, starts))


def _table_size(*sets: np.ndarray) -> int:
    """Of a table with a line for every number that may occur, where many of them do: it is filled
    and read ten times as fast as numbers are looked up. 0 where it would be mostly empty."""
    size = max(int(one[-1]) for one in sets) + 1
    return size if size < _EMPTY * sum(map(len, sets)) else 0


def none_of(found: Matches, parts: list[Matches]) -> Matches:
    for part in parts:
        found = found.among(~inside(found.rows, part.rows))
    return found


def distinct(parts: list[np.ndarray]) -> np.ndarray:
    """All values of these arrays, each of which mostly ascends, once and ascending."""
    values = np.concatenate(parts) if parts else NONE.rows
    if len(values) and (values[1:] <= values[:-1]).any():
        values = np.sort(values, kind="stable")  # quick where long runs ascend already
        values = values[np.concatenate(([True], values[1:] != values[:-1]))]
    return values
