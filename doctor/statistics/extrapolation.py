"""Where a curve would end if it went on as it did, and how training and validation compare at one moment."""

from __future__ import annotations

import math

import numpy as np

from doctor.context import Context
from doctor.curves import Curves
from doctor.scale import Scale
from doctor.statistics.robust import Array, finite, level, log_ratio, part

_MOMENTS = ("0.7", "0.8", "0.9", "0.97")
_POWERS = np.geomspace(0.25, 4, 9)[:, None]
_RATES = np.geomspace(0.5, 16, 11)[:, None]
"""Exponents of power laws, and rates of exponentials over the length of the run, that a loss may fall along."""
_TIMES_AS_LONG = 3.0
_MOST_POINTS = 40
"""Points beyond which more of them do not make one shape of a fall more certain than another."""


def measure(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    """Return remaining falls, and gaps with training's half-epoch delay taken out."""
    return {
        "loss_remaining": _remaining(curves.loss),
        "val_loss_remaining": _remaining(curves.val_loss),
        "loss_to_come": _to_come(curves.loss),
        "val_loss_to_come": _to_come(curves.val_loss),
        **_aligned("loss", curves.loss, curves.val_loss),
        **_aligned("accuracy", curves.accuracy, curves.val_accuracy),
        **_val_accuracy_at(curves),
        "val_share_of_gain": _share_of_gain(curves, scale),
        "log_steps_to_fit": _steps_to_fit(curves, context),
    }


def _remaining(values: Array | None) -> float:
    """Extrapolate by Aitken's delta-squared on thirds of the run: the fall still to come, in units of guessing."""
    if values is None or len(finite(values)) < 6:
        return math.nan
    known = finite(values)
    first, second, third = (level(part(known, at - 0.08, at + 0.08, least=2)) for at in (0.2, 0.56, 0.92))
    earlier, later = first - second, second - third
    if later <= 0:
        return 0.0
    ratio = later / earlier if earlier > 0 else 1.0
    return min(3.0, later * ratio / (1 - ratio)) if ratio < 0.95 else 3.0


def _to_come(values: Array | None) -> float:
    """Return by how much a loss would fall if the run were three times as long, in units of guessing.

    Each shape, level + size * basis, is fitted to all but the first fifth of the curve by least squares, with neither
    below nothing; their forecasts are averaged by Akaike weights (learning curves: Viering and Loog, TPAMI 2022;
    averaging: Burnham and Anderson 2002).
    """
    rows = np.flatnonzero(np.isfinite(values)) if values is not None else np.empty(0, np.int64)
    if values is None or len(rows) < 6:
        return math.nan
    rows = rows[len(rows) // 5 :]
    length, known = float(len(values)), values[rows]
    basis = _shapes((rows.astype(np.float64) + 1)[None] / length)
    centred, deviation = basis - basis.mean(axis=1, keepdims=True), known - known.mean()
    size = np.maximum(centred @ deviation / (centred * centred).sum(axis=1), 0.0)
    below = known.mean() < size * basis.mean(axis=1)
    size = np.where(below, basis @ known / (basis * basis).sum(axis=1), size)
    lowest = np.where(below, 0.0, known.mean() - size * basis.mean(axis=1))
    error = ((known - lowest[:, None] - size[:, None] * basis) ** 2).sum(axis=1) + 1e-12
    weight = (error / error.min()) ** (-min(len(known), _MOST_POINTS) / 2)
    ends = _shapes(np.array([[1.0, _TIMES_AS_LONG]]))
    return float((weight * size * (ends[:, 0] - ends[:, 1])).sum() / weight.sum())


def _shapes(at: Array) -> Array:
    """Return each shape [shapes, points] at shares [1, points] of the run."""
    return np.concatenate([at**-_POWERS, np.exp(-_RATES * at)])


def _aligned(name: str, train: Array | None, val: Array | None) -> dict[str, float]:
    # An epoch's training value is a mean over the epoch, validation is measured at its end: half an epoch later.
    # The mean of two epochs' training values is what stands beside the validation value between them.
    if train is None or val is None or len(train) < 4:
        return {f"aligned_{name}_gap_{when}": math.nan for when in ("first", "early", "middle")}
    gap = val[:-1] - (train[:-1] + train[1:]) / 2
    return {
        f"aligned_{name}_gap_first": level(part(gap, 0, 0.0, least=2)),
        f"aligned_{name}_gap_early": level(part(gap, 0, 0.2, least=3)),
        f"aligned_{name}_gap_middle": level(part(gap, 0.4, 0.6, least=3)),
    }


def _val_accuracy_at(curves: Curves) -> dict[str, float]:
    """Return validation minus training accuracy at the first epochs where training passes given accuracies."""
    names = {moment: f"accuracy_gap_when_at_{moment}" for moment in _MOMENTS}
    train, val = curves.accuracy, curves.val_accuracy
    if train is None or val is None:
        return dict.fromkeys(names.values(), math.nan)
    found = {}
    for moment, name in names.items():
        rows = np.flatnonzero(train >= float(moment))
        found[name] = level(finite((val - train)[rows[:3]])) if len(rows) else math.nan
    return found


def _share_of_gain(curves: Curves, scale: Scale) -> float:
    """Return how much of training's gain in accuracy over guessing validation shares."""
    if curves.accuracy is None or curves.val_accuracy is None:
        return math.nan
    guess = scale.guess
    gained = level(part(curves.accuracy, 0.7, 1.0, least=3)) - guess.accuracy
    shared = level(part(curves.val_accuracy, 0.7, 1.0, least=3)) - guess.val_accuracy
    return max(-2.0, min(3.0, shared / gained)) if gained > 0.05 else math.nan


def _steps_to_fit(curves: Curves, context: Context) -> float:
    """Return log10 of the gradient steps until training loss was at a third of guessing."""
    if not context.n_train or not context.batch_size:
        return math.nan
    rows = np.flatnonzero(curves.loss < 1 / 3)
    if not len(rows):
        return math.nan
    return log_ratio(float(curves.epochs[rows[0]]) * math.ceil(context.n_train / context.batch_size), 1.0)
