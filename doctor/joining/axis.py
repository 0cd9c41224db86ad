"""Puts the curves of a run on one axis: epochs where they are known, else the steps at which they were written.

Never by position, except for columns that share the lines of one table (or lists of one history).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from doctor.joining.placed import Axis, Grouping, Groups, Placed, among, distinct, first_of_each, reduce
from doctor.joining.steps import joined_by_step
from doctor.log import Track
from doctor.points import Array, Points

_FEWEST_EPOCHS = 3
"""Epochs from which a run without validation is gathered to epochs; of fewer, each logged step is a point."""

_SAME = (
    "The epoch is the same in every line: the lines were taken as epochs, in their order. That is wrong where each is "
    "a training of its own, as in a search."
)


@dataclass(frozen=True)
class Gathered:
    """The curves on one axis.

    Attributes:
        labels: The epoch (step, row) of each place, float64 `[places]`.
        unit: `epoch`, `step` or `row`.
        points: Curve -> its points.
        notes: What a reader of the diagnosis should know of the joining.
        grouping: Finds the place of the points of another track.
    """

    labels: Array
    unit: str
    points: dict[str, Points]
    notes: tuple[str, ...]
    grouping: Grouping

    def place(self, track: Track) -> Points:
        """Return the points of another track on this axis, those of one place averaged."""
        placed = Placed.of(track)
        return reduce(placed.points, self.grouping(placed), len(self.labels), mean=True)


def gather(tracks: dict[str, Track], epoch_ends: bool) -> Gathered:
    """Join the tracks of a run.

    Raises:
        HistoryError: A cell is not a number.
    """
    placed = {curve: Placed.of(track) for curve, track in _stretched(tracks).items()}
    placed, notes = _in_order(placed)
    axis = _axis(placed, epoch_ends)
    points = {}
    for curve, held in placed.items():
        validation = curve.startswith("val_")
        if validation and held.step is not None:
            chosen = first_of_each(held.step)
            held = replace(held, points=held.points.take(chosen), **_axes(held, chosen))
        points[curve] = reduce(held.points, axis.grouping(held), len(axis.labels), mean=not validation)
    gathered = Gathered(axis.labels, axis.unit, points, (*notes, *axis.notes), axis.grouping)
    return _without_closing(gathered) if axis.unit == "epoch" else gathered


def _in_order(placed: dict[str, Placed]) -> tuple[dict[str, Placed], tuple[str, ...]]:
    """Take values that were all logged at one step, as where none is given, in the order of writing."""
    several = [held.step for held in placed.values() if held.step is not None and len(held.step) > 1]
    if not several or any(held.epoch is not None for held in placed.values()) or any(np.ptp(s) for s in several):
        return placed, ()
    note = "The values were all logged at one step; they were taken in the order in which they were written."
    ordered = {
        curve: held if held.step is None else replace(held, step=np.arange(len(held.points), dtype=np.float64))
        for curve, held in placed.items()
    }
    return ordered, (note,)


def _without_closing(gathered: Gathered) -> Gathered:
    """Leave out an evaluation after the last epoch, which Lightning's `trainer.validate` logs as an epoch more."""
    points = gathered.points
    trained = [held.written for curve, held in points.items() if not curve.startswith("val_")]
    measured = [held.written for curve, held in points.items() if curve.startswith("val_")]
    if not measured or len(gathered.labels) < _FEWEST_EPOCHS or any(written[-1] for written in trained):
        return gathered
    if not all(written[:-1].all() for written in (points["loss"].written, *measured)):
        return gathered
    last = len(gathered.labels) - 1
    note = f"The evaluation after training, logged as epoch {gathered.labels[-1]:g}, was left out."
    kept = {curve: held.take(np.arange(last)) for curve, held in points.items()}
    return replace(gathered, labels=gathered.labels[:last], points=kept, notes=(*gathered.notes, note))


def _axes(held: Placed, chosen: Groups) -> dict[str, Array | None]:
    return {name: None if (a := getattr(held, name)) is None else a[chosen] for name in ("epoch", "step", "row")}


def _axis(placed: dict[str, Placed], epoch_ends: bool) -> Axis:
    every = list(placed.values())
    if all(held.epoch is not None for held in every) and not _constant(every):
        axis = _by_epoch(placed, epoch_ends)
        if axis is not None:
            return axis
    elif all(held.step is not None for held in every):
        return joined_by_step(placed)
    if all(held.row is not None for held in every):
        axis = _by_row(placed)
        constant = all(held.epoch is not None for held in every) and _constant(every)
        return replace(axis, notes=(*axis.notes, _SAME)) if constant else axis
    return joined_by_step(placed)


def _constant(every: list[Placed]) -> bool:
    """Tell whether the epoch is the same in every row: then it does not count epochs."""
    axes = [held.epoch for held in every if held.epoch is not None and len(held.epoch)]
    ends = {float(end) for epoch in axes for end in (epoch.min(), epoch.max())}
    return len(ends) == 1 and max(len(held.points) for held in every) > 1


def _by_epoch(placed: dict[str, Placed], epoch_ends: bool) -> Axis | None:
    """Gather to epochs; where validation was measured more often, or epochs are hardly any, to rounds of steps."""
    numbers = np.concatenate([held.epoch for held in placed.values() if held.epoch is not None])
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return None
    ends = epoch_ends or bool((numbers != np.floor(numbers)).any())
    labels = distinct(_epoch_of(numbers, ends))
    validation = placed.get("val_loss", placed.get("val_accuracy"))
    measured = validation or placed["loss"]
    assert measured.epoch is not None
    key = measured.key()
    rounds = len(distinct(key)) / max(1, len(distinct(_epoch_of(measured.epoch, ends))))
    if rounds > 1.5 and (validation is not None or len(labels) < _FEWEST_EPOCHS):
        if measured.step is None and not ends:
            return None  # several rows an epoch and nothing that orders them but their lines
        return joined_by_step(placed)

    def grouping(held: Placed) -> Groups:
        assert held.epoch is not None
        return _find(labels, _epoch_of(held.epoch, ends))

    notes: tuple[str, ...] = ()
    first = float(labels[0])
    if first > 1:
        notes = (f"The log begins at epoch {first:g}; epochs are counted from there.",)
    return Axis(labels, "epoch", grouping, notes)


def _epoch_of(numbers: Array, ends: bool) -> Array:
    """Return the epoch's number: of 1.5 epochs the second is under way."""
    return np.asarray(np.ceil(numbers - 1e-6) if ends else numbers)


def _by_row(placed: dict[str, Placed]) -> Axis:
    """Take each line as a point; where validation stands in lines of its own, each of these closes a round."""
    loss, validation = placed["loss"].row, placed.get("val_loss", placed.get("val_accuracy"))
    assert loss is not None
    if validation is not None and validation.row is not None and not among(loss, distinct(validation.row)).any():
        return joined_by_step(placed)
    labels = distinct(np.concatenate([held.row for held in placed.values() if held.row is not None]))

    def grouping(held: Placed) -> Groups:
        assert held.row is not None
        return _find(labels, held.row)

    return Axis(labels, "row", grouping)


def _find(labels: Array, numbers: Array) -> Groups:
    if not len(labels):
        return np.full(len(numbers), -1, np.int64)
    place = np.minimum(np.searchsorted(labels, numbers), len(labels) - 1)
    return np.where(labels[place] == numbers, place, -1).astype(np.int64)


def _stretched(tracks: dict[str, Track]) -> dict[str, Track]:
    """Put shorter lists of one history where they belong: Keras's validation_freq=5 gives a fifth as many values."""
    length = len(tracks["loss"].cells)
    changed = dict(tracks)
    for curve, track in tracks.items():
        own = len(track.cells)
        stride = length // own if own else 0
        if track.row is not None and track.epoch is None and stride > 1 and length // stride == own:
            changed[curve] = replace(track, row=np.arange(1, own + 1, dtype=np.float64) * stride - 1)
    return changed
