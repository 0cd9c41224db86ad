"""The sections of a report as a run measures them, one row each, in the order of `report.json`.

A row names the section (`artifact.report.table`, which says how it is rendered) and what measures it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from artifact.report import (
    calibration,
    checks,
    comparison,
    confusion,
    data,
    estimate,
    framing,
    growth,
    photos,
    record,
    training,
    verdict,
)
from artifact.report.section import Report, Section, T
from artifact.report.version import SCHEMA_VERSION
from training import contest, more_images, second_reading
from training.evaluation import deciding
from training.finished import Finished
from training.output import looking, mistakes, promise, report
from training.output.verifying import TOLERANCE


@dataclass(frozen=True)
class Measure(Generic[T]):
    """A section, and what measures it in a finished run; None where nothing can be said."""

    section: Section[T]
    measure: Callable[[Finished], T | None]

    def entry(self, done: Finished) -> tuple[str, T | None]:
        """Return the report's entry."""
        return self.section.holds(self.measure(done))


def _training(done: Finished) -> training.Training:
    run, winner = done.run, done.run.contest.winner
    guessing = done.card.guessing
    return report.training(winner.evaluation, run.fitted, run.gathered.folds, run.diagnosed, winner.mended, guessing)


def _wrong(done: Finished) -> photos.Wrong:
    gathered, rows = done.run.gathered, done.answers.rows
    return mistakes.choose(done.train, done.run.rules.probabilities, gathered.clean_test, rows, done.card)


def _calibration(done: Finished) -> calibration.Calibration:
    winner = done.run.contest.winner
    return deciding.section(winner.evaluation.logits, winner.scored.logits, done.run.labels, done.run.rules)


def _looks(done: Finished) -> tuple[photos.Look, ...]:
    logits = done.run.contest.winner.scored.logits
    return tuple(looking.choose(done.train, logits, done.card.classes, done.run.novelty, done.card.guessing))


def _comparison(done: Finished) -> tuple[comparison.Compared, ...]:
    return promise.withhold_rows(contest.table(done.run.contest, done.run.labels), done.withheld)


MEASURES: tuple[Measure[Any], ...] = (
    Measure(data.CLASSES, lambda done: done.card.classes),
    Measure(data.DATA, lambda done: report.data(done.run.gathered)),
    Measure(estimate.ESTIMATE, lambda done: report.estimate(done.run.contest.performance, done.withheld)),
    Measure(estimate.IF_GROUPED, lambda done: second_reading.section(done.run.doubted, done.run.gathered.dataset)),
    Measure(estimate.TEST, lambda done: done.answers.test),
    Measure(photos.WRONG, _wrong),
    Measure(confusion.CONFUSION, lambda done: report.confusion(done.train, done.run.rules.probabilities, done.card)),
    Measure(training.TRAINING, _training),
    Measure(checks.CHECKS, lambda done: report.found(done.found)),
    Measure(checks.CHECKS_PASSED, lambda done: report.passed(done.found, done.not_run)),
    Measure(checks.CHECKS_NOT_RUN, lambda done: tuple(done.not_run)),
    Measure(calibration.CALIBRATION, _calibration),
    Measure(comparison.COMPARISON, _comparison),
    Measure(comparison.AUGMENTATION, lambda done: report.augmentation(done.run.contest)),
    Measure(framing.RECOGNISES_OTHER_KINDS, lambda done: done.run.novelty is not None),
    Measure(framing.FRAMING, lambda done: report.framing(done.run.fitted)),
    Measure(comparison.FAILED, lambda done: report.failed(done.run.contest)),
    Measure(comparison.STOPPED, lambda done: report.stopped(done.run.contest)),
    Measure(photos.LOOKS, _looks),
    Measure(record.RECORDED, lambda done: done.answers.rows),
    Measure(record.SETTINGS, lambda done: done.card.settings),
    Measure(record.EXPORT, lambda done: record.Export(done.difference, TOLERANCE)),
    Measure(estimate.THAN_BEFORE, lambda done: done.match and done.match.section),
)


def put_together(done: Finished) -> Report:
    """Return the report of a run; what is said of several sections comes of them."""
    measured = Report({}).adding(*(row.entry(done) for row in MEASURES))
    more = growth.MORE_IMAGES.holds(more_images.section(done.more, measured))
    first = (record.SCHEMA.holds(SCHEMA_VERSION), record.VERDICT.holds(verdict.compose(measured)))
    return Report(dict(first)).adding(*measured.sections.items(), more)
