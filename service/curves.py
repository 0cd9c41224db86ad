"""Draw the curves of a model's training with the doctor's marks, for a page; once for each model."""

from typing import Any
from weakref import WeakKeyDictionary

import doctor
from artifact import schema
from artifact.report.page import Curves
from doctor import plot
from service.inference.model import Model

_drawn: WeakKeyDictionary[Model, Curves] = WeakKeyDictionary()


def of(model: Model) -> Curves:
    """Return the pictures of a model's training."""
    found = _drawn.get(model)
    if found is None:
        found = _drawn[model] = draw(model.report)
    return found


def draw(report: dict[str, Any]) -> Curves:
    """Draw what a report has of its training."""
    training = report.get("training")
    if not isinstance(training, dict):
        return Curves()
    final, folds = training.get("final"), training.get("folds")
    runs = [epochs for fold in folds if (epochs := _epochs(fold))] if isinstance(folds, list) else []
    return Curves(_picture(_epochs(final), _diagnosis(final)), _picture(runs))


def _epochs(run: Any) -> dict[str, Any]:
    epochs = run.get("epochs") if isinstance(run, dict) else None
    return epochs if isinstance(epochs, dict) else {}


def _diagnosis(run: Any) -> doctor.Diagnosis | None:
    """Return what a stored diagnosis has for a picture: its verdict, and findings with the epochs they speak of."""
    stored = run.get("diagnosis") if isinstance(run, dict) else None
    if not isinstance(stored, dict) or not isinstance(stored.get("findings"), list):
        return None
    advice = {"remedy": {"changes": [], "advice": ""}}
    findings = [{**found, **advice} for found in stored["findings"] if isinstance(found, dict)]
    try:
        return schema.build(doctor.Diagnosis, {**stored, "findings": findings}, "diagnosis")
    except schema.SchemaError:
        return None


def _picture(history: Any, diagnosis: doctor.Diagnosis | None = None) -> str | None:
    if not history:
        return None
    try:
        return plot.svg(history, diagnosis)
    except doctor.HistoryError:
        return None
