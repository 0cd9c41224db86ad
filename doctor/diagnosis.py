"""From curves to findings: measure, judge, describe, and say what could not be checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from doctor.case import Case
from doctor.context import Context
from doctor.curves import load, parts_of
from doctor.findings import LABELS, CheckNotRun, Diagnosis, Finding, by_severity
from doctor.judge import judge
from doctor.scale import scale_of
from doctor.symptoms import JUDGED, NOTES, Symptom
from doctor.verdict import sentence
from doctor.wording import called, worded


def diagnose(
    history: Mapping[str, Any] | Sequence[Mapping[str, Any]], context: Context | Mapping[str, Any] | None = None
) -> Diagnosis:
    """Say what a training run's curves mean, why, and what mends it.

    Where the log holds a restart, each part that is long enough is judged by itself.

    Args:
        history: Column -> per-epoch values, as Keras's `History.history` has it, or one mapping an epoch.
            Only `loss` is needed; `accuracy`, `val_loss` and `val_accuracy` (or their usual aliases) are used
            where they are. None and NaN are allowed anywhere.
        context: What is known of the run; see `Context`.

    Raises:
        HistoryError: The history has no training loss, or something is not a number.
    """
    curves, facts = load(history), Context.of(context)
    parts = parts_of(curves)
    scale = scale_of(curves, facts) if len(parts) > 1 else None  # a resumed part does not begin at guessing
    cases = [Case.of(part, facts, scale) for part in parts]
    examined = [examine(case) for case in cases]
    labels = _together([labels for labels, _ in examined])
    found: dict[str, Finding] = {}
    for _, findings in reversed(examined):  # of one symptom in several parts, the last part's finding stands
        for finding in findings:
            found.setdefault(finding.symptom, finding)
    if "healthy" not in labels:
        found.pop("healthy", None)
    if len(cases) > 1:
        found |= {note.symptom: note for note in _restarts(Case.of(curves, facts))}
    said = by_severity([worded(finding, facts.examples) for finding in found.values()])
    return Diagnosis(
        findings=said,
        checks_not_run=tuple(CheckNotRun(name, reason) for name, reason in _obstacles(cases[-1]).items()),
        verdict=called(sentence(said), facts.examples),
        healthy="healthy" in labels,
        labels=labels,
        reading=curves.reading,
    )


def examine(case: Case) -> tuple[tuple[str, ...], list[Finding]]:
    """Return the labels and the findings of one run without restarts."""
    obstacles = _obstacles(case)
    labels = judge(case, checkable(case))
    stories = [symptom for symptom in NOTES if symptom.rules_out and _present(symptom, case, labels, obstacles)]
    ruled_out = frozenset[str]().union(*(story.rules_out for story in stories))
    labels = tuple(label for label in labels if label not in ruled_out)
    known = (*labels, *(story.name for story in stories))
    notes = [symptom for symptom in NOTES if not symptom.rules_out and _present(symptom, case, known, obstacles)]
    judged = [symptom for symptom in JUDGED if symptom.name in labels]
    return _named(labels, stories), [symptom.describe(case) for symptom in (*stories, *judged, *notes)]


def _named(labels: tuple[str, ...], stories: list[Symptom]) -> tuple[str, ...]:
    """Return the labels, or where no fault has one the label that the first story stands for."""
    if set(labels) - {"too_small_validation"}:
        return labels
    near = {story.stands_for for story in stories[:1]} - {None}
    return tuple(label for label in LABELS if label in near | set(labels))


def checkable(case: Case) -> frozenset[str]:
    """Return the judged symptoms that can be checked on `case` and that its curves do not rule out."""
    return frozenset(symptom.name for symptom in JUDGED if symptom.obstacle(case) is None and symptom.possible(case))


def _obstacles(case: Case) -> dict[str, str]:
    """Return why each check that cannot be made on `case` cannot be."""
    reasons = {symptom.name: symptom.obstacle(case) for symptom in (*JUDGED, *NOTES)}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def _present(symptom: Symptom, case: Case, labels: tuple[str, ...], obstacles: Mapping[str, str]) -> bool:
    return symptom.name not in obstacles and symptom.present is not None and symptom.present(case, labels)


def _restarts(whole: Case) -> list[Finding]:
    return [symptom.describe(whole) for symptom in NOTES if symptom.name == "restarted"]


def _together(parts: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the labels of all parts; healthy only where no part is ill."""
    said = {label for labels in parts for label in labels}
    if said - {"healthy", "too_small_validation"} or not all("healthy" in labels for labels in parts):
        said -= {"healthy"}
    return tuple(label for label in LABELS if label in said)
