"""Two runs in one log: the counter of epochs begins again."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether the log marks a restart."""
    return bool(case.restarts)


def describe(case: Case) -> Finding:
    """Name the epochs, and how the loss changed there."""
    epochs = case.restarts or (int(case.curves.epochs[0]),)
    steps = []
    for epoch in epochs:
        row = int(np.searchsorted(case.curves.epochs, epoch))
        before = case.curves.loss[row - 1] if row else np.nan
        if row < len(case.curves) and np.isfinite(before + case.curves.loss[row]):
            steps.append(Evidence("change_of_loss_at_restart", float(case.curves.loss[row] - before), (epoch,)))
    where = ", ".join(map(str, epochs))
    jumped = any(step.value is not None and step.value > 0.05 * case.scale.guess.loss for step in steps)
    lost = " The loss jumps there: something of the training's state was not restored." if jumped else ""
    return Finding(
        symptom="restarted",
        severity="warning" if jumped else "info",
        summary=f"The log holds more than one run: the count of epochs begins again in row {where}. "
        f"Each part is judged by itself.{lost}",
        evidence=tuple(steps),
        causes=(
            Cause(
                "the optimizer's state or the learning-rate schedule was not restored",
                "the first steps after the restart are as large as those of a fresh run",
            ),
            Cause("a fresh run was appended to an old log", "the loss begins again where untrained weights begin"),
        ),
        remedy=Remedy((), "Restore the optimizer and the schedule with the weights, and give each run its own log."),
    )


SYMPTOM = Symptom("restarted", (), 1, describe, present)
