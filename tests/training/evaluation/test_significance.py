"""The two tests against SciPy's, and where a function passes zero against SciPy's root finder."""

import math

import numpy as np
import pytest
from scipy import optimize, stats

from training.evaluation import roots, significance


@pytest.mark.parametrize("most", [3, 12, 200, 3000])
def test_fishers_exact_test_is_that_of_scipy(most: int) -> None:
    generator = np.random.default_rng(most)
    for table in generator.integers(0, most, (40, 2, 2)) + np.eye(2, dtype=np.int64):
        oracle = stats.fisher_exact(table).pvalue
        assert significance.fisher(*table.tolist()) == pytest.approx(oracle, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("sizes", "decimals"), [((2, 3), 9), ((8, 8), 9), ((5, 200), 9), ((8, 30), 1), ((9, 40), 9)])
def test_the_test_of_mann_and_whitney_is_that_of_scipy_with_and_without_ties(
    sizes: tuple[int, int], decimals: int
) -> None:
    generator = np.random.default_rng(sizes[0])
    for shift in (0.0, -0.5, 1.0, 3.0):
        first, second = (
            np.round(generator.normal(move, 1, size), decimals) for move, size in zip((shift, 0), sizes, strict=True)
        )
        for one, other in ((first, second), (second, first)):
            oracle = stats.mannwhitneyu(one, other)
            area, p_value = significance.mann_whitney(one, other)
            assert area * math.prod(sizes) == pytest.approx(oracle.statistic)
            assert p_value == pytest.approx(oracle.pvalue, rel=1e-9, abs=1e-12)


def test_values_that_are_all_the_same_are_no_sign_of_anything() -> None:
    assert significance.mann_whitney(np.ones(9), np.ones(12)) == (0.5, 1.0)


@pytest.mark.parametrize(("low", "high"), [(0.0, 2.0), (-1.0, 0.7390851332151607), (0.7, 0.8)])
def test_a_root_is_found_as_scipy_does_whether_the_function_rises_or_falls(low: float, high: float) -> None:
    def falls(x: float) -> float:
        return math.cos(x) - x

    oracle = optimize.brentq(falls, 0.0, 1.0, xtol=1e-15)
    assert roots.find(falls, low, high) == pytest.approx(oracle, abs=1e-15)
    assert roots.find(lambda x: -falls(x), low, high) == pytest.approx(oracle, abs=1e-15)


def test_without_a_change_of_sign_there_is_no_root() -> None:
    with pytest.raises(ValueError, match="same sign"):
        roots.find(math.cos, -1.0, 1.0)
