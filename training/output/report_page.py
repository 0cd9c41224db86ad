"""The report as a page that lies in the version: nothing has to run, or to be reached, to read it."""

from collections.abc import Sequence
from dataclasses import replace

import doctor
from artifact.report import page
from artifact.report import training as trainings
from artifact.report.section import Report
from doctor import plot
from training.problem.interface import Curves


def render(report: Report, name: str, runs: Sequence[Curves], final: Curves, diagnosis: doctor.Diagnosis) -> bytes:
    """Return the bytes of `report.html`.

    Args:
        report: The report as it is published.
        name: What the model is called.
        runs: The curves of the cross-validation.
        final: Those of the final fit.
        diagnosis: What the doctor says of these, which marks its epochs.
    """
    told = replace(diagnosis, verdict=trainings.of(report).final.told.verdict)  # less than all is well
    drawn = page.Curves(_draw(final, told), _draw([curves for curves in runs if curves]))
    return page.alone(report, name, drawn).encode()


def _draw(history: Curves | list[Curves], diagnosis: doctor.Diagnosis | None = None) -> str | None:
    try:
        return plot.svg(history, diagnosis) if history else None
    except doctor.HistoryError:  # nothing finite was recorded
        return None
