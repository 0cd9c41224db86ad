"""Draw the curves of a model's training with the doctor's marks, for a page; once for each model."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import Markup

import doctor
from doctor import plot
from service.inference.model import Model


@dataclass(frozen=True)
class Curves:
    """The pictures of a training, as inline SVG; None where the report has no curves that the doctor can read.

    Attributes:
        final: The final fit.
        folds: All cross-validation runs, with the band from the lowest to the highest.
    """

    final: Markup | None
    folds: Markup | None


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
        return Curves(None, None)
    final, folds = _epochs(training.get("final")), training.get("folds")
    runs = [epochs for fold in folds if (epochs := _epochs(fold))] if isinstance(folds, list) else []
    return Curves(_picture(final, final) if final else None, _picture(runs, None) if runs else None)


def _epochs(run: Any) -> dict[str, Any] | None:
    epochs = run.get("epochs") if isinstance(run, dict) else None
    return epochs if isinstance(epochs, dict) and epochs else None


def _picture(drawn: Any, diagnosed: dict[str, Any] | None) -> Markup | None:
    try:
        # The doctor escapes what it draws.
        return Markup(plot.svg(drawn, doctor.diagnose(diagnosed) if diagnosed else None))
    except doctor.HistoryError:
        return None
