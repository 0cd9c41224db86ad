"""Tables of results, one row a run with its last values: exports of trackers, of searches, of comparisons of models.

Their rows read like epochs and are none: each is a training of its own, and what is best of it or last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from doctor.columns import role, words_of
from doctor.errors import HistoryError
from doctor.joining.exports import EXPORTS, HISTORY
from doctor.joining.labels import plain, texts
from doctor.joining.owners import split_named
from doctor.log import Log, Track
from doctor.points import is_number

_EVERY = {"trial_id", "run_id", "run_name", "run_uuid", "experiment_id"}
"""Names of a run: no training writes another in each epoch."""
_NUMBERED = {"run", "trial", "trial_number", "fold", "seed", "experiment", "exp", "cv", "repeat", "k_fold"}
_NAMED = {
    *("name", "model", "model_name", "experiment_name", "exp_name", "config", "config_name", "method", "variant"),
    *("net", "architecture", "arch", "backbone", "network", "algorithm", "classifier", "estimator", "hparams", "tags"),
}
_SETTINGS = {
    *("batch_size", "bs", "optimizer", "opt", "hidden", "hidden_size", "hidden_units", "hidden_dim", "units"),
    *("num_units", "n_units", "layers", "num_layers", "n_layers", "depth", "dropout", "dropout_rate", "activation"),
    *("kernel_size", "filters", "num_filters", "augmentation", "augment", "patience", "max_depth", "n_estimators"),
}
"""Settings that hardly ever change while one training runs."""
_PREFIXES = {"param", "params", "config", "cfg", "hparam", "hparams", "hyperparameters", "hyperparameter", "hp", "args"}
_RATES = {"lr", "learning_rate"}
_CHECKPOINT = re.compile(
    r"epoch|step|iter|check|ckpt|\.(?:pth?|pth?\.tar|h5|hdf5|keras|safetensors|weights|bin|onnx|params)$", re.IGNORECASE
)
"""In the names of files that stand for epochs."""
_MOST = 20_000
"""Rows up to which a table may be one of results."""
_FEWEST_LEAPS = 4


def refuse_results(log: Log) -> None:
    """Refuse a table of which each row is a run of its own.

    Raises:
        HistoryError: Runs would be taken for epochs; the message names what was found, and the way to a history.
    """
    if max((len(track.cells) for track in log.tracks), default=0) > _MOST:
        return
    names = {plain(track) for track in log.tracks}
    export = next((export for export in EXPORTS if export.columns <= names), None)
    if export is not None and (export.certain or _sign(log) is not None):
        raise HistoryError(
            f"This is {export.what}: each row is a run of its own with its last values, and not an epoch. "
            f"For the history of one run: {export.instead}."
        )
    found = _sign(log) if any(map(_is_loss, log.tracks)) else None
    if found is not None:
        raise HistoryError(
            f"{found}: these are results of several runs, one a row, and not the epochs of one. Give {HISTORY}; "
            "if the rows are epochs, number them in a column 'epoch' and leave that one out."
        )


def _sign(log: Log) -> str | None:
    """Return what shows that each row is a run of its own, as the beginning of a sentence; None where nothing does."""
    for track in log.tracks:
        name, first = plain(track), (words_of(track.name) or ("",))[0]
        is_setting = name in _SETTINGS or (first in _PREFIXES and name != first)
        if not is_setting and name not in _EVERY | _NUMBERED | _NAMED | _RATES:
            continue
        cells = texts(track)
        if len(cells) < 2 or (_rises(track) and (name not in _EVERY or all(map(is_number, cells)))):
            continue
        if _names_runs(name, cells):
            return f"The column {track.name!r:.40} names another run in each row ({cells[0]!r:.40}, ...)"
        if _are_series(track, cells):
            continue
        if is_setting and len(set(cells)) > 1:
            return (
                f"The setting {track.name!r:.60} changes from row to row ({cells[0]!r:.20}, {_other(cells)!r:.20}, ...)"
            )
        if name in _RATES and _leaps(log, cells):
            return f"The rate {track.name!r:.40} leaps up and down from row to row"
    return None


def _names_runs(name: str, cells: Sequence[str]) -> bool:
    """Tell whether a column is called as one of runs is, and holds another name in each row."""
    if name not in _EVERY | _NUMBERED | _NAMED or len(set(cells)) < len(cells) or "" in cells:
        return False
    if any(map(is_number, cells)):
        return name in _EVERY | _NUMBERED
    return not is_checkpoint(cells[0]) and not any(map(split_named, cells))


def is_checkpoint(cell: str) -> bool:
    """Tell whether a cell of a column such as `model` is the name of what was saved at an epoch."""
    return _CHECKPOINT.search(cell) is not None


def _leaps(log: Log, cells: Sequence[str]) -> bool:
    """Tell whether a rate at least doubles or halves between any two rows, upwards and downwards.

    Schedules of few epochs do so too: one cycle, warm restarts. They are told by their shape and by a loss that falls.
    """
    if len(cells) < _FEWEST_LEAPS or not all(map(is_number, cells)):
        return False
    rates = np.array([float(cell) for cell in cells])
    if not (np.isfinite(rates) & (rates > 0)).all():
        return False
    leaps = np.diff(np.log2(rates))
    all_leap = bool((np.abs(leaps) >= 1).all() and (leaps > 0).any() and (leaps < 0).any())
    return all_leap and not (_is_schedule(rates, leaps) and any(map(_goes_down, log.tracks)))


def _is_schedule(rates: np.ndarray, leaps: np.ndarray) -> bool:
    """Tell whether a rate rises once and then falls, or whenever it rises comes back to near its peak."""
    one_cycle = bool((np.diff(np.sign(leaps)) <= 0).all())
    return one_cycle or bool((rates[1:][leaps > 0] >= rates.max() / 2).all())


def _goes_down(track: Track) -> bool:
    """Tell whether a column is a loss that falls from row to row, as it does while one model learns."""
    cells = texts(track) if _is_loss(track) else []
    if len(cells) < _FEWEST_LEAPS or not all(map(is_number, cells)):
        return False
    steps = np.diff([float(cell) for cell in cells])
    return bool((steps < 0).sum() >= len(steps) - len(steps) // 8)


def _rises(track: Track) -> bool:
    """Tell whether an axis counts the rows, upwards or downwards."""
    axes = [axis for axis in (track.epoch, track.step) if axis is not None and len(axis) > 1]
    return any(bool((np.diff(axis) > 0).all() or (np.diff(axis) < 0).all()) for axis in axes)


def _are_series(track: Track, cells: Sequence[str]) -> bool:
    """Tell whether each of the values has several epochs of its own: then they part series, which others refuse."""
    axis = track.epoch if track.epoch is not None else track.step
    if axis is None:
        return False
    parts = [axis[np.array([cell == value for cell in cells])] for value in set(cells)]
    return all(len(part) > 1 and bool((np.diff(part) > 0).all()) for part in parts)


def _is_loss(track: Track) -> bool:
    own = track.role or role(track.name)
    return own is not None and own.quantity == "loss"


def _other(cells: Sequence[str]) -> str:
    return next(cell for cell in cells if cell != cells[0])
