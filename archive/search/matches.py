"""Sets of entries with scores, and what is done with them. Rows ascend; everything is numpy."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Matches:
    """rows: int64, ascending, each once. scores: float32, one a row."""

    rows: np.ndarray
    scores: np.ndarray

    def __len__(self):
        return len(self.rows)

    def among(self, keep: np.ndarray) -> "Matches":
        return Matches(self.rows[keep], self.scores[keep])


NONE = Matches(np.zeros(0, np.int64), np.zeros(0, np.float32))


def inside(values: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Which of the values are among the others, both ascending: a bool each."""
    if not len(among):
        return np.zeros(len(values), bool)
    at = np.searchsorted(among, values)
    at[at == len(among)] = 0
    return among[at] == values


def all_of(parts: list[Matches]) -> Matches:
    """What is in every part; scores are summed."""
    parts = sorted(parts, key=len)
    found = parts[0]
    for part in parts[1:]:
        at = np.searchsorted(part.rows, found.rows)
        at[at == len(part.rows)] = 0
        keep = part.rows[at] == found.rows if len(part) else np.zeros(len(found), bool)
        found = Matches(found.rows[keep], found.scores[keep] + part.scores[at[keep]])
    return found


def any_of(parts: list[Matches], *, best: bool) -> Matches:
    """What is in any part. best: the highest score counts (other spellings of the same), or else
    the sum (different words)."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else NONE
    rows = np.concatenate([part.rows for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    order = np.argsort(rows, kind="stable")
    rows, scores = rows[order], scores[order]
    starts = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    together = np.maximum if best else np.add
    return Matches(rows[starts], together.reduceat(scores, starts))


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
