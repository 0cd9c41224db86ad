"""Stopping what cannot win: the choice and its estimate are as without it, by simulation; and when the time is up."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from training.evaluation import calibration, choosing
from training.evaluation.choosing import Scored
from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold, split
from training.problem.interface import Evaluation
from training.race import Race

N = 35
LABELS = np.arange(N) % 2
GROUPS = Groups.alone(N)
FOLDS = split(LABELS, GROUPS, 5, 1, 0)
Floats = NDArray[np.float64]


def draw(generator: np.random.Generator, shift: float, scale: float = 1.0) -> Floats:
    """Out-of-fold logits of a model that tells the classes apart by `shift` standard deviations each way."""
    return scale * generator.normal(shift * (2 * LABELS - 1), 1, (1, N))


def finish(name: str, logits: Floats, megabytes: float = 1.0) -> Scored:
    return Scored(name, calibration.cross(logits, LABELS, FOLDS, GROUPS), megabytes)


def evaluate(race: Race, logits: Floats, folds: list[Fold]) -> Floats:
    """Give the race one fold after the other, as training does."""
    found = np.full_like(logits, np.nan)
    for fold in folds:
        found[fold.repeat, fold.validation] = logits[fold.repeat, fold.validation]
        if race.is_lost(found):
            break
    return found


def run(candidates: list[tuple[Scored, Floats]]) -> list[Scored]:
    """Return those that are evaluated to the end."""
    race, finished = Race(LABELS, GROUPS), []
    for scored, logits in candidates:
        if np.isfinite(evaluate(race, logits, list(FOLDS))).all():
            finished.append(scored)
            race.enter(scored, is_head=not finished[1:])
    return finished


def prepare(seed: int, shifts: Sequence[float], scale: float) -> list[tuple[Scored, Floats]]:
    """Draw candidates, the later the smaller."""
    generator = np.random.default_rng(seed)
    drawn = [draw(generator, shift, scale) for shift in shifts]
    return [(finish(str(at), logits, 9.0 - at), logits) for at, logits in enumerate(drawn)]


def test_the_first_is_never_stopped_and_what_guesses_beside_what_knows_is_stopped_early() -> None:
    generator, race = np.random.default_rng(0), Race(LABELS, GROUPS)
    assert not race.is_lost(np.full((1, N), np.nan))
    race.enter(finish("good", draw(generator, 3.0, 3.0)), is_head=True)
    found = evaluate(race, draw(generator, 0.0), list(FOLDS))
    assert 7 <= np.isfinite(found).sum() <= 21
    assert "at best, where good has" in race.describe("bad", Evaluation(found, ())).why
    assert np.isfinite(evaluate(race, draw(generator, 3.0, 3.0), list(FOLDS))).all()


def test_scores_on_another_scale_are_not_held_against_a_candidate() -> None:
    """They are calibrated before the choice: ten times too sure of what is right is as good as any."""
    generator, race = np.random.default_rng(1), Race(LABELS, GROUPS)
    race.enter(finish("first", draw(generator, 1.0)), is_head=True)
    assert np.isfinite(evaluate(race, draw(generator, 1.2, 20.0), list(FOLDS))).all()


@pytest.mark.parametrize("shifts", [(1.0, 0.3, 1.5, 0.0), (2.0, 1.0, 2.2, 1.8), (0.2, 0.0, 0.5, 1.0)])
def test_the_choice_is_the_same_as_without_stopping(shifts: tuple[float, ...]) -> None:
    for seed in range(8):
        candidates = prepare(seed, shifts, 2.0)
        choices = [each[choosing.choose(each, LABELS, GROUPS)].name for each in (_all(candidates), run(candidates))]
        assert choices[0] == choices[1]


def test_on_shuffled_labels_what_is_said_is_still_that_of_guessing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates that know nothing: whatever is stopped, the corrected estimate is no better than the truth."""
    monkeypatch.setattr(choosing, "DRAWS", 20)
    accuracies, losses = [], []
    for seed in range(20):
        left = run(prepare(seed, [0.0] * 6, 0.7))
        found = choosing.measure(left, choosing.choose(left, LABELS, GROUPS), LABELS, GROUPS, seed)
        accuracies.append(found.accuracy.value)
        losses.append(found.log_loss.value)
    assert np.mean(accuracies) < 0.5 + 3 * np.std(accuracies) / np.sqrt(len(accuracies))
    assert np.mean(losses) > np.log(2) - 3 * np.std(losses) / np.sqrt(len(losses))


def _all(candidates: list[tuple[Scored, Floats]]) -> list[Scored]:
    return [scored for scored, _ in candidates]


def test_when_the_time_is_up_what_was_begun_ends_and_something_can_be_published() -> None:
    now = [0.0]
    race = Race(LABELS, GROUPS, until=10.0, stops=False, clock=lambda: now[0])
    generator = np.random.default_rng(0)
    first, second = draw(generator, 1.0), draw(generator, 1.0)
    now[0] = 11.0
    assert np.isfinite(evaluate(race, first, list(FOLDS))).all()
    assert not race.is_over()
    race.enter(dataclasses.replace(finish("baseline", first), choosable=False), is_head=False)
    assert not race.is_over()
    race.enter(finish("first", first), is_head=False)
    assert race.is_over()
    found = evaluate(race, second, list(FOLDS))
    assert np.isfinite(found).sum() == len(FOLDS[0].validation)
    assert race.describe("second", Evaluation(found, ())).why == "The time was up after 7 of 35 scores."
    race.enter(finish("head", draw(generator, 3.0, 3.0)), is_head=True)
    guessing = np.where(np.isfinite(found), 0.0, np.nan)  # it cannot win, but that is not what stopped it
    assert race.describe("third", Evaluation(guessing, ())).why == "The time was up after 7 of 35 scores."


def test_heads_that_are_evaluated_elsewhere_are_waited_for_once_and_raced_against() -> None:
    generator = np.random.default_rng(0)
    asked: list[None] = []
    good = finish("good", draw(generator, 3.0, 3.0))

    def wait() -> list[Scored]:
        asked.append(None)
        return [good]

    here, far = Race(LABELS, GROUPS), Race(LABELS, GROUPS, elsewhere=wait)
    here.enter(good, is_head=True)
    bad = draw(generator, 0.0)
    np.testing.assert_array_equal(evaluate(far, bad, list(FOLDS)), evaluate(here, bad, list(FOLDS)))
    assert len(asked) == 1


def test_what_was_trained_fold_by_fold_stops_nobody() -> None:
    generator, race = np.random.default_rng(0), Race(LABELS, GROUPS)
    race.enter(finish("good", draw(generator, 3.0, 3.0)), is_head=False)
    assert np.isfinite(evaluate(race, draw(generator, 0.0), list(FOLDS))).all()


def test_what_would_win_among_the_heads_is_told_from_what_would_not() -> None:
    generator, race = np.random.default_rng(0), Race(LABELS, GROUPS)
    good, bad = finish("good", draw(generator, 4.0, 3.0)), finish("bad", draw(generator, 0.0))
    assert race.would_win(bad)  # there is no head
    assert not race.would_win(dataclasses.replace(bad, choosable=False))
    race.enter(finish("head", draw(generator, 0.5)), is_head=True)
    assert race.would_win(good)
    assert not race.would_win(bad)
    assert not race.would_win(dataclasses.replace(good, choosable=False))
