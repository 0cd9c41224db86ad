"""What must hold of a run that has a symptom, whatever the trees say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.doctor.dataset import training_only
from benchmarks.doctor.make_runs import make
from doctor import diagnose
from doctor.judge import load
from doctor.symptoms import JUDGED
from tests.doctor import curves_by_hand as by_hand

SMOOTH = (0.018 + 0.18 * np.exp(-np.arange(60) / 2)).tolist()
FLAT = [float(np.log(2))] * 20
TINY = {"n_train": 28, "n_val": 7, "class_counts_train": [14, 14], "class_counts_val": [4, 3]}
WITHIN_NOISE = {
    "loss": [0.5, 0.3, 0.25, 0.22, 0.21, 0.2, 0.2, 0.2],
    "accuracy": [0.8, 0.9, 0.93, 0.93, 0.93, 0.93, 0.93, 0.93],
    "val_loss": [0.5, 0.3, 0.25, 0.26, 0.28, 0.29, 0.3, 0.3],
    "val_accuracy": [6 / 7] * 8,
}
CASES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "diverged": [({"loss": SMOOTH}, {"n_train": 35, "learning_rate": 1.5}), ({"loss": FLAT}, {})],
    "overfitting": [(WITHIN_NOISE, TINY), (by_hand.healthy(), by_hand.CONTEXT)],
    "underfitting": [({"loss": SMOOTH}, {}), (by_hand.overfitting(), by_hand.CONTEXT)],
    "undertrained": [({"loss": SMOOTH}, {}), ({"loss": FLAT}, {}), (by_hand.swinging(), by_hand.CONTEXT)],
    "oscillating": [({"loss": np.linspace(3, 0.1, 8)}, {}), ({"loss": SMOOTH}, {})],
    "flat_training": [({"loss": SMOOTH}, {}), (by_hand.undertrained(), by_hand.CONTEXT), (by_hand.swinging(), {})],
    "constant_validation": [
        (by_hand.undertrained(), by_hand.CONTEXT),
        ({"loss": SMOOTH, "val_loss": SMOOTH}, {}),  # settled, and no fault
    ],
    "imbalance_collapse": [
        (by_hand.flat(), by_hand.CONTEXT),
        (by_hand.collapsed(), by_hand.CONTEXT),  # 0.95 right of equal classes
        (
            by_hand.collapsed(),
            {"class_counts_train": [95, 5], "class_counts_val": [38, 2], "prediction_counts": [36, 4]},
        ),
    ],
    "distribution_shift": [(by_hand.healthy(), by_hand.CONTEXT), (WITHIN_NOISE, TINY)],
    "label_noise": [(by_hand.healthy(), by_hand.CONTEXT)],
    "healthy": [({"loss": FLAT}, {}), (by_hand.exploding(), {}), (by_hand.swinging(), by_hand.CONTEXT)],
}


@pytest.mark.parametrize(
    ("symptom", "history", "context"),
    [(symptom, *case) for symptom, cases in CASES.items() for case in cases],
    ids=[f"{symptom}-{number}" for symptom, cases in CASES.items() for number in range(len(cases))],
)
def test_no_tree_can_make_a_run_what_its_curves_rule_out(
    monkeypatch: pytest.MonkeyPatch, symptom: str, history: dict[str, Any], context: dict[str, Any]
) -> None:
    _believe_only(symptom, monkeypatch)

    assert symptom not in diagnose(history, context).labels


def test_the_trees_decide_where_the_curves_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    _believe_only("overfitting", monkeypatch)

    assert diagnose(by_hand.overfitting(), by_hand.CONTEXT).labels == ("overfitting",)


def test_every_judged_symptom_that_is_no_fact_has_a_case_here() -> None:
    assert set(CASES) == {symptom.name for symptom in JUDGED} - {"too_small_validation"}


def test_what_needs_validation_is_not_judged_without_it() -> None:
    diagnosis = diagnose({"loss": by_hand.swinging()["loss"], "accuracy": by_hand.swinging()["accuracy"]})

    skipped = {check.check for check in diagnosis.checks_not_run}
    assert skipped >= {"overfitting", "constant_validation", "distribution_shift", "label_noise", "overconfident"}
    assert diagnosis.labels == ("oscillating",)


def test_a_fine_linear_head_is_healthy_at_a_rate_of_more_than_one_and_without_validation() -> None:
    made = [run for seed in range(24) if (run := make(9_000_000 + seed, "healthy_convex")) is not None]
    fine = [run for run in made if "healthy" in run["labels"]]
    called = [diagnose(run["epochs"], run["context"]).healthy for run in fine]
    alone = [diagnose(run["epochs"], run["context"]).healthy for run in map(training_only, fine)]

    assert len(fine) >= 12
    assert max(run["context"]["learning_rate"] for run in fine) > 1
    assert np.mean(called) >= 0.95
    assert np.mean(alone) >= 0.95


def test_without_validation_a_run_keeps_the_labels_that_its_training_curves_show() -> None:
    run = {"epochs": [{"loss": 1.0, "val_loss": 2.0}], "context": {"n_train": 9, "n_val": 3}}

    swinging = training_only(run | {"labels": ["overfitting", "oscillating"], "tolerated": ["label_noise"]})
    overfitted = training_only(run | {"labels": ["overfitting", "too_small_validation"], "tolerated": []})
    mislabelled = training_only(run | {"labels": ["label_noise"], "tolerated": []})

    assert swinging["epochs"] == [{"loss": 1.0}]
    assert swinging["context"] == {"n_train": 9}
    assert (swinging["labels"], swinging["tolerated"]) == (["oscillating"], [])
    assert overfitted["labels"] == ["healthy"]
    assert (mislabelled["labels"], mislabelled["tolerated"]) == ([], ["healthy"])


def _believe_only(symptom: str, monkeypatch: pytest.MonkeyPatch) -> None:
    believed = {id(part["forests"].get(symptom)) for part in load().values()}
    monkeypatch.setattr("doctor.judge.probability", lambda forest, _: 0.99 if id(forest) in believed else 0.0)
