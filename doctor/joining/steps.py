"""Joins curves by the step at which they were written: training is averaged between two validations."""

from __future__ import annotations

import numpy as np

from doctor.joining.placed import Axis, Groups, Placed, among, distinct
from doctor.points import Array

_FEWEST_ROUNDS = 3


def joined_by_step(placed: dict[str, Placed]) -> Axis:
    """Choose an axis of steps.

    Validation closes a round. Where validation counts epochs (0, 1, 2, ...) and training steps, the two axes are told
    apart and training's steps are shared out among the epochs.
    """
    training = distinct(placed["loss"].key())
    measured = placed.get("val_loss", placed.get("val_accuracy"))
    if measured is None or not len(measured.points):
        return _union([training], placed)
    ends = distinct(measured.key())
    if len(ends) < _FEWEST_ROUNDS and len(training) > len(ends):
        return _union([training, ends], placed)
    if _counts_epochs(ends) and len(training) > len(ends) and training[-1] - training[0] >= 1.8 * (ends[-1] - ends[0]):
        return _two_axes(placed, training, ends)
    if among(training, ends).all():
        return _union([training, ends], placed)
    if len(training) == len(ends) and _alternate(training, ends):
        return _paired(placed, training, ends)
    if among(ends, training).all() and np.median(np.diff(np.searchsorted(training, ends))) == 1:
        return _union([training], placed)  # validation begins later, or leaves out a few
    return _rounds(training, ends)


def _union(axes: list[Array], placed: dict[str, Placed]) -> Axis:
    labels = distinct(np.concatenate(_differing([*axes, *(held.key() for held in placed.values())])))

    def grouping(held: Placed) -> Groups:
        key = held.key()
        if len(key) == len(labels) and np.array_equal(key, labels):
            return np.arange(len(labels))
        return np.searchsorted(labels, key).astype(np.int64)

    return Axis(labels, "step", grouping)


def _differing(axes: list[Array]) -> list[Array]:
    """Return the axes without those that are the same as another; in a table they all are."""
    kept: list[Array] = []
    for axis in axes:
        if not any(len(axis) == len(other) and np.array_equal(axis, other) for other in kept):
            kept.append(axis)
    return kept


def _rounds(training: Array, ends: Array) -> Axis:
    """Close a round at each validation; what was trained after the last one is a round if it is half a usual one."""
    group = np.searchsorted(ends, training)
    usual = float(np.median(np.bincount(group, minlength=len(ends))[: len(ends)]))
    rest = int((group == len(ends)).sum())
    labels = np.append(ends, training[-1]) if rest and rest >= usual / 2 else ends
    note = "Steps were gathered to rounds: training's values between two validations are averaged."
    notes = (note,) if len(training) > len(ends) else ()
    return Axis(labels, "step", lambda held: np.searchsorted(labels, held.key()).astype(np.int64), notes)


def _paired(placed: dict[str, Placed], training: Array, ends: Array) -> Axis:
    """Join curves that are logged in turn, one of each an epoch, a step apart."""
    own = {id(held): training if curve in ("loss", "accuracy") else ends for curve, held in placed.items()}
    note = f"Training ({training[0]:g}, ...) and validation ({ends[0]:g}, ...), logged in turn, were paired."

    def grouping(held: Placed) -> Groups:
        return np.searchsorted(own.get(id(held), training), held.key()).astype(np.int64)

    return Axis(training, "step", grouping, (note,))


def _two_axes(placed: dict[str, Placed], training: Array, ends: Array) -> Axis:
    """Share out training's steps among the epochs that validation counts."""
    spacing = float(np.median(np.diff(training)))
    span = training[-1] - training[0] + spacing
    each = span / len(ends)
    whole = abs(each / spacing - round(each / spacing)) < 1e-9
    note = (
        f"Training is logged by step ({training[0]:g} to {training[-1]:g}) and validation by epoch ({ends[0]:g} to "
        f"{ends[-1]:g}): "
        + (f"{each:g} steps are an epoch." if whole else "the steps were shared out evenly, which is a guess.")
    )

    def grouping(held: Placed) -> Groups:
        key = held.key()
        if len(key) and key[-1] <= ends[-1] and among(key, ends).all():
            return np.searchsorted(ends, key).astype(np.int64)
        return np.asarray(np.floor((key - training[0]) / each + 1e-9), np.int64)

    return Axis(ends, "epoch", grouping, (note,))


def _counts_epochs(ends: Array) -> bool:
    return bool(ends[0] in (0.0, 1.0) and (np.diff(ends) == 1.0).all())


def _alternate(training: Array, ends: Array) -> bool:
    """Tell whether each point of one lies nearer to its fellow of the other than to any further one."""
    return bool((np.abs(training - ends) < 0.5 * np.median(np.diff(ends))).all())
