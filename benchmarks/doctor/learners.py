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
