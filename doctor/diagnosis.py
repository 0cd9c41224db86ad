"""From curves to findings: measure, judge, describe, and say what could not be checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from doctor.case import Case
from doctor.context import Context
from doctor.curves import load
from doctor.findings import CheckNotRun, Diagnosis, by_severity
from doctor.judge import judge
from doctor.symptoms import JUDGED, NOTES
from doctor.verdict import sentence


def diagnose(
    history: Mapping[str, Any] | Sequence[Mapping[str, Any]], context: Context | Mapping[str, Any] | None = None
) -> Diagnosis:
    """Say what a training run's curves mean, why, and what mends it.

    Args:
        history: Column -> per-epoch values, as Keras's `History.history` has it, or one mapping an epoch.
            Only `loss` is needed; `accuracy`, `val_loss` and `val_accuracy` (or their usual aliases) are used
            where they are. None and NaN are allowed anywhere.
        context: What is known of the run; see `Context`.

    Raises:
        HistoryError: The history has no training loss, or something is not a number.
    """
    case = Case.of(load(history), Context.of(context))
    obstacles = {symptom.name: symptom.obstacle(case) for symptom in (*JUDGED, *NOTES)}
    labels = judge(case, checkable(case))
    judged = [symptom.describe(case) for symptom in JUDGED if symptom.name in labels]
    notes = [
        symptom.describe(case)
        for symptom in NOTES
        if obstacles[symptom.name] is None and symptom.present is not None and symptom.present(case, labels)
    ]
    findings = by_severity(judged + notes)
    return Diagnosis(
        findings=findings,
        checks_not_run=tuple(CheckNotRun(name, reason) for name, reason in obstacles.items() if reason is not None),
        verdict=sentence(findings),
        healthy="healthy" in labels,
        labels=labels,
        reading=case.curves.reading,
    )


def checkable(case: Case) -> frozenset[str]:
    """Return the judged symptoms that can be checked on `case` and that its curves do not rule out."""
    return frozenset(symptom.name for symptom in JUDGED if symptom.obstacle(case) is None and symptom.possible(case))
