"""What an invariance brings, by hand; and a label that mirroring turns into the other one."""

import dataclasses
import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.fitting import invariance_trial
from training.problem.interface import Problem
from training.problem.overrides import Overrides
from training.reading import facts
from training.reading.dataset import Sample
from training.strategies import edges

N = 12


def _problem(*invariant: str, samples: Sequence[Sample] = (), groups: Groups | None = None) -> Problem:
    labels = np.arange(N) % 2
    groups = groups or Groups.alone(N)
    weights = np.ones(N, np.float32)
    return Problem(samples, labels, groups, split(labels, groups, 3, 1, 0), weights, 0, invariant=frozenset(invariant))


def _evaluate(shifts: dict[str, NDArray[np.float64]]) -> Callable[[Problem], NDArray[np.float64]]:
    """Score every image by 1 in the right direction, plus what its invariance adds, by image."""
    signs = np.where(np.arange(N) % 2, 1.0, -1.0)

    def evaluate(problem: Problem) -> NDArray[np.float64]:
        shift = sum((shifts[name] for name in problem.invariant), np.zeros(N))
        return (signs * (1 + shift))[None]

    return evaluate


def test_what_lowers_the_loss_is_kept_and_what_raises_it_is_not() -> None:
    shifts = {"hflip": np.full(N, 0.5), "crop": np.full(N, -0.5), "rotate": np.linspace(0, 1, N)}
    trial = invariance_trial.run(_problem(*shifts), _evaluate(shifts))
    assert trial.problem.invariant == {"hflip", "rotate"}
    assert {one.invariance: one.used for one in trial.brought} == {"hflip": True, "crop": False, "rotate": True}


def test_the_change_and_its_error_are_those_of_paired_losses() -> None:
    shift = np.linspace(-0.2, 1, N)
    (brought,) = invariance_trial.run(_problem("hflip"), _evaluate({"hflip": shift})).brought
    changes = np.log1p(np.exp(-(1 + shift))) - np.log1p(np.exp(-1))
    assert brought.log_loss_change == pytest.approx(changes.mean())
    assert brought.standard_error == pytest.approx(changes.std() / np.sqrt(N))


def test_near_duplicates_count_as_one_image_in_the_error() -> None:
    shift = np.repeat(np.linspace(-0.2, 1, N // 4), 4)
    groups = Groups.of(np.repeat(np.arange(N // 4), 4))
    evaluate = _evaluate({"hflip": shift})
    (alone,), (grouped,) = (
        invariance_trial.run(_problem("hflip", groups=rows), evaluate).brought for rows in (Groups.alone(N), groups)
    )
    assert grouped.standard_error == pytest.approx(2 * alone.standard_error)


def test_of_two_that_help_alone_and_harm_together_the_better_one_is_kept() -> None:
    shifts = {"hflip": 0.5, "crop": 0.3}
    signs = np.where(np.arange(N) % 2, 1.0, -1.0)

    def evaluate(problem: Problem) -> NDArray[np.float64]:
        shift = -0.2 if len(problem.invariant) == 2 else sum(shifts[name] for name in problem.invariant)
        return (signs * (1 + shift))[None]

    trial = invariance_trial.run(_problem(*shifts), evaluate)
    assert trial.problem.invariant == {"hflip"}
    assert {one.invariance: one.used for one in trial.brought} == {"hflip": True, "crop": False}


def test_what_the_user_asked_of_the_optimizer_cannot_spoil_the_trial() -> None:
    asked = Overrides(learning_rate=1e30)

    def evaluate(problem: Problem) -> NDArray[np.float64]:
        assert problem.overrides == Overrides()
        return np.zeros((1, N))

    trial = invariance_trial.run(dataclasses.replace(_problem("hflip"), overrides=asked), evaluate)
    assert trial.problem.overrides == asked


def test_nothing_is_run_where_nothing_was_declared() -> None:
    problem = _problem()
    assert invariance_trial.run(problem, lambda one: pytest.fail("evaluated")).problem is problem


def _sample(number: int) -> Sample:
    """Strokes that rise to the right, or to the left, which a mirror exchanges."""
    noise = np.random.default_rng(number).normal(0, 15, (48, 48))
    rows, columns = np.indices((48, 48))
    waves = 128 + 100 * np.sin((rows + (1 if number % 2 else -1) * columns) / 3 + number)
    file = io.BytesIO()
    Image.fromarray((waves + noise).clip(0, 255).astype(np.uint8)).save(file, "PNG")
    data = file.getvalue()
    return Sample(f"{number}.png", number % 2, facts.measure(data), lambda: data)


def test_a_false_declaration_does_no_harm() -> None:
    """Mirrored, each image looks like the other class."""
    problem = _problem("hflip", samples=[_sample(number) for number in range(N)])
    (candidate,) = edges.candidates(problem)
    settings = candidate.evaluate().settings
    assert settings["invariant"] == []
    (tried,) = settings["invariances_tried"]
    assert tried["log_loss_change"] > 0.3
    assert not tried["used"]
