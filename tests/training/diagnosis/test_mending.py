"""Retraining with the doctor's remedies: when, with what, and which attempt is kept."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from artifact.card import ImageSpec
from artifact.report.section import plain
from tests.doctor import curves_by_hand
from training.diagnosis import mending
from training.errors import DivergedError
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.fitting.optimizing import Optimizing
from training.output import report
from training.problem.interface import Candidate, Curves, Evaluation, Fitted, Problem
from training.problem.overrides import Overrides

LABELS = np.arange(60) % 2
FOLDS = split(LABELS, Groups.alone(60), 4, 1, 0)
SPEC = ImageSpec(8, 8)
OWN = Optimizing("adam", learning_rate=1.0, epochs=40)


def exploding() -> Curves:
    """The curves as training has them: what is not a number is NaN."""
    curves = curves_by_hand.exploding()
    return {key: [np.nan if value is None else value for value in values] for key, values in curves.items()}


@dataclasses.dataclass(frozen=True)
class Retrained:
    """A candidate whose curves follow from its learning rate, by a table of limits."""

    problem: Problem
    curves: dict[float, Curves]
    ill: int = len(FOLDS)
    name: str = "stand-in"
    spec: ImageSpec = SPEC
    megabytes: float = 0.0
    work: float = 0.0

    def finish(self) -> Fitted:
        raise AssertionError("nothing is finished here")

    def evaluate(self) -> Evaluation:
        settings = OWN.override(self.problem.overrides)
        if settings.learning_rate > max(self.curves):
            raise DivergedError("The loss became infinite.")
        at = min(limit for limit in self.curves if settings.learning_rate <= limit)
        curves = tuple(self.curves[at] if fold.number < self.ill else curves_by_hand.healthy() for fold in FOLDS)
        return Evaluation(np.full((1, 60), settings.learning_rate), curves, dataclasses.asdict(settings))


@pytest.fixture
def make() -> Callable[..., Candidate]:
    """Make a candidate from limits of the learning rate and the curves up to each; at first the rate is 1."""

    def build(curves: dict[float, Curves], **options: Any) -> Candidate:
        weights = np.ones(60, np.float32)
        problem = Problem((), LABELS, Groups.alone(60), FOLDS, weights, 0, overrides=Overrides(epochs=40))
        return Retrained(problem, curves, **options)

    return build


def test_what_is_ill_at_one_rate_and_well_at_the_remedy_s_is_retrained_and_kept(make: Callable[..., Candidate]) -> None:
    found = mending.evaluate(make({1.0: exploding(), 0.5: curves_by_hand.healthy()}), mend=True)
    assert [attempt.symptom for attempt in found.attempts] == ["diverged", None]
    assert found.kept == 1
    assert found.evaluation.settings["learning_rate"] == found.evaluation.logits[0, 0] < 0.5
    assert found.candidate.problem.overrides.learning_rate_factor < 0.5
    assert found.candidate.problem.overrides.epochs == 40  # what the user asked for stays
    rows = plain(report.attempts(found, guessing=False))
    assert [(row["kept"], row["ill_folds"], row["symptom"]) for row in rows] == [
        (False, 4, "diverged"),
        (True, 0, None),
    ]
    assert rows[0]["changes"] == []
    assert any("learning_rate" in change for change in rows[1]["changes"])
    assert rows[0]["epochs"]["loss"][-1] is None  # JSON has no NaN


def test_the_rate_goes_down_step_by_step_but_not_for_ever(make: Callable[..., Candidate]) -> None:
    found = mending.evaluate(make({1.0: curves_by_hand.swinging()}), mend=True)
    rates = [attempt.evaluation.settings["learning_rate"] for attempt in found.attempts]
    assert len(rates) == 3
    assert rates[0] > rates[1] > rates[2]
    assert found.kept == 0  # nothing was gained
    assert found.candidate.problem.overrides == Overrides(epochs=40)


def test_where_the_loss_becomes_infinite_the_rate_is_lowered_until_it_does_not(make: Callable[..., Candidate]) -> None:
    found = mending.evaluate(make({0.05: curves_by_hand.healthy()}), mend=True)
    assert found.evaluation.settings["learning_rate"] == pytest.approx(0.01)
    (attempt,) = found.attempts
    assert attempt.changes == ("multiply learning_rate by 0.01, since the loss became infinite",)
    assert found.candidate.problem.overrides.learning_rate_factor == pytest.approx(0.01)


def test_what_stays_infinite_is_refused_and_at_once_without_mending(make: Callable[..., Candidate]) -> None:
    with pytest.raises(DivergedError):
        mending.evaluate(make({0.001: curves_by_hand.healthy()}), mend=True)
    with pytest.raises(DivergedError):
        mending.evaluate(make({0.5: curves_by_hand.healthy()}), mend=False)


def test_a_second_remedy_builds_on_the_first(make: Callable[..., Candidate]) -> None:
    found = mending.evaluate(make({1.0: curves_by_hand.swinging(), 0.05: curves_by_hand.healthy()}), mend=True)
    assert [attempt.symptom for attempt in found.attempts] == ["oscillating", "oscillating", None]
    assert found.kept == 2


def test_a_slight_illness_is_better_than_a_grave_one(make: Callable[..., Candidate]) -> None:
    found = mending.evaluate(make({1.0: exploding(), 0.5: curves_by_hand.overfitting()}), mend=True)
    assert [attempt.ill_folds for attempt in found.attempts] == [4, 4]
    assert found.kept == 1


@pytest.mark.parametrize(
    ("curves", "ill", "mend"),
    [
        (curves_by_hand.healthy(), 4, True),
        (curves_by_hand.swinging(), 4, False),
        (curves_by_hand.swinging(), 1, True),
        (curves_by_hand.overfitting(), 4, True),
    ],
    ids=["all is well", "not asked for", "a minority of folds", "no remedy that is a setting of gradient descent"],
)
def test_nothing_is_retrained_without_a_reason_or_a_remedy(
    make: Callable[..., Candidate], curves: Curves, ill: int, mend: bool
) -> None:
    candidate = make({1.0: curves}, ill=ill)
    found = mending.evaluate(candidate, mend)
    assert len(found.attempts) == 1
    assert found.candidate is candidate
    assert found.kept == 0


def test_half_of_the_folds_are_enough(make: Callable[..., Candidate]) -> None:
    found = mending.evaluate(make({1.0: curves_by_hand.swinging(), 0.5: curves_by_hand.healthy()}, ill=2), mend=True)
    assert found.attempts[0].symptom == "oscillating"
    assert found.attempts[0].ill_folds == 2
    assert found.kept == 1


@pytest.mark.parametrize(
    ("most", "attempts"),
    [(4 * 45 * 30 - 1, 1), (4 * 45 * 30, 3)],
    ids=["no attempt as long as the first", "attempts as long as the first"],
)
def test_an_attempt_that_would_pass_over_too_many_images_is_not_made(
    make: Callable[..., Candidate], monkeypatch: pytest.MonkeyPatch, most: int, attempts: int
) -> None:
    """Four folds, each of 45 images to learn from, and curves of 30 epochs."""
    assert {len(fold.train) for fold in FOLDS} == {45}
    assert len(curves_by_hand.swinging()["loss"]) == 30
    monkeypatch.setattr(mending, "MOST_VIEWS", most)
    assert len(mending.evaluate(make({1.0: curves_by_hand.swinging()}), mend=True).attempts) == attempts


@pytest.mark.parametrize(("most", "attempts"), [(3 * 4 * 45 * 30 - 1, 1), (3 * 4 * 45 * 30, 3)])
def test_more_epochs_count_before_they_are_run(
    make: Callable[..., Candidate], monkeypatch: pytest.MonkeyPatch, most: int, attempts: int
) -> None:
    """What stopped too early is given three times the epochs; the stand-in's curves stay as long as they are."""
    monkeypatch.setattr(mending, "MOST_VIEWS", most)
    found = mending.evaluate(make({9.0: curves_by_hand.undertrained()}), mend=True)
    assert len(found.attempts) == attempts
