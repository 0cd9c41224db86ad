"""scikit-learn's `loss_curve_` and `validation_scores_`, as a bare list of numbers or under their own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from doctor.columns import Role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.delimited import logs
from doctor.readers.shapes import is_numbers
from doctor.readers.source import Source
from doctor.tracks import of_columns

_ROLES = {
    "loss_curve_": Role("loss", "train"),
    "train_score_": Role("loss", "train"),
    "validation_scores_": Role("accuracy", "validation"),
}


def recognises(source: Source) -> int:
    """Tell whether it is a list of numbers, or has a column or a key of that name."""
    if is_numbers(source.json):
        return SURE
    names = set(source.json) if isinstance(source.json, Mapping) else set(source.header)
    return SURE if names & {"loss_curve_", "validation_scores_"} else NO


def read(source: Source) -> list[Log]:
    """Read the curve; it holds the penalty too, and its level is then above the loss's.

    Raises:
        HistoryError: There is no such list or column.
    """
    value = source.json
    if is_numbers(value):
        note = "A bare list of numbers was taken for the training loss."
        return [Log(of_columns({"loss": value}), notes=(note,))]
    if isinstance(value, Mapping):
        found = [Log(of_columns({name: held for name, held in value.items() if is_numbers(held)}))]
    elif value is None:
        found = logs(source.text)
    else:
        raise HistoryError("Expected a list of numbers, or loss_curve_ and validation_scores_ under their own names.")
    note = "scikit-learn's loss_curve_ holds the penalty (alpha) too, so its level may lie above the loss."
    return [
        replace(
            log,
            tracks=tuple(replace(track, role=_ROLES.get(track.name)) for track in log.tracks if track.name),
            notes=(*log.notes, note),
        )
        for log in found
    ]


READER = Reader("sklearn", recognises, read)
