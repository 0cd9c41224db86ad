"""What `cv` of XGBoost, LightGBM and CatBoost returns, as CSV or JSON: means and deviations over the folds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.readers import delimited, structured
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.shapes import boosting_role
from doctor.readers.source import Source

_MEAN = re.compile(r"(?:(train|test|valid)[- ])?(.+)-mean", re.IGNORECASE)
_NOTE = "The values are means over the folds; the set that was left out of each was taken for validation."


def recognises(source: Source) -> int:
    """Tell whether a column (or a key) ends in `-mean`, beside one of the same name that ends in `-std` or `-stdv`."""
    value = source.json
    names = {str(name).lower() for name in value} if isinstance(value, Mapping) else set(source.header)
    means = [name.removesuffix("-mean") for name in names if _MEAN.fullmatch(name)]
    return SURE if any(f"{name}-{end}" in names for name in means for end in ("std", "stdv")) else NO


def read(source: Source) -> list[Log]:
    """Read the means; a round of boosting is an epoch.

    Raises:
        HistoryError: It is no such table, or nothing was measured on the training sets.
    """
    logs = delimited.logs(source.text) if source.json is None else structured.logs_of(source.json)
    owned = [replace(log, tracks=tuple(map(_owned, log.tracks)), notes=(*log.notes, _NOTE)) for log in logs]
    if not any(track.role and track.role.curve == "loss" for log in owned for track in log.tracks):
        raise HistoryError(
            "The folds' loss on their training sets is not there. LightGBM measures it with "
            "lightgbm.cv(..., eval_train_metric=True); XGBoost and CatBoost do unless they are told not to."
        )
    return owned


def _owned(track: Track) -> Track:
    found = _MEAN.fullmatch(track.name)
    epoch = track.step if track.epoch is None else track.epoch
    if found is None:
        return replace(track, epoch=epoch, step=None)
    split, metric = (found.group(1) or "").lower(), found.group(2)
    own = boosting_role(metric, "train" if split == "train" else "validation", role(metric))
    return replace(track, epoch=epoch, step=None, role=own)


READER = Reader("folds", recognises, read)
