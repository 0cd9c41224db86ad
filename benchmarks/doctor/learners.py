"""Small boosted trees for each label, and their export to the plain table that the doctor evaluates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.doctor.dataset import JUDGED, Table

Forest = dict[str, Any]
Node = Any


def fit(table: Table, weights: npt.NDArray[np.float64], trees: int = 70, leaves: int = 7) -> dict[str, Forest]:
    """Fit one forest for each label that occurs, on the runs for which that label is no grey zone."""
    known = np.flatnonzero(~np.isnan(table.measures).all(axis=0))  # without validation, its measures are all unknown
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
        forests[label] = exported(model, known.tolist())
    return forests


def exported(model: HistGradientBoostingClassifier, places: Sequence[int]) -> Forest:
    """Write a fitted model as base score and trees, in the form that `doctor.judge` walks.

    Args:
        model: The fitted model.
        places: For each of its columns the place of that measure in the rows that will be judged.
    """
    trees = [_node(predictor.nodes, 0, places) for (predictor,) in model._predictors]
    return {"base": round(float(model._baseline_prediction.ravel()[0]), 5), "trees": trees}


def _node(nodes: Any, number: int, places: Sequence[int]) -> Node:
    node = nodes[number]
    if node["is_leaf"]:
        return round(1000 * float(node["value"]))
    code = 2 * int(places[node["feature_idx"]]) + int(node["missing_go_to_left"])
    threshold = float(f"{float(node['num_threshold']):.5g}")
    return [code, threshold, _node(nodes, node["left"], places), _node(nodes, node["right"], places)]


def averaged(first: Forest, second: Forest) -> Forest:
    """Return the forest whose score is the mean of two: as many trees as both, with leaves of half the size."""

    def halved(node: Node) -> Node:
        return [*node[:2], halved(node[2]), halved(node[3])] if isinstance(node, list) else round(node / 2)

    trees = [halved(tree) for forest in (first, second) for tree in forest["trees"]]
    return {"base": round((first["base"] + second["base"]) / 2, 5), "trees": trees}


def compact(sets: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return what the doctor's file holds of trees over all `names`: those that are used, and trees over these."""
    trees = [tree for part in sets.values() for forest in part["forests"].values() for tree in forest["trees"]]
    used = sorted({names[place] for tree in trees for place in _measured(tree)})
    return {"measures": used, "sets": _moved(sets, [used.index(name) if name in used else 0 for name in names])}


def expanded(table: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the sets of the doctor's file as trees over all `names`."""
    return _moved(table["sets"], [names.index(name) for name in table["measures"]])


def _measured(node: Node) -> set[int]:
    return {node[0] >> 1} | _measured(node[2]) | _measured(node[3]) if isinstance(node, list) else set()


def _moved(sets: dict[str, Any], places: Sequence[int]) -> dict[str, Any]:
    """Return the sets with each measure's place replaced by `places[place]`."""

    def moved(node: Node) -> Node:
        if not isinstance(node, list):
            return node
        code, threshold, left, right = node
        return [2 * places[code >> 1] + (code & 1), threshold, moved(left), moved(right)]

    return {
        name: part
        | {
            "forests": {
                label: forest | {"trees": [moved(tree) for tree in forest["trees"]]}
                for label, forest in part["forests"].items()
            }
        }
        for name, part in sets.items()
    }
