"""Ask the doctor about every fold's curve and the final fit's."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import doctor
from training.evaluation.splitting import Fold
from training.problem.interface import Curves, Evaluation, Fitted


@dataclass(frozen=True)
class Diagnosed:
    """The doctor's view of one candidate's training: a diagnosis for each fold, and one for the final fit."""

    folds: tuple[doctor.Diagnosis, ...]
    final: doctor.Diagnosis

    def common(self) -> Counter[str]:
        """Return in how many folds each symptom was found, the most frequent first."""
        return Counter(finding.symptom for diagnosis in self.folds for finding in diagnosis)


def diagnose_final(fitted: Fitted, labels: NDArray[np.int64]) -> doctor.Diagnosis:
    """Diagnose the history of the fit on all images; `labels` are 0 or 1, `[n]`."""
    every, none = np.arange(len(labels)), np.arange(0)
    return _ask(fitted.curves, fitted.settings, labels, every, none)


def diagnose_folds(
    evaluation: Evaluation, folds: Sequence[Fold], labels: NDArray[np.int64]
) -> tuple[doctor.Diagnosis, ...]:
    """Diagnose each fold's history; a strategy may have evaluated fewer repeats than there are."""
    return tuple(
        _ask(curves, evaluation.settings, labels, fold.train, fold.validation)
        for curves, fold in zip(evaluation.curves, folds, strict=False)
    )


def _ask(
    curves: Curves,
    settings: dict[str, Any],
    labels: NDArray[np.int64],
    train: NDArray[np.int64],
    validation: NDArray[np.int64],
) -> doctor.Diagnosis:
    context: dict[str, Any] = {
        "examples": "images",
        "n_train": len(train),
        "class_counts_train": _counts(labels[train]),
        "batch_size": settings.get("batch_size") or len(train),
        **{key: settings[key] for key in ("learning_rate", "parameters") if key in settings},
        "optimizer": _optimizer(settings),
        "from_logits": True,
    }
    if len(validation):
        context |= {"n_val": len(validation), "class_counts_val": _counts(labels[validation])}
    return doctor.diagnose(curves, context)


def _optimizer(settings: dict[str, Any]) -> str | None:
    """Return the doctor's name of the optimizer, which tells plain from accelerated gradient descent."""
    name: str | None = settings.get("optimizer")
    return "sgd_momentum" if name == "sgd" and settings.get("momentum") else name


def _counts(labels: NDArray[np.int64]) -> list[int]:
    return [int(count) for count in np.bincount(labels, minlength=2)]
