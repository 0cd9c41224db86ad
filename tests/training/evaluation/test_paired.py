"""The interval of a difference on the same images, against a likelihood maximised by scipy, and by simulation."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from training.evaluation import paired


def gains(won: int, lost: int, n: int) -> np.ndarray:
    return np.concatenate([np.ones(won), -np.ones(lost), np.zeros(n - won - lost)])


@pytest.mark.parametrize(("won", "lost", "n"), [(5, 1, 24), (12, 0, 24), (3, 3, 40), (0, 4, 15), (30, 12, 200)])
def test_its_ends_are_where_the_score_test_turns(won: int, lost: int, n: int) -> None:
    found = paired.difference(gains(won, lost, n))
    assert found.value == pytest.approx((won - lost) / n)
    for end in (found.low, found.high):

        def unlikely(losses: float, end: float = end) -> float:
            shares = np.array([losses + end, losses, 1 - 2 * losses - end])
            counts = np.array([won, lost, n - won - lost])
            return np.inf if (shares <= 0).any() else -float(counts @ np.log(shares))

        low, high = max(0.0, -end), (1 - end) / 2
        losses = minimize_scalar(unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
        error = np.sqrt((2 * losses + end - end**2) / n)
        assert abs(found.value - end) / error == pytest.approx(norm.ppf(0.975), abs=2e-3)


def test_it_turns_with_the_sides() -> None:
    one, other = paired.difference(gains(7, 2, 30)), paired.difference(gains(2, 7, 30))
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))


@pytest.mark.parametrize(("better", "worse"), [(0.1, 0.1), (0.2, 0.05), (0.02, 0.0)])
def test_it_holds_the_difference(better: float, worse: float) -> None:
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        drawn = generator.choice([1.0, -1.0, 0.0], size=30, p=[better, worse, 1 - better - worse])
        found = paired.difference(drawn)
        held += found.low <= better - worse <= found.high
    assert held >= 0.93 * 400


def test_where_nobody_differs_nothing_is_sure_and_groups_make_it_less_so() -> None:
    found = paired.difference(np.zeros(20))
    assert found.low < -0.1 < 0.1 < found.high
    wider = paired.difference(gains(6, 1, 30), inflation=3.0)
    narrow = paired.difference(gains(6, 1, 30))
    assert wider.low < narrow.low < narrow.high < wider.high
