"""Numbers that a library writes without having computed them, and which are not believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from doctor.joining.axis import Gathered
from doctor.log import Log
from doctor.points import ABSENT, FINITE, NON_FINITE, Points
from doctor.run import Unused


@dataclass(frozen=True)
class Doubts:
    """What was not believed: notes, columns, and the curves that were never measured."""

    notes: tuple[str, ...] = ()
    unused: tuple[Unused, ...] = ()
    not_measured: tuple[str, ...] = ()


def doubt(points: dict[str, Points], log: Log, gathered: Gathered) -> tuple[dict[str, Points], Doubts]:
    """Return the points that are believed, and what was not."""
    believed = dict(points)
    notes = list(_hidden_nan(believed, log, gathered))
    unmeasured = tuple(_never_measured(believed))
    for curve in unmeasured:
        believed[curve] = _absent(believed[curve], np.ones(len(gathered.labels), bool))
    if unmeasured:
        listed = " and ".join(unmeasured)
        notes.append(f"{listed}: 0 in every epoch, which no measurement gives; validation was not measured.")
    elif (impossible := _impossible(believed)).any():
        for curve in ("val_loss", "val_accuracy"):
            believed[curve] = _absent(believed[curve], impossible)
        notes.append(f"In {int(impossible.sum())} epochs validation loss and accuracy are both 0: not measured there.")
    unused = tuple(Unused(curve, "0 in every epoch: it was never measured") for curve in unmeasured)
    for curve in [name for name in points if name.endswith("accuracy") and _below_nothing(points[name])]:
        believed[curve] = _absent(believed[curve], np.ones(len(gathered.labels), bool))
        unused += (Unused(curve, "it falls below 0: no accuracy (a regression's score is R squared)"),)
    return believed, Doubts(tuple(notes), unused, unmeasured)


def _hidden_nan(points: dict[str, Points], log: Log, gathered: Gathered) -> Iterator[str]:
    """Take back losses beside gradients that are NaN to the end.

    Hugging Face's `logging_nan_inf_filter` puts 0 (or the mean of the steps before) where the loss is NaN.
    """
    norms = next((track for track in log.tracks if track.name in ("grad_norm", "grad_norm/total")), None)
    if norms is None:
        return
    gradient = gathered.place(norms)
    bad = gradient.states == NON_FINITE
    last_good = int(np.flatnonzero(gradient.states == FINITE)[-1]) if (gradient.states == FINITE).any() else -1
    bad &= np.arange(len(bad)) > last_good
    loss, validation = points["loss"], points.get("val_loss")
    zero = bad & (loss.states == FINITE) & (loss.values == 0.0)
    lost = bad & (validation.states == NON_FINITE) if validation is not None else np.zeros(len(bad), bool)
    if not (zero | lost).any():
        return
    hidden = bad & (loss.states == FINITE)
    if hidden.any():
        states = np.where(hidden, NON_FINITE, loss.states).astype(np.uint8)
        points["loss"] = Points(np.where(hidden, np.nan, loss.values), states)
        yield (
            f"{int(hidden.sum())} training losses stand beside gradients that are not finite (Hugging Face's "
            "logging_nan_inf_filter writes 0 there) and were taken as not finite."
        )


def _never_measured(points: dict[str, Points]) -> Iterator[str]:
    loss = points["loss"].values[points["loss"].states == FINITE]
    validation, accuracy = points.get("val_loss"), points.get("val_accuracy")
    if validation is None or not _all_zero(validation) or not len(loss) or not np.abs(loss).max() > 1e-3:
        return
    yield "val_loss"
    if accuracy is not None and _all_zero(accuracy):
        yield "val_accuracy"


def _below_nothing(points: Points) -> bool:
    known = points.values[points.states == FINITE]
    return bool(len(known)) and float(known.min()) < -1e-6


def _all_zero(points: Points) -> bool:
    known = points.values[points.states == FINITE]
    return len(known) > 1 and len(known) == int(points.written.sum()) and not known.any()


def _impossible(points: dict[str, Points]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell where validation's loss is 0 (all right, and sure) and its accuracy too (all wrong)."""
    loss, accuracy = points.get("val_loss"), points.get("val_accuracy")
    if loss is None or accuracy is None:
        return np.zeros(1, bool)
    measured = (loss.states == FINITE) & (accuracy.states == FINITE)
    return np.asarray(measured & (loss.values == 0.0) & (accuracy.values == 0.0))


def _absent(points: Points, where: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Points:
    states = np.where(where, ABSENT, points.states).astype(np.uint8)
    return Points(np.where(where, np.nan, points.values), states)
