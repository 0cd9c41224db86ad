"""Two runs in one log: the counter of epochs begins again."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether the log marks a restart."""
    return bool(case.restarts) or appended(case)


def appended(case: Case) -> bool:
    """Tell whether this is one of several runs that a log holds one after another."""
    return case.curves.reading is not None and case.curves.reading.appended


def describe(case: Case) -> Finding:
    """Name the epochs, and how the loss changed there."""
    steps = [change for epoch in case.restarts if (change := _change(case, epoch)) is not None]
    jumped = any(step.value is not None and step.value > 0.05 * case.scale.guess.loss for step in steps)
    jump = " The loss jumps there: something of the training's state was not restored." if jumped else ""
    run = case.curves.reading.run if case.curves.reading is not None else None
    return Finding(
        symptom="restarted",
        severity="warning" if jumped else "info",
        summary=f"Training was started again in epoch {', '.join(map(str, case.restarts))}; each part is judged by "
        f"itself.{jump}"
        if case.restarts
        else "The log holds several runs, one after another: the count of epochs begins again. Each is judged by itself"
        + (f"; this is run {run}." if run else "."),
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


def _change(case: Case, epoch: int) -> Evidence | None:
    row = int(np.searchsorted(case.curves.epochs, epoch))
    if not 0 < row < len(case.curves):
        return None
    change = float(case.curves.loss[row] - case.curves.loss[row - 1])
    return Evidence("change_of_loss_at_restart", change, (epoch,)) if np.isfinite(change) else None


SYMPTOM = Symptom("restarted", (), 1, describe, present)
