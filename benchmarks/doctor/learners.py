"""Small boosted trees for each label, and their export to the plain table that the doctor evaluates."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.doctor.dataset import JUDGED, Table

Forest = dict[str, Any]


def fit(table: Table, weights: npt.NDArray[np.float64], trees: int = 70, leaves: int = 7) -> dict[str, Forest]:
    """Fit one forest for each label that occurs, on the runs for which that label is no grey zone."""
    known = np.flatnonzero(~np.isnan(table.measures).all(axis=0))  # without validation, its measures are all unknown
    names = tuple(table.names[column] for column in known)
    forests = {}
    for column, label in enumerate(JUDGED):
        clear = ~table.grey[:, column]
        yes = table.yes[clear, column]
        if not yes.any():
            continue
        model = HistGradientBoostingClassifier(
            max_iter=trees,
            max_leaf_nodes=leaves,
            learning_rate=0.12,
            min_samples_leaf=12,
            l2_regularization=4.0,
            max_features=0.35,
            max_bins=128,
            early_stopping=False,
            random_state=column,
        )
        model.fit(table.measures[clear][:, known], yes, sample_weight=weights[clear])
        forests[label] = exported(model, names)
    return forests


def exported(model: HistGradientBoostingClassifier, names: tuple[str, ...]) -> Forest:
    """Write a fitted model as base score and trees; a node is [measure, threshold, missing goes left, left, right]."""
    trees = []
    for (predictor,) in model._predictors:
        trees.append([_node(node, names) for node in predictor.nodes])
    return {"base": round(float(model._baseline_prediction.ravel()[0]), 5), "trees": trees}


def compact(sets: dict[str, Any]) -> dict[str, Any]:
    """Return what the doctor's file holds: the measures once, and nodes that name them by their place."""
    nodes = [node for forest in _forests(sets) for tree in forest["trees"] for node in tree]
    names = sorted({node[0] for node in nodes if isinstance(node, list)})
    places = {name: place for place, name in enumerate(names)}
    return {"measures": names, "sets": _renamed(sets, places)}


def expanded(table: dict[str, Any]) -> dict[str, Any]:
    """Return the sets of the doctor's file with nodes that name their measures."""
    return _renamed(table["sets"], dict(enumerate(table["measures"])))


def _forests(sets: dict[str, Any]) -> list[Forest]:
    return [forest for part in sets.values() for forest in part["forests"].values()]


def _renamed(sets: dict[str, Any], names: dict[Any, Any]) -> dict[str, Any]:
    def renamed(forest: Forest) -> Forest:
        trees = [[[names[n[0]], *n[1:]] if isinstance(n, list) else n for n in tree] for tree in forest["trees"]]
        return forest | {"trees": trees}

    return {
        name: part | {"forests": {label: renamed(forest) for label, forest in part["forests"].items()}}
        for name, part in sets.items()
    }


def _node(node: Any, names: tuple[str, ...]) -> list[Any] | float:
    if node["is_leaf"]:
        return round(float(node["value"]), 4)
    threshold = float(f"{float(node['num_threshold']):.6g}")
    return [
        names[node["feature_idx"]],
        threshold,
        int(node["missing_go_to_left"]),
        int(node["left"]),
        int(node["right"]),
    ]
