"""Draw the curves of a model's training with the doctor's marks, for a page; once for each model."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import doctor
from artifact import schema
from artifact.report import training as trainings
from artifact.report.page import Curves
from artifact.report.section import Report
from artifact.report.training import Epochs, Run
from service.inference.model import Model

_drawn: WeakKeyDictionary[Model, Curves] = WeakKeyDictionary()


def of(model: Model) -> Curves:
    """Return the pictures of a model's training."""
    found = _drawn.get(model)
    if found is None:
        found = _drawn[model] = draw(model.told)
    return found


def draw(report: Report) -> Curves:
    """Draw what a report has of its training."""
    section = trainings.of(report)
    runs = [fold.epochs for fold in section.folds if fold.epochs]
    return Curves(_picture(section.final.epochs, _diagnosis(section.final)), _picture(runs))


def _diagnosis(run: Run) -> doctor.Diagnosis | None:
    """Return what a stored diagnosis has for a picture: its verdict, and findings with the epochs they speak of."""
    stored = run.diagnosis or {}
    advice = {"remedy": {"changes": [], "advice": ""}}
    findings = [{**found, **advice} for found in stored.get("findings", ())]
    try:
        return schema.build(doctor.Diagnosis, {**stored, "findings": findings}, "diagnosis")
    except schema.SchemaError:
        return None


def _picture(history: Epochs | Sequence[Epochs], diagnosis: doctor.Diagnosis | None = None) -> str | None:
    if not history:
        return None
    try:
        return doctor.plot.svg(history, diagnosis)
    except doctor.HistoryError:
        return None
