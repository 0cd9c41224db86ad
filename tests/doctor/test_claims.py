"""No sentence is false of the curve that it stands beside: evidence and claims, held against the raw numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.doctor.make_runs import make
from doctor import Diagnosis, Finding, diagnose

Columns = dict[str, np.ndarray]
CLASSES = (2, 3, 10, 100)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Columns, dict[str, Any]]:
    """Draw a run of any shape: a fall, a climb, a jump or a plateau for each loss, with accuracies of every kind."""
    epochs, classes = draw(st.integers(5, 60)), draw(st.sampled_from(CLASSES))
    sink, breaks = draw(st.sampled_from([0.0] * 9 + [2.0])), draw(st.sampled_from([None] * 9 + [0, 3, 7]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    start = math.log(classes) * draw(st.sampled_from([0.2, 0.9, 1.0, 1.1, 3.0]))
    history = {"loss": _curve(draw, rng, epochs, start)}
    if draw(st.booleans()):
        history["accuracy"] = _accuracy(draw, rng, history["loss"], classes)
    if draw(st.integers(0, 3)):
        history["val_loss"] = _curve(draw, rng, epochs, start)
        if draw(st.booleans()):
            history["val_accuracy"] = _accuracy(draw, rng, history["val_loss"], classes)
    for name in {"loss", "val_loss"} & set(history):
        history[name] = history[name] - sink * np.linspace(0, 1, epochs)  # a loss may be negative
    if breaks is not None:
        history["loss"][breaks:] = math.nan
    facts: dict[str, Any] = draw(st.sampled_from([{}, {"classes": classes}, {"task": "regression"}, {"n_val": 40}]))
    return history, facts


def _curve(draw: st.DrawFn, rng: np.random.Generator, epochs: int, start: float) -> np.ndarray:
    at = np.linspace(0, 1, epochs)
    end = draw(st.sampled_from([0.001, 0.2, 0.7, 1.0]))
    shape = draw(st.sampled_from(["falls", "plateau", "climbs", "turns", "breaks", "straight"]))
    curve = {
        "falls": end + (1 - end) * np.exp(-6 * at),
        "plateau": np.ones(epochs),
        "climbs": 1 + 3 * at,
        "turns": end + (1 - end) * np.exp(-8 * at) + 0.8 * np.maximum(at - 0.4, 0),
        "breaks": np.where(at < 0.6, 1 - (1 - end) * at / 0.6, 1.0),
        "straight": 1 - (1 - end) * at,
    }[shape]
    noise = draw(st.sampled_from([0.0, 0.002, 0.03, 0.4]))
    return start * np.abs(curve * (1 + noise * rng.normal(size=epochs)))


def _accuracy(draw: st.DrawFn, rng: np.random.Generator, loss: np.ndarray, classes: int) -> np.ndarray:
    kind = draw(st.sampled_from(["of the loss", "constant", "noise"]))
    if kind == "constant":
        return np.full(len(loss), draw(st.sampled_from([1 / classes, 0.8, 0.95, 1.0])))
    if kind == "noise":
        return np.round(rng.uniform(0, 1, len(loss)), 3)
    return np.clip(1 - loss / math.log(classes) * (1 - 1 / classes), 0, 1)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(histories())
def test_every_number_and_every_sentence_holds_of_the_curve(drawn: tuple[Columns, dict[str, Any]]) -> None:
    history, facts = drawn

    _hold(history, diagnose(history, facts))


@pytest.mark.parametrize("kind", ["binary", "classes", "regression"])
def test_they_hold_of_runs_that_were_really_trained(kind: str) -> None:
    made = [run for seed in range(4) if (run := make(40_000_000 + seed, kind=kind)) is not None]

    for run in made:
        names = [name for name in run["epochs"][0] if name != "epoch"]
        history = {name: np.array([row[name] for row in run["epochs"]], dtype=float) for name in names}
        _hold(history, diagnose(run["epochs"], run["context"]))
    assert made


def _hold(history: Columns, diagnosis: Diagnosis) -> None:
    starved = [epoch for found in diagnosis if found.symptom == "data_ran_out" for epoch in found.evidence[0].epochs]
    if starved:  # numbers are of the other epochs, which alone are judged
        judged = np.setdiff1d(np.arange(len(history["loss"])), np.array(starved) - 1)
        history = {
            name: np.where(np.isin(np.arange(len(values)), judged), values, math.nan)
            for name, values in history.items()
        }
    for finding in diagnosis:
        for evidence in finding.evidence:
            _evidence_holds(history, evidence)
            _fact_holds(history, evidence)
        for number in re.findall(r"epoch (\d+)", finding.summary + finding.remedy.advice):
            assert 1 <= int(number) <= len(history["loss"])
        claim = CLAIMS.get(finding.symptom)
        assert claim is None or claim(history, finding), (finding.symptom, finding.summary)
    first = diagnosis.verdict.split("; ")[0].rstrip(".")
    holds = next((claim for start, claim in VERDICTS.items() if first.startswith(start)), None)
    assert holds is None or holds(history), diagnosis.verdict
    if diagnosis.healthy:
        assert np.isfinite(history["loss"]).all()


def _evidence_holds(history: Columns, evidence: Any) -> None:
    kind, _, curve = evidence.name.partition("_")
    if curve not in history:
        return
    values, epochs = history[curve], evidence.epochs
    if kind in ("least", "greatest"):
        extreme = np.nanmin(values) if kind == "least" else np.nanmax(values)
        assert evidence.value == extreme == values[epochs[0] - 1]
    if kind == "final":
        stretch = values[epochs[0] - 1 : epochs[1]]
        assert evidence.value == pytest.approx(np.median(stretch[np.isfinite(stretch)]))
        assert epochs[1] == np.flatnonzero(np.isfinite(values))[-1] + 1


def _fact_holds(history: Columns, evidence: Any) -> None:
    """Hold numbers that name no curve by their first word against the curve that they are of."""
    loss = history["loss"]
    if evidence.name == "first_epoch_not_finite":
        losses = [history[name] for name in ("loss", "val_loss") if name in history]
        broken = [
            int(np.flatnonzero(~np.isfinite(values))[0]) + 1 for values in losses if not np.isfinite(values).all()
        ]
        assert evidence.value == min(broken)
    if evidence.name == "largest_rise_of_loss":
        known = loss[np.isfinite(loss)]
        assert evidence.value == pytest.approx(np.diff(known).max())
    if evidence.name == "accuracy_gap":
        assert evidence.value == pytest.approx(_end(history, "accuracy") - _end(history, "val_accuracy"))
    if evidence.name.endswith("_in_that_epoch"):
        assert evidence.value == history[evidence.name.removesuffix("_in_that_epoch")][evidence.epochs[0] - 1]
    if evidence.name == "accuracy_in_every_epoch":
        curves = [history[name] for name in ("accuracy", "val_accuracy") if name in history]
        stretch = slice(evidence.epochs[0] - 1, evidence.epochs[1])
        assert any(np.abs(values[stretch] - evidence.value).max() < 1e-3 for values in curves)


def _end(history: Columns, curve: str) -> float:
    late = history[curve][max(0, min(int(0.8 * len(history[curve])), len(history[curve]) - 3)) :]
    late = late[np.isfinite(late)]  # of the last fifth, and of three epochs at least
    return float(np.median(late)) if len(late) else math.nan


def _start(history: Columns, curve: str) -> float:
    return float(history[curve][np.isfinite(history[curve])][0])


def _healthy(history: Columns, finding: Finding) -> bool:
    fell = _end(history, "loss") < _start(history, "loss")
    follows = "val_loss" in history and _end(history, "val_loss") < _start(history, "val_loss")
    return ("the loss fell" not in finding.summary or fell) and ("follows" not in finding.summary or follows)


def _overfitting(history: Columns, finding: Finding) -> bool:
    worse = _end(history, "val_loss") > _end(history, "loss")
    if {"accuracy", "val_accuracy"} <= set(history):
        worse = worse or _end(history, "val_accuracy") < _end(history, "accuracy")
    rises = "rises" not in finding.summary or _end(history, "val_loss") > np.nanmin(history["val_loss"])
    return (worse or "clearly better" not in finding.summary) and bool(rises)


def _undertrained(history: Columns, finding: Finding) -> bool:
    curve = "val_loss" if finding.summary.startswith("Validation") else "loss"
    falls = [name for name in ("loss", "val_loss") if name in history and _falls(history[name])]
    return curve in falls if not finding.summary.startswith("The") else bool(falls)


def _falls(values: np.ndarray) -> bool:
    late = values[len(values) // 2 :]
    late = late[np.isfinite(late)]
    return float(np.polyfit(np.arange(len(late)), late, 1)[0]) < 0


def _flat(history: Columns, finding: Finding) -> bool:
    return abs(_end(history, "loss") / _start(history, "loss") - 1) < 0.6 or "guessing" in finding.summary


def _constant(history: Columns, finding: Finding) -> bool:
    val = history["val_loss"]
    late = val[len(val) // 2 :]
    still = bool(np.ptp(late[np.isfinite(late)]) < 0.12 * max(1.0, _start(history, "loss")))
    learns = finding.kind != "stale_weights" or _end(history, "loss") < _start(history, "loss")
    return still and learns


def _oscillating(history: Columns, finding: Finding) -> bool:
    steps = np.diff(history["loss"][np.isfinite(history["loss"])])
    return bool((steps > 0).any() and (steps < 0).any())


def _diverged(history: Columns, finding: Finding) -> bool:
    losses = [history[name] for name in ("loss", "val_loss") if name in history]
    broken = any(not np.isfinite(values).all() for values in losses)
    return broken if "not a number" in finding.summary else not broken


def _unlearned(history: Columns, finding: Finding) -> bool:
    loss = history["loss"]
    return bool(_end(history, "loss") > 1.2 * np.nanmin(loss)) and bool(
        np.nanmin(loss) < 0.95 * _start(history, "loss")
    )


def _inference(history: Columns, finding: Finding) -> bool:
    return _end(history, "accuracy") > _end(history, "val_accuracy") and _end(history, "val_loss") > _end(
        history, "loss"
    )


def _went_to(history: Columns, finding: Finding) -> bool:
    share = re.search(r"went to only (\d+) %", finding.summary)
    loss = history["loss"][np.isfinite(history["loss"])]
    if share is None:
        return "did not fall" in finding.summary
    return bool(loss.min() / loss.max() <= int(share[1]) / 100 + 0.01)


def _one_class(history: Columns, finding: Finding) -> bool:
    curve = "val_accuracy" if finding.summary.startswith("Validation") else "accuracy"
    return bool(np.ptp(history[curve]) < 1e-3)


CLAIMS: dict[str, Callable[[Columns, Finding], bool]] = {
    "healthy": _healthy,
    "overfitting": _overfitting,
    "undertrained": _undertrained,
    "flat_training": _flat,
    "constant_validation": _constant,
    "oscillating": _oscillating,
    "diverged": _diverged,
    "unlearned": _unlearned,
    "inference_differs": _inference,
    "one_class_answered": _one_class,
    "distribution_shift": lambda history, _: (
        _end(history, "val_accuracy") < _end(history, "accuracy") or _end(history, "val_loss") > _end(history, "loss")
    ),
    "validation_better_than_training": lambda history, _: _end(history, "val_loss") < _end(history, "loss"),
    "overconfident": lambda history, _: _end(history, "val_accuracy") < 1,
    "validation_is_training": lambda history, _: bool(np.array_equal(history["loss"], history["val_loss"])),
    "loss_contradicts_accuracy": lambda history, finding: _below_floor(history, finding),
    "validation_not_measured": lambda history, _: not history["val_loss"].any(),
    "label_noise": lambda history, _: _end(history, "val_loss") > 0.05,
    "underfitting": lambda history, _: _end(history, "loss") > 0.1,
    "learning_rate_too_low": lambda history, finding: _went_to(history, finding),
    "negative_loss": lambda history, _: _end(history, "loss") < 0,
    "validation_scaled_otherwise": lambda history, _: _end(history, "val_loss") > _end(history, "loss"),
    "unshuffled_split": lambda history, _: bool(np.nanmin(history["val_accuracy"]) <= 0.1),
    "data_ran_out": lambda history, finding: len(finding.evidence[0].epochs) < len(history["loss"]),
    "validation_jumps": lambda history, _: bool((np.diff(history["val_loss"]) > 0).any()),
}


def _worse_in_validation(history: Columns) -> bool:
    gap = {"accuracy", "val_accuracy"} <= set(history) and _end(history, "val_accuracy") < _end(history, "accuracy")
    return bool(gap or _end(history, "val_loss") > _end(history, "loss"))


def _learned_once(history: Columns) -> bool:
    return bool(np.nanmin(history["loss"]) < 0.95 * _start(history, "loss"))


VERDICTS: dict[str, Callable[[Columns], bool]] = {
    "The model has learned its training examples by heart": _worse_in_validation,
    "Validation was best well before the end": lambda history: (
        _end(history, "val_loss") > np.nanmin(history["val_loss"])
    ),
    "Validation does worse than guessing": _worse_in_validation,
    "Training stopped too early": lambda history: any(
        _falls(history[name]) for name in ("loss", "val_loss") if name in history
    ),
    "The loss is no number from the first epoch on": lambda history: (
        not all(np.isfinite(history[name][0]) for name in ("loss", "val_loss") if name in history)
    ),
    "Training went out of control: the loss became": lambda history: (
        not all(np.isfinite(history[name]).all() for name in ("loss", "val_loss") if name in history)
    ),
    "The model had learned until": _learned_once,
    "The model had learned and lost it again": _learned_once,
    "The model learned nothing: its training loss stays": lambda history: (
        0.75 < _end(history, "loss") / _start(history, "loss") < 1.6
    ),
    "The loss is negative": lambda history: _end(history, "loss") < 0,
    "The output cannot vary": lambda history: bool(np.ptp(history["loss"]) < 1e-3),
    "Training went well": lambda history: _end(history, "loss") < 3 * _start(history, "loss"),
}
"""First sentences (their beginning), and what must hold of the curve."""


def _below_floor(history: Columns, finding: Finding) -> bool:
    prefix = "val_" if finding.summary.startswith("Validation") else ""
    least = (1 - history[f"{prefix}accuracy"]) * math.log(2)
    known = np.isfinite(history[f"{prefix}loss"])
    return bool(np.mean(history[f"{prefix}loss"][known] < least[known]) >= 0.5)
