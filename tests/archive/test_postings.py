"""Postings as they are packed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from archive.search import postings
from archive.search.postings import pack_entries, unpack_entries, unpack_many

# Steps of every width: neighbours, and entries that are millions apart.
numbers = st.lists(st.integers(1, 2**40), min_size=1, max_size=1).flatmap(
    lambda first: st.lists(
        st.one_of(st.integers(1, 255), st.integers(1, 2**16), st.integers(1, 2**32 - 1)),
        max_size=30,
    ).map(lambda steps: np.cumsum([*first, *steps]))
)


@given(st.lists(numbers, max_size=20), st.integers(1, 400))
def test_many_rows_give_the_entries_of_each(rows, together):
    packed = [pack_entries(row) for row in rows]
    before, postings._TOGETHER = postings._TOGETHER, together
    try:
        found = [entry for part in unpack_many(packed) for entry in part.tolist()]
    finally:
        postings._TOGETHER = before
    assert sorted(found) == sorted(entry for row in rows for entry in row.tolist())
    assert [unpack_entries(row).tolist() for row in packed] == [row.tolist() for row in rows]
