import numpy as np
import pytest

from training.evaluation import nested
from training.evaluation.groups import Groups
from training.evaluation.splitting import split

LABELS = np.array([0] * 40 + [1] * 20)
ALONE = Groups.alone(60)
TRIPLES = Groups.of(np.arange(60) // 3)


def counts(rows: np.ndarray) -> tuple[int, int]:
    return int((LABELS[rows] == 0).sum()), int((LABELS[rows] == 1).sum())


@pytest.mark.parametrize(("groups", "slack"), [(ALONE, 0.51), (TRIPLES, 3)], ids=["images", "groups"])
def test_a_smaller_draw_is_part_of_a_larger_one_and_keeps_the_shares_of_the_classes(
    groups: Groups, slack: float
) -> None:
    folds = split(LABELS, groups, 5, 2, seed=1)
    quarter, half = (nested.shrink(folds, LABELS, groups, (share, share), seed=3) for share in (0.25, 0.5))
    for whole, more, fewer in zip(folds, half, quarter, strict=True):
        assert set(fewer.train) < set(more.train) < set(whole.train)
        for fold, share in ((more, 0.5), (fewer, 0.25)):
            np.testing.assert_array_equal(fold.validation, whole.validation)
            np.testing.assert_allclose(counts(fold.train), share * np.array(counts(whole.train)), atol=slack)
            assert list(fold.train) == sorted(fold.train)
    assert len({tuple(fold.train) for fold in quarter}) == len(quarter)  # each fold has a draw of its own


def test_groups_are_drawn_whole() -> None:
    folds = split(LABELS, TRIPLES, 5, 1, seed=0)
    for whole, fold in zip(folds, nested.shrink(folds, LABELS, TRIPLES, (0.5, 0.5), seed=0), strict=True):
        kept = set(TRIPLES.numbers[fold.train])
        assert sorted(fold.train) == [row for row in whole.train if TRIPLES.numbers[row] in kept]


def test_one_class_can_shrink_alone_and_never_below_two_groups() -> None:
    folds = split(LABELS, ALONE, 5, 1, seed=0)
    for whole, fold in zip(folds, nested.shrink(folds, LABELS, ALONE, (0.01, 1.0), seed=0), strict=True):
        assert counts(fold.train) == (2, counts(whole.train)[1])
