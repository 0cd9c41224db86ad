"""Act on the doctor: retrain a candidate whose curves are ill with the remedy, at most a few times.

A candidate counts as ill where at least half of its folds show the same symptom that is more than a note. The remedy is
what the doctor proposes, as far as it is a setting of gradient descent. A retrained candidate is kept where fewer folds
are gravely ill, or as many and fewer are ill; every attempt stays in the report. Where the loss becomes infinite there
is no curve to ask the doctor about: the rate is lowered tenfold, as he would advise, and again. An attempt that would
pass over very many images is not made: three times the epochs, and then nine, would outlast all other candidates.
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import doctor
from training.diagnosis.diagnosing import diagnose_folds
from training.errors import DivergedError
from training.evaluation.splitting import Fold
from training.problem.interface import Candidate, Evaluation, with_overrides
from training.problem.overrides import OPTIMIZERS, Overrides

MOST_ATTEMPTS = 3
MOST_VIEWS = 160_000
"""Images that an attempt passes over at most, all epochs and folds together: 160 epochs of ten folds of 100 images."""
LOWERED = (0.1, 0.01)
"""Factors of the learning rate to try where the loss becomes infinite."""


@dataclass(frozen=True)
class Attempt:
    """One try.

    Attributes:
        changes: What was changed since the one before, in words.
        evaluation: What came of it.
        diagnoses: The doctor's view of each fold.
        symptom: What at least half of the folds suffer from, the most frequent; None where they do not.
    """

    changes: tuple[str, ...]
    evaluation: Evaluation
    diagnoses: tuple[doctor.Diagnosis, ...]
    symptom: str | None

    @property
    def ill_folds(self) -> int:
        """The number of folds with a finding that is more than a note."""
        return self._count("critical", "warning")

    @property
    def gravely_ill_folds(self) -> int:
        """The number of folds with a critical finding."""
        return self._count("critical")

    @property
    def rank(self) -> tuple[bool, int, int]:
        """What is kept is the attempt of the lowest rank: evaluated to the end, and with the fewest ill folds."""
        return self.evaluation.was_stopped, self.gravely_ill_folds, self.ill_folds

    def _count(self, *severities: str) -> int:
        return sum(any(finding.severity in severities for finding in diagnosis) for diagnosis in self.diagnoses)


@dataclass(frozen=True)
class Mended:
    """The candidate as it is kept, all attempts in their order, and the position of the kept one."""

    candidate: Candidate
    attempts: tuple[Attempt, ...]
    kept: int

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation of the attempt that was kept."""
        return self.attempts[self.kept].evaluation

    @property
    def diagnoses(self) -> tuple[doctor.Diagnosis, ...]:
        """The doctor's view of each fold of that attempt."""
        return self.attempts[self.kept].diagnoses


def evaluate(candidate: Candidate, mend: bool) -> Mended:
    """Evaluate a candidate, and with `mend` again with the doctor's remedies while the folds are ill.

    Raises:
        DivergedError: The loss became infinite, and with `mend` at lower rates too.
    """
    candidate, first = _begin(candidate, mend)
    tried, attempts = [candidate], [first]
    while mend and attempts[-1].symptom is not None and len(attempts) < MOST_ATTEMPTS:
        before = tried[-1].problem
        overrides, changes = _apply(before.overrides, _remedy(attempts[-1]))
        longer = overrides.epochs_factor / before.overrides.epochs_factor
        if not changes or longer * _count_views(attempts[-1].evaluation, before.folds) > MOST_VIEWS:
            break
        tried.append(with_overrides(tried[-1], overrides))
        attempts.append(_attempt(tried[-1], changes))
    kept = min(range(len(attempts)), key=lambda at: attempts[at].rank)
    return Mended(tried[kept], tuple(attempts), kept)


def _count_views(evaluation: Evaluation, folds: Sequence[Fold]) -> int:
    """Return how many images an evaluation passes over, to its end: each image of a fold once an epoch."""
    epochs = len(next(iter(evaluation.curves[0].values())))
    return sum(epochs * len(fold.train) for fold in folds if fold.repeat < len(evaluation.logits))


def _begin(candidate: Candidate, mend: bool) -> tuple[Candidate, Attempt]:
    """Return the candidate at the first rate at which its loss stays finite, and its attempt there."""
    lowered = [(_lower(candidate, factor), factor) for factor in LOWERED] if mend else []
    first: DivergedError | None = None
    for one, factor in [(candidate, 1.0), *lowered]:
        changes = (f"multiply learning_rate by {factor:g}, since the loss became infinite",) if factor < 1 else ()
        try:
            return one, _attempt(one, changes)
        except DivergedError as error:
            first = first or error
    assert first is not None
    raise first


def _lower(candidate: Candidate, factor: float) -> Candidate:
    overrides = candidate.problem.overrides
    rate_factor = overrides.learning_rate_factor * factor
    return with_overrides(candidate, dataclasses.replace(overrides, learning_rate_factor=rate_factor))


def _attempt(candidate: Candidate, changes: tuple[str, ...]) -> Attempt:
    evaluation = candidate.evaluate()
    diagnoses = diagnose_folds(evaluation, candidate.problem.folds, candidate.problem.labels)
    counts = Counter(finding.symptom for diagnosis in diagnoses for finding in diagnosis if finding.severity != "info")
    symptom, folds = counts.most_common(1)[0] if counts else ("", 0)
    return Attempt(changes, evaluation, diagnoses, symptom if folds and 2 * folds >= len(diagnoses) else None)


def _remedy(attempt: Attempt) -> Sequence[doctor.Change]:
    """Return what the doctor would change in the first fold that has the symptom."""
    findings = (finding for diagnosis in attempt.diagnoses for finding in diagnosis)
    return next(finding for finding in findings if finding.symptom == attempt.symptom).remedy.changes


def _apply(overrides: Overrides, changes: Sequence[doctor.Change]) -> tuple[Overrides, tuple[str, ...]]:
    """Return the overrides with the changes that are settings of gradient descent, and those in words."""
    done = []
    for change in changes:
        changed = _apply_one(overrides, change)
        if changed != overrides:
            done.append(
                f"{change.action} {change.setting} {'by' if change.action == 'multiply' else 'to'} {change.value}"
            )
            overrides = changed
    return overrides, tuple(done)


def _apply_one(overrides: Overrides, change: doctor.Change) -> Overrides:
    value = change.value
    if change.action == "multiply" and isinstance(value, int | float):
        factor = f"{change.setting}_factor"
        if hasattr(overrides, factor):
            return dataclasses.replace(overrides, **{factor: getattr(overrides, factor) * value})
    allowed = {
        "optimizer": value in OPTIMIZERS,
        "momentum": isinstance(value, float),
        "batch_size": isinstance(value, int),
    }
    if change.action == "set" and allowed.get(change.setting, False):
        asked: dict[str, Any] = {change.setting: value}
        return dataclasses.replace(overrides, **asked)
    return overrides
