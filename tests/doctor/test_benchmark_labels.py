"""Where two answers are both right, or one cannot be given, the benchmark's labels leave it open."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from benchmarks.doctor.confirm import Truth
from benchmarks.doctor.labels import _diverged, _mostly_wrong_labels
from benchmarks.doctor.pictures import photographs, signs


def _truth(head: str, wrong: float, right: list[float], loss: list[float], clean: float = 0.1) -> Truth:
    plan = SimpleNamespace(settings=SimpleNamespace(head=head), wrong_labels=wrong)
    run = SimpleNamespace(test_accuracy=right, clean_loss=[clean] * len(loss), seen={"val_loss": loss})
    losses = np.array(loss)
    facts: Any = SimpleNamespace(plan=plan, run=run, loss=losses, late=losses[len(losses) // 2 :], guess=1.0, swing=0.0)
    return cast(Truth, facts)


@pytest.mark.parametrize(
    ("head", "wrong", "best", "clear"),
    [("classes", 0.3, 0.65, True), ("classes", 0.2, 0.2, False), ("binary", 0.2, 0.55, True)],
)
def test_wrong_labels_are_clear_where_they_are_much_of_what_is_wrong(
    head: str, wrong: float, best: float, clear: bool
) -> None:
    assert _mostly_wrong_labels(_truth(head, wrong, [0.1, best, best, 0.1], [1.0] * 4)) is clear


def test_a_loss_far_above_guessing_may_be_called_diverged_though_its_answers_are_right() -> None:
    found: dict[str, bool] = {}

    assert not _diverged(_truth("binary", 0.0, [0.9] * 6, [90.0, 80.0, 70.0, 60.0, 50.0, 49.0]), found)
    assert found == {"diverged": False}


def test_pictures_make_rows_of_every_class() -> None:
    rng = np.random.default_rng(0)
    for problem in (photographs(rng, 5), signs(rng, 5)):
        x, y = problem.draw(60, np.random.default_rng(1))
        assert x.shape == (60, 100)
        assert set(y.tolist()) == set(range(5))
