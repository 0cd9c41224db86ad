"""Which images are chosen, held against the covariance computed anew, and what anyone would choose."""

import numpy as np
import pytest
from numpy.typing import NDArray

from training.labelling import ranking, suggesting


def unsure_left(prior: NDArray[np.float64], doubt: NDArray[np.float64], labelled: list[int]) -> float:
    """Return the variance of the logits that is left after labels, weighed by doubt, from the inverse of a sum."""
    precision = np.linalg.inv(prior)
    for row in labelled:
        precision[row, row] += doubt[row]
    return float(doubt @ np.diag(np.linalg.inv(precision)))


@pytest.mark.parametrize("seed", range(5))
def test_each_choice_leaves_the_least_variance_that_one_more_label_can_leave(seed: int) -> None:
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(14, 40)).astype(np.float32)
    probabilities = generator.uniform(0.05, 0.95, 14)
    prior, doubt = ranking.covariance(features), probabilities * (1 - probabilities)
    chosen = ranking.rank(features, probabilities, 4)
    for number, row in enumerate(chosen):
        before = chosen[:number]
        left = {other: unsure_left(prior, doubt, [*before, other]) for other in range(14) if other not in before}
        assert left[row] == pytest.approx(min(left.values()), rel=1e-9)


def test_no_two_alike_are_chosen_while_there_are_other_kinds() -> None:
    generator = np.random.default_rng(0)
    kinds = generator.normal(size=(3, 50))
    features = np.repeat(kinds, 20, axis=0) + generator.normal(scale=0.01, size=(60, 50))
    chosen = ranking.rank(features.astype(np.float32), np.full(60, 0.5), 3)
    assert sorted(row // 20 for row in chosen) == [0, 1, 2]


def test_of_two_kinds_the_one_that_the_model_cannot_tell_is_asked_for_first() -> None:
    generator = np.random.default_rng(1)
    features = np.repeat(generator.normal(size=(2, 50)), 20, axis=0) + generator.normal(scale=0.3, size=(40, 50))
    probabilities = np.where(np.arange(40) < 20, 0.99, 0.5)
    assert ranking.rank(features.astype(np.float32), probabilities, 1)[0] >= 20


def test_more_than_there_are_is_all_of_them_and_each_once() -> None:
    features = np.random.default_rng(2).normal(size=(5, 8)).astype(np.float32)
    assert sorted(ranking.rank(features, np.full(5, 0.3), 9)) == [0, 1, 2, 3, 4]


def test_every_image_is_counted_with_the_chosen_one_that_it_is_most_like() -> None:
    generator = np.random.default_rng(3)
    features = np.repeat(generator.normal(size=(2, 50)), [7, 13], axis=0) + generator.normal(scale=0.01, size=(20, 50))
    assert ranking.stand_for(features.astype(np.float32), [2, 15]) == [7, 13]


def test_of_very_many_images_the_least_sure_and_a_share_of_all_others_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suggesting, "AT_MOST", 100)
    probabilities = np.random.default_rng(4).uniform(size=1000)
    rows = suggesting.shortlist(probabilities)
    assert len(rows) == len(set(rows.tolist())) == 100
    assert set(np.argsort(np.abs(probabilities - 0.5))[:50]) <= set(rows.tolist())
    assert np.abs(probabilities[rows] - 0.5).max() > 0.45  # sure ones are among them: a model may be sure and wrong
