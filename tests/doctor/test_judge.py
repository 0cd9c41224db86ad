from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.doctor.dataset import NEED_VALIDATION
from benchmarks.doctor.evaluate import by_kind
from benchmarks.doctor.learners import averaged, exported
from benchmarks.doctor.scoring import score
from doctor.case import Case
from doctor.context import Context
from doctor.curves import load
from doctor.findings import LABELS
from doctor.judge import consistent, decide, measured, probability
from doctor.judge import load as load_forests


def test_exported_trees_give_what_scikit_learn_gives() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 4))  # fewer rows than bins: thresholds lie between rows, where rounding is harmless
    x[rng.random(x.shape) < 0.2] = np.nan
    y = np.nan_to_num(x[:, 0]) + np.nan_to_num(x[:, 2]) ** 2 > 0.5
    model = HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=6, min_samples_leaf=5).fit(x, y)

    forest = json.loads(json.dumps(exported(model, [3, 2, 1, 0])))

    ours = [probability(forest, row[::-1].tolist()) for row in x]
    assert ours == pytest.approx(model.predict_proba(x)[:, 1].tolist(), abs=2e-3)


def codes(tree: list[Any] | int) -> list[int]:
    """Return what each node of a tree asks: twice the place of a measure, and one more where missing goes left."""
    return [tree[0], *codes(tree[2]), *codes(tree[3])] if isinstance(tree, list) else []


def test_the_mean_of_two_forests_scores_the_mean_of_their_scores() -> None:
    first = {"base": 0.5, "trees": [[0, 1.0, 300, -500]]}
    second = {"base": -1.5, "trees": [[0, 2.0, 100, 700], 40]}
    mean = averaged(first, second)

    for value in (0.5, 1.5, 2.5):
        logits = [math.log(p / (1 - p)) for p in (probability(forest, [value]) for forest in (first, second, mean))]
        assert logits[2] == pytest.approx((logits[0] + logits[1]) / 2, abs=1e-3)


def test_every_label_but_the_one_that_is_a_fact_has_trees_over_known_measures() -> None:
    table = load_forests()
    known = set(Case.of(load({"loss": [0.5]}), Context()).measures)

    assert set(table["validation"]["forests"]) == set(LABELS) - {"too_small_validation"}
    assert set(table["training"]["forests"]) == set(LABELS) - NEED_VALIDATION
    assert all(set(part["forests"]) == set(part["thresholds"]) for part in table.values())
    forests = [forest for part in table.values() for forest in part["forests"].values()]
    used = {measured()[code // 2] for forest in forests for tree in forest["trees"] for code in codes(tree)}
    assert used <= known
    assert len(used) == len(measured())


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ({"healthy": 0.9, "overfitting": 0.6}, {"healthy"}),
        ({"healthy": 0.55, "overfitting": 0.8, "label_noise": 0.6}, {"overfitting", "label_noise"}),
        ({"healthy": 0.1, "overfitting": 0.3, "label_noise": 0.2}, {"overfitting"}),
        ({"healthy": 0.3, "overfitting": 0.2}, {"healthy"}),
        ({"overfitting": 0.2}, set()),
        ({}, set()),
    ],
)
def test_a_run_is_healthy_or_ill_and_never_nothing_when_it_may_be_healthy(
    probabilities: dict[str, float], expected: set[str]
) -> None:
    assert decide(probabilities, dict.fromkeys(probabilities, 0.5)) == expected


@pytest.mark.parametrize(
    ("found", "still", "expected"),
    [
        ({"diverged", "oscillating", "overfitting", "label_noise"}, False, {"diverged", "oscillating"}),
        (
            {"constant_validation", "oscillating", "diverged", "underfitting"},
            True,
            {"constant_validation", "oscillating"},
        ),
        ({"oscillating", "undertrained", "overfitting"}, False, {"oscillating", "overfitting"}),
        ({"flat_training", "underfitting"}, False, {"flat_training", "underfitting"}),
        ({"healthy"}, False, {"healthy"}),
    ],
)
def test_what_one_label_explains_is_not_said_too(found: set[str], still: bool, expected: set[str]) -> None:
    val_loss = [7.7] * 6 if still else [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    case = Case.of(load({"loss": [9.0, 7.0, 8.0, 9.0, 7.0, 8.0], "val_loss": val_loss}), Context())

    assert consistent(found, case) == expected


def test_scores_by_hand() -> None:
    scored = score(
        [
            (["healthy"], ["healthy"], []),
            (["overfitting"], ["healthy"], []),
            (["overfitting", "oscillating"], ["overfitting"], ["oscillating"]),
            ([], ["overfitting"], []),
        ]
    )

    assert scored.precision("overfitting") == scored.recall("overfitting") == scored.f1("overfitting") == 0.5
    assert scored.f1("healthy") == pytest.approx(2 / 3)
    assert scored.macro_f1() == pytest.approx((0.5 + 2 / 3) / 2)
    assert scored.false_alarm_rate() == 0.5
    assert scored.exact == 0.5


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("binary images", "two classes"),
        ("10-class images", "more classes"),
        ("N-class text", "more classes"),
        ("regression", "other losses"),
        (None, "two classes"),
    ],
)
def test_answers_are_grouped_by_the_kind_of_task(task: str | None, kind: str) -> None:
    run = {"epochs": [], "labels": ["healthy"]} | ({"task": task} if task else {})

    assert list(by_kind([run], [(["healthy"], ["healthy"], [])])) == [kind]
