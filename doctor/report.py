"""The verdict as text for a terminal."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from doctor.findings import Change, Diagnosis, Evidence, Finding
from doctor.run import Reading, Used

WIDTH = 92
"""Columns where no terminal says how many it has."""
_NARROWEST, _WIDEST = 40, 120
_MOST_UNUSED = 12
_POINTS = {"epoch": "an epoch", "step": "a logged step", "row": "a row"}
_WORDS = {
    "accuracy_gap": "training accuracy minus validation accuracy",
    "accuracy_gap_z": "that gap in standard errors",
    "early_accuracy_gap": "that gap in the first epochs",
    "val_accuracy_when_fitted": "validation minus training accuracy once training was fitted",
    "val_loss_rise": "rise of validation loss above its minimum, in units of guessing",
    "val_loss_rise_in_noise": "rise of validation loss in units of its noise",
    "val_loss_beyond_accuracy": "validation loss beyond what its accuracy need cost, in units of guessing",
    "loss_beyond_accuracy": "training loss beyond what its accuracy need cost, in units of guessing",
    "loss_late_slope_over_level": "change of the loss over as long a run as this, relative to its late level",
    "loss_end_slope_over_level": "change of the loss over as long a run as this, relative to its level at the end",
    "loss_end_monotony": "trend of the loss at the end (beyond -2 or 2 is no chance)",
    "loss_first_half_share": "share of the fall made in the first half",
    "loss_sign_changes": "share of steps against the one before (0.67 is pure noise)",
    "val_loss_distinct": "share of epochs whose validation loss is a new number",
    "val_accuracy_at_a_class_share": "share of epochs whose accuracy is that of one answer for every example",
    "n_val": "validation examples",
    "n_train": "training examples",
}
"""Plain words for the names of measures that say little by themselves."""


@dataclass(frozen=True)
class _Line:
    """A paragraph, and what its first line begins with; the others are indented as far."""

    text: str
    lead: str = ""

    def wrap(self, width: int) -> str:
        return textwrap.fill(self.text, width, initial_indent=self.lead, subsequent_indent=" " * len(self.lead))


def render(diagnosis: Diagnosis, chart: str, width: int = WIDTH) -> str:
    """Return the chart, the verdict, each finding with its reasons, and the checks that could not be made.

    Args:
        diagnosis: What is told.
        chart: The curves, as `doctor.plot.chart` draws them.
        width: Columns of the terminal; lines are broken there, within what can be read.
    """
    lines = [_Line(""), _Line(diagnosis.verdict)]
    for finding in diagnosis:
        lines += _finding(finding)
    if diagnosis.checks_not_run:
        lines += [_Line(""), _Line("Not checked:")]
        lines += [_Line(f"{check.check}: {check.reason}", "  - ") for check in diagnosis.checks_not_run]
    lines += _reading(diagnosis.reading)
    return "\n".join([chart, *(line.wrap(max(_NARROWEST, min(width, _WIDEST))) for line in lines)])


def _reading(reading: Reading | None) -> list[_Line]:
    """Say what was read as what, what was not used, and what is worth knowing of it."""
    if reading is None:
        return []
    run = f", run {reading.run}" if reading.run is not None else ""
    used = ", ".join(_read_as(used) for used in reading.used)
    head = f"Read ({reading.format}{run}, one point {_POINTS[reading.axis]}):"
    lines = [_Line(""), _Line(head), _Line(used, "  - ")]
    if reading.unused:
        listed = "; ".join(f"{column.column} ({column.reason})" for column in reading.unused[:_MOST_UNUSED])
        more = len(reading.unused) - _MOST_UNUSED
        lines.append(_Line(f"not used: {listed}" + (f"; and {more} more" if more > 0 else ""), "  - "))
    return lines + [_Line(note, "  - ") for note in reading.notes]


def _read_as(used: Used) -> str:
    how = f", {used.how}" if used.how else ""
    return used.curve if used.column == used.curve and not how else f"{used.column} as {used.curve}{how}"


def _finding(finding: Finding) -> list[_Line]:
    lines = [_Line(""), _Line(f"{finding.symptom} ({finding.severity})"), _Line(finding.summary, "  ")]
    if finding.evidence:
        lines.append(_Line("Seen: " + "; ".join(map(_evidence, finding.evidence)), "  "))
    lines += [
        _Line(f"{cause.cause}. Told by: {cause.told_apart_by}.", f"  {number}. ")
        for number, cause in enumerate(finding.causes, 1)
    ]
    lines.append(_Line("Do: " + finding.remedy.advice, "  "))
    if finding.remedy.changes:
        lines.append(_Line("Settings: " + ", ".join(map(_change, finding.remedy.changes)), "  "))
    return lines


def _evidence(evidence: Evidence) -> str:
    number = "not finite" if evidence.value is None else f"{evidence.value:.4g}"
    if not evidence.epochs:
        where = ""
    elif len(evidence.epochs) == 2 and evidence.epochs[0] < evidence.epochs[1]:
        where = f" (epochs {evidence.epochs[0]} to {evidence.epochs[1]})"
    else:
        where = f" (epoch {', '.join(map(str, dict.fromkeys(evidence.epochs)))})"
    words = _WORDS.get(evidence.name) or evidence.name.replace("val_", "validation_").replace("_", " ")
    return f"{words}: {number}{where}"


def _change(change: Change) -> str:
    sign = {"set": "=", "multiply": "×", "add": "+"}[change.action]
    return f"{change.setting} {sign} {change.value}"
