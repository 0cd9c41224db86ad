from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.errors import TrainingError
from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold, default_folds, default_repeats, learned, split


@st.composite
def image_sets(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Labels and groups of which both classes have two groups at least; a group may hold both labels."""
    count = draw(st.integers(4, 40))
    labels = np.array(draw(st.lists(st.integers(0, 1), min_size=count, max_size=count)))
    groups = np.array(draw(st.lists(st.integers(0, count // 2), min_size=count, max_size=count)))
    extra = groups.max() + 1 + np.arange(4)
    return np.concatenate([labels, [0, 0, 1, 1]]), np.concatenate([groups, extra])


settings = st.tuples(st.integers(2, 7), st.integers(1, 3), st.integers(0, 2**32 - 1))


@given(image_sets(), settings)
@example((np.array([0] * 5 + [1] * 10 + [0, 1]), np.array([0] * 5 + [1] * 10 + [2, 2])), (2, 3, 0))  # one mixed group
def test_what_every_split_promises(
    images: tuple[NDArray[np.int64], NDArray[np.int64]], wanted: tuple[int, int, int]
) -> None:
    labels, groups = images
    folds, repeats, seed = wanted
    splits = split(labels, Groups.of(groups), folds, repeats, seed)
    per_repeat = len(splits) // repeats
    fewest = min(len(set(groups[labels == label])) for label in (0, 1))
    assert per_repeat == min(folds, fewest)
    for repeat in range(repeats):
        ours = [fold for fold in splits if fold.repeat == repeat]
        assert [fold.number for fold in ours] == list(range(per_repeat))
        validated = np.concatenate([fold.validation for fold in ours])
        assert sorted(validated) == list(range(len(labels)))
    for fold in splits:
        assert sorted([*fold.train, *fold.validation]) == list(range(len(labels)))
        assert np.all(np.diff(fold.train) > 0)
        assert np.all(np.diff(fold.validation) > 0)
        assert not set(groups[fold.train]) & set(groups[fold.validation])
        assert set(labels[fold.train]) == {0, 1}
        assert set(labels[fold.validation]) == {0, 1}


@given(st.integers(2, 60), st.integers(2, 60), st.integers(2, 10), st.integers(0, 2**32 - 1))
def test_each_fold_has_its_share_of_each_class_within_one_image(
    negatives: int, positives: int, folds: int, seed: int
) -> None:
    labels = np.array([0] * negatives + [1] * positives)
    for fold in split(labels, Groups.alone(len(labels)), folds, 2, seed):
        number = min(folds, negatives, positives)
        for label, count in ((0, negatives), (1, positives)):
            assert abs(np.sum(labels[fold.validation] == label) - count / number) < 1


@given(st.lists(st.integers(2, 20), min_size=2, max_size=5), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_each_fold_has_its_share_of_each_kind_of_a_class_within_one_image(
    others: list[int], folds: int, seed: int
) -> None:
    kinds = np.repeat(np.arange(1 + len(others)), [12, *others])
    labels = (kinds == 0).astype(np.int64)
    number = min(folds, int((labels == 0).sum()))
    for fold in split(labels, Groups.alone(len(labels)), folds, 1, seed, kinds):
        for kind, count in enumerate([12, *others]):
            assert abs(np.sum(kinds[fold.validation] == kind) - count / number) < 1
        assert abs(np.sum(labels[fold.validation] == 0) - sum(others) / number) < 1


def test_kinds_that_are_all_the_same_change_no_split() -> None:
    labels, groups = np.arange(30) % 2, Groups.of(np.arange(30) // 3)
    assert _rows(split(labels, groups, 5, 3, 7, np.full(30, 4))) == _rows(split(labels, groups, 5, 3, 7))


def test_folds_are_of_like_size_where_both_classes_leave_a_remainder() -> None:
    labels = np.array([0] * 13 + [1] * 13)
    for seed in range(5):
        sizes = [len(fold.validation) for fold in split(labels, Groups.alone(26), 5, 1, seed)]
        assert max(sizes) - min(sizes) <= 1


def _rows(splits: Sequence[Fold]) -> list[tuple[int, int, list[int], list[int]]]:
    return [(fold.repeat, fold.number, fold.train.tolist(), fold.validation.tolist()) for fold in splits]


def test_the_seed_decides() -> None:
    labels, groups = np.arange(30) % 2, np.arange(30) // 2 * 2 + np.arange(30) % 2
    assert _rows(split(labels, Groups.of(groups), 5, 3, 1)) == _rows(split(labels, Groups.of(groups), 5, 3, 1))
    assert _rows(split(labels, Groups.of(groups), 5, 3, 1)) != _rows(split(labels, Groups.of(groups), 5, 3, 2))


def test_repeats_are_dealt_anew_and_more_of_them_keep_the_first() -> None:
    labels, groups = np.arange(30) % 2, np.arange(30)
    splits = split(labels, Groups.of(groups), 5, 4, 0)
    assert len({tuple(fold.validation) for fold in splits}) > 15
    assert _rows(splits[:5]) == _rows(split(labels, Groups.of(groups), 5, 1, 0))


def test_every_pair_meets_in_a_fold_about_as_often() -> None:
    labels = np.array([0] * 10 + [1] * 10)
    together = np.zeros((20, 20))
    for fold in split(labels, Groups.alone(20), 5, 400, 0):
        together[np.ix_(fold.validation, fold.validation)] += 1 / 400
    np.testing.assert_allclose(together[:10, :10][~np.eye(10, dtype=bool)], 1 / 9, atol=0.07)
    np.testing.assert_allclose(together[:10, 10:], 1 / 5, atol=0.09)


@pytest.mark.parametrize(
    ("labels", "groups"), [([0, 0, 1, 1], [0, 0, 1, 2]), ([0, 1, 1], [0, 1, 2]), ([0, 1, 0, 1], [0, 0, 0, 0])]
)
def test_a_class_of_one_group_cannot_be_checked(labels: list[int], groups: list[int]) -> None:
    with pytest.raises(TrainingError, match="near duplicates of each other"):
        split(np.array(labels), Groups.of(np.array(groups)), 5, 1, 0)


def test_fewer_images_are_repeated_more_often() -> None:
    repeats = [default_repeats(images) for images in (0, 1, 10, 35, 40, 100, 200, 400, 401, 10**6)]
    assert repeats == sorted(repeats, reverse=True)
    assert repeats[0] == default_repeats(35) == 10
    assert repeats[-1] == 1
    assert all(images * default_repeats(images) <= 400 for images in range(40, 401))


def test_of_thousands_of_images_fewer_folds_leave_enough_to_learn_from() -> None:
    folds = [default_folds(images) for images in (4, 35, 400, 1999, 2000, 10**6)]
    assert folds == sorted(folds, reverse=True)
    assert folds[0] == default_folds(1000) == 5
    assert folds[-1] == 3


def test_few_patients_with_many_images_are_dealt_out_more_often() -> None:
    assert default_repeats(300) == 1
    assert default_repeats(300, groups=6) == 5
    assert default_repeats(42, groups=6) == 10
    assert default_repeats(5000, groups=6) == 1
    assert default_repeats(300, groups=300) == 1


def test_five_folds_learn_from_four_fifths_of_the_images_each() -> None:
    labels = np.arange(20) % 2
    assert learned(split(labels, Groups.alone(20), 5, 3, 0)) == pytest.approx(0.8)
    assert learned(()) == 1.0
