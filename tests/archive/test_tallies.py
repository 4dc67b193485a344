"""Counting by bits gives what counting one by one gives."""

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from archive.search.columns import _Column
from archive.search.tallies import Bag, Tallies

ROWS = st.lists(st.sets(st.integers(1, 40), max_size=5), min_size=1, max_size=300)


def seen(rows: list[set[int]]):
    """What a view holds of rows with these values."""
    lengths = np.array([len(row) for row in rows], np.int32)
    values = np.array([value for row in rows for value in sorted(row)], np.int32)
    bag = Bag(values, np.cumsum(lengths) - lengths, lengths)
    most = int(values.max()) if len(values) else 0
    return SimpleNamespace(count=len(rows), most=most, bag=bag, **vars(bag))


@given(
    rows=ROWS, later=st.lists(st.sets(st.integers(1, 50), max_size=5), max_size=60), data=st.data()
)
def test_values_are_counted_and_found_in_every_view_that_a_tally_serves(rows, later, data):
    tallies = Tallies()
    before, after = rows, rows + later
    for state in data.draw(st.permutations([before, after, before])):
        view = seen(state)
        chosen = sorted(data.draw(st.sets(st.integers(0, len(state) - 1))))
        numbers = sorted(data.draw(st.sets(st.integers(1, 50), max_size=8)))
        counts = tallies.counted(view, np.array(chosen, np.int64))
        assert len(counts) == view.most + 1
        for value in range(1, view.most + 1):
            assert counts[value] == sum(value in state[row] for row in chosen)
        has = tallies.having(view, numbers)
        assert has.tolist() == [not row.isdisjoint(numbers) for row in state]


def test_numbers_of_values_take_two_bytes_until_that_is_not_enough():
    column = _Column(np.uint16)
    column.append(np.array([1, 2**16 - 1], np.int32))
    assert column.view.dtype == np.uint16
    column.append(np.array([2**16], np.int32))
    assert column.view.tolist() == [1, 2**16 - 1, 2**16]
