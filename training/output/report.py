"""Put together `report.json`: how the model was trained, and how far to trust it.

The sections are separate functions, each from the objects of the run to plain JSON values, so that the page and the
terminal show the same numbers.
"""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact import jsonfile
from artifact.card import Card
from doctor import Diagnosis
from training.checks import CHECKS, NotRun, Result
from training.contest import Contest
from training.diagnosis.diagnosing import Diagnosed
from training.diagnosis.mending import Mended
from training.evaluation.interval import Estimate
from training.evaluation.performance import Performance
from training.evaluation.splitting import Fold
from training.gathering import Gathered
from training.output import promise
from training.output.looking import Look
from training.output.thumbnails import SMALL, encode
from training.problem.interface import Curves, Evaluation, Fitted
from training.reading import belonging
from training.reading.dataset import Sample, label_array

NOTHING_LEARNED = "The curves show no fault of the training; the images do not tell the classes apart."
"""In place of a healthy run's verdict where the model is no better than guessing."""
NAMED, SHOWN = 50, 6
"""Images of a cell of the confusion that are named, and of those right that are shown, which bounds the file."""


def estimate(performance: Performance, withheld: str | None = None) -> dict[str, Any]:
    """Return the section of what to expect on new images, each value with its interval; no share where `withheld`."""
    names = ("accuracy", "auroc", "log_loss", "brier")
    return promise.withhold({name: interval(getattr(performance, name)) for name in names}, withheld) | {
        "optimism": performance.optimism,
        "base_log_loss": performance.base_loss,
        "base_accuracy": performance.base_accuracy,
        "no_better_than_guessing": performance.guessing,
    }


def interval(value: Estimate) -> dict[str, Any]:
    """Return one estimate as JSON; a number that is not finite becomes null and says so."""
    numbers = {name: jsonfile.number(getattr(value, name)) for name in ("value", "low", "high")}
    undefined = {"undefined": "not measurable on these images"} if None in numbers.values() else {}
    return {**numbers, "n": value.n, "method": value.method, **undefined}


def attempts(mended: Mended, guessing: bool) -> list[dict[str, Any]]:
    """Return what was tried because the doctor asked for it: changes, verdicts, and the first fold's curves."""
    return [
        {
            "changes": list(attempt.changes),
            "symptom": attempt.symptom,
            "ill_folds": attempt.ill_folds,
            "folds": len(attempt.diagnoses),
            "verdict": _diagnosis(attempt.diagnoses[0], guessing)["verdict"] if attempt.diagnoses else None,
            "epochs": curves(attempt.evaluation.curves[0]) if attempt.evaluation.curves else {},
            "kept": position == mended.kept,
        }
        for position, attempt in enumerate(mended.attempts)
    ]


def training(
    evaluation: Evaluation, fitted: Fitted, folds: Sequence[Fold], diagnosed: Diagnosed, guessing: bool
) -> dict[str, Any]:
    """Return the section with every fold's curve and diagnosis, and the final fit's.

    Where the model is no better than `guessing`, a sound curve is not called a success.
    """
    rows = zip(folds, evaluation.curves, diagnosed.folds, strict=False)
    return {
        "folds": [
            {
                "repeat": fold.repeat,
                "fold": fold.number,
                "n_train": len(fold.train),
                "n_validation": len(fold.validation),
                "epochs": curves(history),
                "diagnosis": _diagnosis(diagnosis, guessing),
            }
            for fold, history, diagnosis in rows
        ],
        "final": {"epochs": curves(fitted.curves), "diagnosis": _diagnosis(diagnosed.final, guessing)},
        "symptoms": dict(diagnosed.common().most_common()),
    }


def _diagnosis(diagnosis: Diagnosis, guessing: bool) -> dict[str, Any]:
    told = diagnosis.to_json()
    return told | {"verdict": NOTHING_LEARNED} if guessing and told["healthy"] else told


def curves(history: Curves) -> dict[str, list[float | None]]:
    """Return a history with six digits, and null where a number is not finite."""
    return {key: [_rounded(value) for value in values] for key, values in history.items()}


def checks(results: Sequence[Result], not_run: Sequence[NotRun]) -> dict[str, Any]:
    """Return what was found in the data before training, which checks found nothing, and which were not made."""
    said = {*(one.check for one in results), *(one.check for one in not_run)}
    return {
        "checks": [dataclasses.asdict(result) for result in results],
        "checks_passed": [check.NAME for check in CHECKS if check.NAME not in said],
        "checks_not_run": [dataclasses.asdict(one) for one in not_run],
    }


def data(gathered: Gathered) -> dict[str, Any]:
    """Return what was used and what was not."""
    dataset = gathered.dataset
    return {
        "n_train": len(dataset.train),
        "n_test": len(dataset.test),
        "counts": {"train": dataset.counts(dataset.train), "test": dataset.counts(dataset.test)},
        "separate_train_images": dataset.train_groups.separate,
        "layout": gathered.layout,
        **_groups(gathered),
        **gathered.rounds,
        "skipped": [dataclasses.asdict(entry) for entry in dataset.skipped],
        "fingerprint": dataset.fingerprint,
    }


def _groups(gathered: Gathered) -> dict[str, Any]:
    dataset = gathered.dataset
    told = belonging.count(dataset.train, dataset.classes)
    if told is None:
        return {}
    return {
        "groups": {"train": told.all, "of_class": told.of_class, "called": dataset.noun, "by": str(dataset.grouping)}
    }


def confusion(samples: Sequence[Sample], probabilities: NDArray[np.float64], card: Card) -> dict[str, Any]:
    """Return who was taken for what by models that had not seen the image, with the images behind each cell."""
    labels, answers = label_array(samples), (probabilities >= card.threshold).astype(int)
    rows = []
    for actual, predicted in itertools.product((0, 1), (0, 1)):
        cell = [samples[int(row)] for row in np.flatnonzero((labels == actual) & (answers == predicted))]
        shown = cell[: SHOWN if actual == predicted else 0]  # the wrong ones have a section of their own
        rows.append(
            {
                "actual": card.classes.positive if actual else card.classes.negative,
                "predicted": card.classes.positive if predicted else card.classes.negative,
                "count": len(cell),
                "files": [sample.file for sample in cell[:NAMED]],
                "images": [{"file": sample.file, "thumbnail": encode(sample, SMALL)} for sample in shown],
            }
        )
    return {"rows": rows, "method": "mean out-of-fold probability of each training image against the threshold"}


def augmentation(held: Contest) -> list[dict[str, Any]]:
    """Return what each declared invariance brought, by the chosen candidate or else the first that tells."""
    for result in (held.winner, *held.results):
        if tried := result.evaluation.settings.get("invariances_tried"):
            return [{**one, "candidate": result.name} for one in tried]
    return []


def looks(found: Sequence[Look]) -> list[dict[str, Any]]:
    """Return the images to look at first."""
    return [dataclasses.asdict(look) for look in found]


def _rounded(value: float) -> float | None:
    finite = jsonfile.number(value)
    return None if finite is None else float(f"{finite:.6g}")
