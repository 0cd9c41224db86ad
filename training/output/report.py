"""The sections of `report.json` that are made from the objects of the run: how it was trained, how far to trust it."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact import jsonfile
from artifact.card import Card
from artifact.report import reading
from artifact.report.checks import Found, NotRun
from artifact.report.comparison import Dropped, Invariance
from artifact.report.confusion import Cell, Confusion, Shown
from artifact.report.data import Counts, Data, Groups, Skipped
from artifact.report.estimate import Estimate, Measure
from artifact.report.framing import FRAMING, Framing
from artifact.report.training import Attempt, Epochs, FoldRun, Run, Training
from doctor import Diagnosis
from training.checks import CHECKS, Result
from training.contest import Contest
from training.diagnosis.diagnosing import Diagnosed
from training.diagnosis.mending import Mended
from training.evaluation import interval as intervals
from training.evaluation.performance import Performance
from training.evaluation.splitting import Fold
from training.gathering import Gathered
from training.output import promise
from training.output.thumbnails import SMALL, encode
from training.problem.interface import Curves, Evaluation, Fitted
from training.reading import belonging
from training.reading.dataset import Dataset, Sample, label_array

NOTHING_LEARNED = "The curves show no fault of the training; the images do not tell the classes apart."
"""In place of a healthy run's verdict where the model is no better than guessing."""
NAMED, SHOWN = 50, 6
"""Images of a cell of the confusion that are named, and of those right that are shown, which bounds the file."""


def estimate(performance: Performance, withheld: str | None = None) -> Estimate:
    """Return what to expect on new images, each value with its interval; no share where `withheld`."""
    section = Estimate(
        accuracy=interval(performance.accuracy),
        auroc=interval(performance.auroc),
        log_loss=interval(performance.log_loss),
        brier=interval(performance.brier),
        optimism=performance.optimism,
        base_log_loss=performance.base_loss,
        base_accuracy=performance.base_accuracy,
        no_better_than_guessing=performance.guessing,
    )
    return promise.withhold(section, withheld)


def interval(value: intervals.Estimate) -> Measure:
    """Return one estimate; a number that is not finite becomes None and says so."""
    middle, low, high = (jsonfile.number(end) for end in (value.value, value.low, value.high))
    undefined = "not measurable on these images" if None in (middle, low, high) else None
    return Measure(middle, low, high, value.n, value.method, undefined)


def attempts(mended: Mended, guessing: bool) -> tuple[Attempt, ...]:
    """Return what was tried because the doctor asked for it: changes, verdicts, and the first fold's curves."""
    return tuple(
        Attempt(
            changes=attempt.changes,
            symptom=attempt.symptom,
            ill_folds=attempt.ill_folds,
            folds=len(attempt.diagnoses),
            verdict=_diagnosis(attempt.diagnoses[0], guessing)["verdict"] if attempt.diagnoses else None,
            epochs=curves(attempt.evaluation.curves[0]) if attempt.evaluation.curves else {},
            kept=position == mended.kept,
        )
        for position, attempt in enumerate(mended.attempts)
    )


def training(
    evaluation: Evaluation,
    fitted: Fitted,
    folds: Sequence[Fold],
    diagnosed: Diagnosed,
    mended: Mended,
    guessing: bool,
) -> Training:
    """Return the section with every fold's curve and diagnosis, the final fit's, and what was retried.

    Where the model is no better than `guessing`, a sound curve is not called a success.
    """
    rows = zip(folds, evaluation.curves, diagnosed.folds, strict=False)
    return Training(
        folds=tuple(
            FoldRun(
                repeat=fold.repeat,
                fold=fold.number,
                n_train=len(fold.train),
                n_validation=len(fold.validation),
                epochs=curves(history),
                diagnosis=_diagnosis(diagnosis, guessing),
            )
            for fold, history, diagnosis in rows
        ),
        final=Run(curves(fitted.curves), _diagnosis(diagnosed.final, guessing)),
        symptoms=dict(diagnosed.common().most_common()),
        attempts=attempts(mended, guessing),
    )


def _diagnosis(diagnosis: Diagnosis, guessing: bool) -> dict[str, Any]:
    told = diagnosis.to_json()
    return told | {"verdict": NOTHING_LEARNED} if guessing and told["healthy"] else told


def curves(history: Curves) -> Epochs:
    """Return a history with six digits, and None where a number is not finite."""
    return {key: tuple(_rounded(value) for value in values) for key, values in history.items()}


def found(results: Sequence[Result]) -> tuple[Found, ...]:
    """Return what the checks found in the data before training."""
    return tuple(
        Found(check=one.check, severity=one.severity, summary=one.summary, evidence=one.evidence) for one in results
    )


def passed(results: Sequence[Result], not_run: Sequence[NotRun]) -> tuple[str, ...]:
    """Return the names of the checks that found nothing."""
    said = {*(one.check for one in results), *(one.check for one in not_run)}
    return tuple(check.NAME for check in CHECKS if check.NAME not in said)


def data(gathered: Gathered) -> Data:
    """Return what was used and what was not."""
    dataset = gathered.dataset
    return Data(
        n_train=len(dataset.train),
        n_test=len(dataset.test),
        counts=Counts(dataset.counts(dataset.train), dataset.counts(dataset.test)),
        rest=_rest(dataset),
        separate_train_images=dataset.train_groups.separate,
        layout=gathered.layout,
        groups=_groups(gathered),
        **gathered.rounds,
        skipped=tuple(Skipped(entry.file, entry.reason) for entry in dataset.skipped),
        fingerprint=dataset.fingerprint,
    )


def _rest(dataset: Dataset) -> Counts | None:
    train, test = (dataset.counts_of_rest(samples) for samples in (dataset.train, dataset.test))
    return Counts(train, test) if train else None


def _groups(gathered: Gathered) -> Groups | None:
    dataset = gathered.dataset
    told = belonging.count(dataset.train, dataset.classes)
    return None if told is None else Groups(told.all, told.of_class, dataset.noun, str(dataset.grouping))


def confusion(samples: Sequence[Sample], probabilities: NDArray[np.float64], card: Card) -> Confusion:
    """Return who was taken for what by models that had not seen the image, with the images behind each cell."""
    labels, answers = label_array(samples), (probabilities >= card.threshold).astype(int)
    names = (card.classes.negative, card.classes.positive)
    rows = []
    for actual, predicted in itertools.product((0, 1), (0, 1)):
        cell = [samples[int(row)] for row in np.flatnonzero((labels == actual) & (answers == predicted))]
        shown = cell[: SHOWN if actual == predicted else 0]  # the wrong ones have a section of their own
        files = tuple(sample.file for sample in cell[:NAMED])
        images = tuple(Shown(sample.file, encode(sample, SMALL)) for sample in shown)
        rows.append(Cell(names[actual], names[predicted], len(cell), files, images))
    return Confusion(tuple(rows), "mean out-of-fold probability of each training image against the threshold")


def augmentation(held: Contest) -> tuple[Invariance, ...]:
    """Return what each declared invariance brought, by the chosen candidate or else the first that tells."""
    for result in (held.winner, *held.results):
        tried: Sequence[Mapping[str, Any]] = result.evaluation.settings.get("invariances_tried") or ()
        if tried:
            return tuple(Invariance(**one, candidate=result.name) for one in tried)
    return ()


def framing(fitted: Fitted) -> Framing | None:
    """Return how pictures are framed, where the strategy has tried several ways."""
    return reading.read_section(FRAMING, fitted.settings.get("framing"))


def failed(held: Contest) -> tuple[Dropped, ...]:
    """Return the candidates that could not be trained."""
    return tuple(Dropped(name, reason) for name, reason in held.failed.items())


def stopped(held: Contest) -> tuple[Dropped, ...]:
    """Return the candidates that were stopped early."""
    return tuple(Dropped(one.name, one.why) for one in held.stopped)


def _rounded(value: float) -> float | None:
    finite = jsonfile.number(value)
    return None if finite is None else float(f"{finite:.6g}")
