"""No sentence is false of the curve that it stands beside: evidence and claims, held against the raw numbers."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.doctor.make_runs import make
from doctor import Diagnosis, diagnose
from tests.doctor.claims import CLAIMS, VERDICTS, Columns, end

CLASSES = (2, 3, 10, 100)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Columns, dict[str, Any]]:
    """Draw a run of any shape: a fall, a climb, a jump or a plateau for each loss, with accuracies of every kind."""
    epochs, classes = draw(st.integers(5, 60)), draw(st.sampled_from(CLASSES))
    sink, breaks = draw(st.sampled_from([0.0] * 9 + [2.0])), draw(st.sampled_from([None] * 9 + [0, 3, 7]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    start = math.log(classes) * draw(st.sampled_from([0.2, 0.9, 1.0, 1.1, 3.0, 40.0, 1e18]))
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

    hold(history, diagnose(history, facts))


@pytest.mark.parametrize("kind", ["binary", "classes", "regression"])
def test_they_hold_of_runs_that_were_really_trained(kind: str) -> None:
    made = [run for seed in range(4) if (run := make(40_000_000 + seed, kind=kind)) is not None]

    for run in made:
        names = [name for name in run["epochs"][0] if name != "epoch"]
        history = {name: np.array([row[name] for row in run["epochs"]], dtype=float) for name in names}
        hold(history, diagnose(run["epochs"], run["context"]))
    assert made


def hold(history: Columns, diagnosis: Diagnosis) -> None:
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
        assert evidence.value == pytest.approx(end(history, "accuracy") - end(history, "val_accuracy"))
    if evidence.name.endswith("_in_that_epoch"):
        assert evidence.value == history[evidence.name.removesuffix("_in_that_epoch")][evidence.epochs[0] - 1]
    if evidence.name == "accuracy_in_every_epoch":
        curves = [history[name] for name in ("accuracy", "val_accuracy") if name in history]
        stretch = slice(evidence.epochs[0] - 1, evidence.epochs[1])
        assert any(np.abs(values[stretch] - evidence.value).max() < 1e-3 for values in curves)
