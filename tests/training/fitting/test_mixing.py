"""What the mixture favours, what it does not depend on, and what it does not look at."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from training.evaluation.groups import Groups
from training.fitting import mixing
from training.fitting.mixing import STRENGTHS, Mixture, choose
from training.fitting.ridge import solve_several

N = 36
LABELS = np.arange(N) % 2
ROWS = np.arange(N)
ALONE = Groups.alone(N)


def _view(number: int, signal: float, dimensions: int = 40) -> NDArray[np.float32]:
    view = np.random.default_rng(number).normal(0.4, 1, (N, dimensions))
    view[:, :3] += signal * LABELS[:, None]
    return view.astype(np.float32)


def _choose(
    *views: NDArray[Any],
    biases: list[float] | None = None,
    labels: NDArray[np.int64] = LABELS,
    groups: Groups = ALONE,
    rows: NDArray[np.int64] = ROWS,
) -> Mixture:
    return choose(views, biases or [0.0] * len(views), labels, groups, rows)


def test_the_view_that_tells_more_gets_the_larger_share() -> None:
    shares = np.array([_choose(_view(seed, 2.5), _view(seed + 100, 0.0)).shares for seed in range(10)])
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares[:, 0] > 0.9).all()
    turned = _choose(_view(100, 0.0), _view(0, 2.5))
    assert turned.shares == pytest.approx(shares[0, ::-1])


def test_views_that_are_the_same_share_alike_unless_one_is_favoured_beforehand() -> None:
    view = _view(1, 1.0)
    assert _choose(view, view, view).shares == pytest.approx([1 / 3] * 3)
    assert _choose(view, view, biases=[np.log(3), 0.0]).shares == pytest.approx([0.75, 0.25])
    assert _choose(view).shares == (1.0,)


def test_scaling_shifting_and_turning_a_view_changes_nothing() -> None:
    first, second = _view(2, 1.0), _view(3, 0.7)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(40, 40)))[0].astype(np.float32)
    plain, changed = _choose(first, second), _choose(first * 1000 + 5, second @ turn / 300)
    assert changed.shares == pytest.approx(plain.shares, rel=1e-2)
    assert changed.strength == pytest.approx(plain.strength, rel=1e-2)


def test_the_strength_lies_within_the_candidates_and_is_larger_where_images_tell_less() -> None:
    def strength(signal: float) -> float:
        found = [_choose(_view(seed, signal)).strength for seed in range(12)]
        assert STRENGTHS[0] < min(found) < max(found) < STRENGTHS[-1]
        return float(np.exp(np.mean(np.log(found))))

    assert strength(0.0) > 3 * strength(0.7) > 3 * strength(3.0)


def test_no_other_rows_are_looked_at() -> None:
    views, rows = [_view(4, 1.0), _view(5, 0.5)], np.setdiff1d(ROWS, [3, 8, 20, 35])
    others = np.setdiff1d(ROWS, rows)
    labels, groups = LABELS.copy(), ROWS.copy()
    changed = [view.copy() for view in views]
    for view in changed:
        view[others] = 1e6
    labels[others], groups[others] = 1 - labels[others], 0
    assert choose(changed, [0, 0], labels, Groups.of(groups), rows) == choose(views, [0, 0], LABELS, ALONE, rows)


def test_copies_are_left_out_together() -> None:
    view = np.repeat(_view(6, 0.0)[: N // 2], 2, axis=0)
    labels = np.repeat(np.arange(N // 2) % 2, 2)
    apart = _choose(view, _view(7, 1.0), labels=labels)
    together = _choose(view, _view(7, 1.0), labels=labels, groups=Groups.of(np.repeat(np.arange(N // 2), 2)))
    assert apart.shares[0] > 0.9  # each image finds its own copy
    assert together.shares[0] < 0.5


def test_of_many_images_a_sample_of_the_first_to_the_last_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixing, "ROWS", 12)
    seen = []

    def solve(grams: NDArray[np.float64], *rest: Any) -> Any:
        seen.append(grams.shape)
        return solve_several(grams, *rest)

    monkeypatch.setattr(mixing, "solve_several", solve)
    view = _view(8, 1.0)
    _choose(view)
    assert seen == [(1, 12, 12)]
    changed = view.copy()
    changed[[0, N - 1]] += 3
    assert _choose(changed) != _choose(view)


@pytest.mark.parametrize("view", [np.zeros((N, 5)), np.ones((N, 5))])
def test_a_view_that_is_all_alike_gets_little_and_breaks_nothing(view: NDArray[np.float64]) -> None:
    found = _choose(view.astype(np.float32), _view(9, 2.5))
    assert found.shares[0] < 0.05
    assert np.isfinite(found.strength)


def test_variations_of_an_image_say_no_more_than_it_does() -> None:
    """Each image four times, which brings nothing new: shares stay, and so does the strength for an image."""
    views, rows = (_view(4, 0.8), _view(5, 0.4)), np.tile(ROWS, 4)
    plain = _choose(*views)
    tiled = choose(
        [view[rows] for view in views], [0.0, 0.0], LABELS[rows], Groups.of(rows), np.arange(len(rows)), share=0.25
    )
    assert tiled.shares == pytest.approx(plain.shares, abs=0.01)
    assert tiled.strength / 4 == pytest.approx(plain.strength, rel=0.15)
    counted = choose([view[rows] for view in views], [0.0, 0.0], LABELS[rows], Groups.of(rows), np.arange(len(rows)))
    assert abs(counted.shares[0] - plain.shares[0]) > 0.05


def test_folds_that_are_chosen_for_together_get_what_each_gets_alone() -> None:
    """Of two sizes, with one fold twice."""
    views, folds = [_view(4, 1.0), _view(5, 0.5)], [ROWS[:30], ROWS[4:34], ROWS[6:], ROWS[2:20], ROWS[:30]]
    together = mixing.choose_each(views, [0, 0.5], LABELS, Groups.of(ROWS // 2), folds)
    mixing._known.clear()
    for rows, found in zip(folds, together, strict=True):
        alone = choose(views, [0, 0.5], LABELS, Groups.of(ROWS // 2), rows)
        assert found.shares == pytest.approx(alone.shares, abs=1e-9)
        assert (found.strength, found.loss) == pytest.approx((alone.strength, alone.loss), rel=1e-8)
