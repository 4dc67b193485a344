"""Sets of entries: the same answer from a table and by looking up, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.matches import Matches, all_of, any_of, inside, none_of

# Numbers that stand close together, and some that stand far apart.
sets = st.one_of(
    st.sets(st.integers(0, 60)), st.sets(st.integers(0, 10**12)), st.sets(st.integers(0, 10**5))
)


def ascending(numbers) -> np.ndarray:
    return np.array(sorted(numbers), np.int64)


def weighed(numbers, weight=1.0) -> Matches:
    """Scores that follow from the numbers; 0 is one of them."""
    rows = ascending(numbers)
    return Matches(rows, (rows % 7 * weight).astype(np.float32))


def as_dict(found: Matches) -> dict:
    assert found.rows.tolist() == sorted(set(found.rows.tolist()))
    return dict(zip(found.rows.tolist(), found.scores.tolist(), strict=True))


@given(sets, sets)
def test_inside_is_membership(values, among):
    found = inside(ascending(values), ascending(among))
    assert found.tolist() == [value in among for value in sorted(values)]


@given(st.lists(sets, min_size=1, max_size=4))
def test_all_of_is_what_every_part_has(parts):
    found = all_of([weighed(part, at + 1) for at, part in enumerate(parts)])
    common = set.intersection(*parts)
    total = sum(range(1, len(parts) + 1))
    assert as_dict(found) == {number: number % 7 * total for number in common}


@pytest.mark.parametrize("best", [True, False])
@given(parts=st.lists(sets, max_size=4))
def test_any_of_is_what_some_part_has(best, parts):
    found = any_of([weighed(part, at + 1) for at, part in enumerate(parts)], best=best)
    expected = {}
    for at, part in enumerate(parts):
        for number in part:
            score = number % 7 * (at + 1)
            before = expected.get(number, 0)
            expected[number] = max(before, score) if best else before + score
    assert as_dict(found) == expected


@given(sets, st.lists(sets, max_size=3))
def test_none_of_leaves_out_what_any_part_has(values, parts):
    found = none_of(weighed(values), [weighed(part) for part in parts])
    assert set(as_dict(found)) == values.difference(*parts)
