"""The test whether training and test images are of one kind, by draws that are and that are not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from training.checks import shift
from training.evaluation.groups import Groups


class TestTwoSamples:
    """The p-value of the two-sample test."""

    @staticmethod
    def _p_values(shift_by: float, draws: int, sizes: tuple[int, int] = (30, 12)) -> NDArray[np.float64]:
        found = []
        is_test, alone = np.arange(sum(sizes)) >= sizes[0], Groups.alone(sum(sizes))
        for seed in range(draws):
            features = np.random.default_rng(seed).normal(size=(sum(sizes), 20)).astype(np.float32)
            features[sizes[0] :, :5] += shift_by
            found.append(shift.two_sample_test(features, is_test, seed, alone))
        return np.array(found)

    def test_it_is_uniform_where_both_are_of_one_kind(self) -> None:
        p_values = self._p_values(0.0, 250)[:, 1]
        for level in (0.01, 0.05, 0.2, 0.5, 0.8):
            error = np.sqrt(level * (1 - level) / 250)
            assert abs((p_values <= level).mean() - level) < 3.5 * error

    def test_it_is_small_where_they_differ(self) -> None:
        found = self._p_values(1.2, 40)
        assert (found[:, 1] < 0.01).mean() > 0.9
        assert found[:, 0].mean() > 0.85

    def test_it_does_not_see_a_mere_difference_of_numbers(self) -> None:
        assert (self._p_values(0.0, 100, (50, 8))[:, 1] < 0.05).mean() < 0.13

    @pytest.mark.parametrize("value", [0.0, 1.0])
    def test_features_that_are_all_alike_tell_nothing(self, value: float) -> None:
        features = np.full((30, 4), value, np.float32)
        _, p_value = shift.two_sample_test(features, np.arange(30) >= 20, 0, Groups.alone(30))
        assert p_value > 0.5
