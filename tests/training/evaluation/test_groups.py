"""One value for what belongs together, against counting by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.groups import Groups, number

PATIENTS = ["ann", "bob", "ann", "cas", "bob", "ann"]
GROUPS = Groups.of(number(PATIENTS), np.array([0, 1, 0, 3, 4, 5]))


def test_groups_are_counted_and_near_duplicates_are_counted_once() -> None:
    assert (len(GROUPS), GROUPS.count, GROUPS.separate) == (6, 3, 5)
    assert GROUPS.sizes.tolist() == [3, 2, 1]
    assert [rows.tolist() for rows in GROUPS.rows] == [[0, 2, 5], [1, 4], [3]]
    assert [rows.tolist() for rows in GROUPS.several] == [[0, 2, 5], [1, 4]]
    assert GROUPS.sum(np.array([1.0, 10, 2, 100, 20, 4])).tolist() == [7, 30, 100]


def test_an_image_that_nobody_named_is_a_group_by_itself() -> None:
    assert number(["ann", None, "bob", None, "ann", 1]).tolist() == [0, 1, 2, 3, 0, 4]


def test_groups_are_told_where_they_join_more_than_near_duplicates_and_a_part_keeps_that() -> None:
    assert GROUPS.told
    assert GROUPS[[1, 3]].told
    assert not Groups.of(GROUPS.duplicates).told
    assert not Groups.of(np.array([4, 7, 4]), np.array([1, 2, 1])).told
    assert not Groups.alone(5).told


@pytest.mark.parametrize("rows", [[5, 3, 3], np.array([0, 0, 1, 1, 0, 0], bool), slice(2, 5)], ids=str)
def test_a_part_has_the_groups_of_its_rows(rows: Any) -> None:
    part, names = GROUPS[rows], np.array(PATIENTS)[rows]
    assert part.count == len(set(names))
    assert sorted(part.sizes) == sorted((names == name).sum() for name in set(names))
    assert part.in_any_of(GROUPS[[0]]).tolist() == (names == "ann").tolist()


@given(st.lists(st.integers(-3, 3), min_size=1), st.integers(0, 100))
def test_a_bootstrap_draws_as_many_groups_as_there_are(numbers: list[int], seed: int) -> None:
    groups = Groups.of(np.array(numbers))
    drawn = groups.draw(np.random.default_rng(seed))
    assert len(drawn) == drawn.sum() == groups.count == len(set(numbers))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1), st.integers(0, 100))
def test_a_shuffle_deals_the_same_values_to_the_groups_and_parts_none(rows: list[tuple[int, bool]], seed: int) -> None:
    of_group = dict(rows)
    numbers = np.array([group for group, _ in rows])
    values = np.array([of_group[group] for group in numbers])
    dealt = Groups.of(numbers).shuffle(values, 4, np.random.default_rng(seed))
    assert (dealt[:, 0] == values).all()
    for column in dealt.T:
        assert all(len(set(column[numbers == group])) == 1 for group in of_group)
        assert sorted(dict(zip(numbers, column, strict=True)).values()) == sorted(of_group.values())


def test_images_alone_are_groups_of_one() -> None:
    alone = Groups.alone(4)
    assert (alone.count, alone.separate, alone.several) == (4, 4, [])
    assert (Groups.alone(0).count, Groups.alone(0).rows) == (0, [])
