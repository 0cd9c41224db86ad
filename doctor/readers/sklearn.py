"""scikit-learn's `loss_curve_`, `validation_scores_` and `train_score_`, as a bare list or under their own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from doctor.columns import Role
from doctor.errors import HistoryError
from doctor.points import FINITE, Points
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.delimited import logs
from doctor.readers.shapes import is_numbers
from doctor.readers.source import Source
from doctor.tracks import of_columns

_ROLES = {
    "loss_curve_": Role("loss", "train"),
    "train_score_": Role("loss", "train"),
    "validation_scores_": Role("accuracy", "validation"),
    "validation_score_": Role("loss", "validation"),
}
_PENALTY = "scikit-learn's loss_curve_ holds the penalty (alpha) too, so its level may lie above the loss."
_SCORE = "validation_scores_ was taken for the accuracy; of a regressor it is R squared."
_DEVIANCE = "GradientBoosting's train_score_ of two classes is the deviance, twice the log loss: guessing costs 1.386."
_NEGATIVE = "The scores of scikit-learn's histogram boosting are negative losses, and were turned round."


def recognises(source: Source) -> int:
    """Tell whether it is a list of numbers, or has a column or a key of that name."""
    if is_numbers(source.json):
        return SURE
    names = set(source.json) if isinstance(source.json, Mapping) else set(source.header)
    return SURE if names & _ROLES.keys() else NO


def read(source: Source) -> list[Log]:
    """Read the curve; a perceptron's holds the penalty too, and its level is then above the loss's.

    Raises:
        HistoryError: There is no such list or column, or it holds scores of which no loss can be made.
    """
    value = source.json
    if is_numbers(value):
        if all(isinstance(item, int) for item in value if item is not None):
            raise HistoryError(
                "The JSON is a bare list of whole numbers, which may count or name anything. If they are losses, call "
                'them so: {"loss": [...]}.'
            )
        note = "A bare list of numbers was taken for the training loss."
        return [Log(of_columns({"loss": value}), notes=(note,))]
    if isinstance(value, Mapping):
        if value.get("train_score_") == []:
            raise HistoryError(
                "train_score_ is empty: histogram boosting scores its trees only with early_stopping=True. Fit with it "
                "and scoring='loss'."
            )
        found = [Log(of_columns({name: held for name, held in value.items() if is_numbers(held)}))]
    elif value is None:
        found = logs(source.text)
    else:
        raise HistoryError("Expected a list of numbers, or loss_curve_ and validation_scores_ under their own names.")
    return [_owned(log) for log in found]


def _owned(log: Log) -> Log:
    tracks = {track.name: replace(track, role=_ROLES.get(track.name)) for track in log.tracks if track.name}
    if "loss_curve_" in tracks:
        notes = (_PENALTY, *([_SCORE] if "validation_scores_" in tracks else []))
    elif "train_score_" in tracks:
        tracks, notes = _boosted(tracks)
    else:
        notes = ()
    return replace(log, tracks=tuple(tracks.values()), notes=(*log.notes, *notes))


def _boosted(tracks: dict[str, Track]) -> tuple[dict[str, Track], tuple[str, ...]]:
    """Read `train_score_`: of GradientBoosting the loss, of HistGradientBoosting what its `scoring` gives."""
    points = tracks["train_score_"].points()
    known = points.values[points.states == FINITE]
    if len(known) and known.max() <= 0.0:
        both = {name: tracks[name] for name in ("train_score_", "validation_score_") if name in tracks}
        turned = {name: replace(track, cells=_negative(track.points())) for name, track in both.items()}
        return tracks | turned, (_NEGATIVE,)
    if "validation_score_" in tracks or (len(known) > 1 and known[-1] > known[0]):
        raise HistoryError(
            "train_score_ holds scores that grow as the model gets better, and not the loss. Fit with scoring='loss' "
            "(HistGradientBoosting), which scores both sets by their loss."
        )
    return tracks, (_DEVIANCE,)


def _negative(points: Points) -> Points:
    return Points(np.negative(points.values), points.states)


READER = Reader("sklearn", recognises, read)
