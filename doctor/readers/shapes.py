"""Shapes that several formats share: a log for each sub-folder, series of steps and values, nested names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from doctor.columns import Role, words_of
from doctor.log import Track
from doctor.points import Array

REGRESSION = frozenset(
    {
        "rmse",
        "mse",
        "mae",
        "l1",
        "l2",
        "mape",
        "rmsle",
        "msle",
        "deviance",
        "multiclass",
        "quantile",
        "poisson",
        "huber",
    }
    | {"logcosh", "tweedie", "gamma", "gamma_deviance", "quantile_loss", "expectile", "mean_squared_error", "mphe"}
    | {"fair", "kullback_leibler", "cross_entropy_lambda", "multirmse", "queryrmse", "querysoftmax", "pairlogit"}
)
"""Names of what a boosting library minimises that other logs hold as metrics beside a loss."""
_LIKELIHOOD = "nloglik"
"""The end of XGBoost's `poisson-nloglik`, `cox-nloglik`, `tweedie-nloglik@1.5` and the like."""


def series(name: str, steps: Sequence[Any], values: Sequence[Any], role: Role | None = None, source: str = "") -> Track:
    """Make a track of steps and values; where the steps are not in order, the order of the steps is meant."""
    axis: Array = np.array([number(step) for step in steps], np.float64)
    length = min(len(axis), len(values))
    return Track(name, list(values[:length]), step=axis[:length], role=role, source=source)


def number(value: Any) -> float:
    """Return a number of an axis, NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e15:
        return float("nan")
    return float(value)


def is_numbers(value: Any) -> bool:
    """Tell whether it is a list of numbers (or None) with at least one entry."""
    return isinstance(value, list) and bool(value) and all(_is_scalar(item) for item in value[:1000])


def _is_scalar(item: Any) -> bool:
    return item is None or (isinstance(item, (int, float)) and not isinstance(item, bool))


def flat(value: Mapping[str, Any], depth: int = 5, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of nested mappings, their names joined by `/`."""
    for name, item in value.items():
        if isinstance(item, Mapping) and depth:
            yield from flat(item, depth - 1, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", item


def boosting_role(metric: str, split: str | None, own: Role | None) -> Role | None:
    """Return what a metric of a boosting library is: what it minimises is a loss, whatever its name."""
    if own is not None:
        return Role(own.quantity, split, own.rank, own.inverted, own.part)
    words = words_of(metric.split(":", 1)[0])  # CatBoost's Quantile:alpha=0.9
    return Role("loss", split, 5) if "_".join(words) in REGRESSION or _LIKELIHOOD in words else None
