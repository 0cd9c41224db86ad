"""What speaks against trusting a model: every warning of its report, a sentence or two each."""

from dataclasses import dataclass
from typing import Literal

from artifact.counting import counted
from artifact.report import calibration, training
from artifact.report.checks import CHECKS
from artifact.report.estimate import ESTIMATE, Estimate
from artifact.report.framing import RECOGNISES_OTHER_KINDS
from artifact.report.section import Report

Severity = Literal["critical", "warning"]
MUCH = 0.02
"""By how much a log loss is worse, in nats, where that is a reason for distrust."""
NOTHING_LEARNED = "Nothing was learned that tells the classes apart."
"""Of a model that is no better than guessing; that it must not be used is said by the verdict above."""
NOTHING_SHOWN = "These images are too few to show that anything was learned that tells the classes apart."
"""Where it told them apart, and as well by luck, as far as its interval says."""
OTHER_KINDS = "Pictures of other kinds are answered as if they were of these: it cannot tell that they are unfamiliar."


@dataclass(frozen=True)
class Reason:
    """One reason for distrust."""

    severity: Severity
    sentence: str


@dataclass(frozen=True)
class Light:
    """What to do with a model, as a traffic light says it."""

    color: Literal["red", "yellow", "green"]
    sentence: str


def of(report: Report) -> list[Reason]:
    """Return the reasons for distrust in a report, the gravest first."""
    found = [Reason(one.severity, one.summary) for one in report.rows(CHECKS) if one.severity != "info"]
    other_kinds = OTHER_KINDS if report.get(RECOGNISES_OTHER_KINDS) is False else ""
    more = (training.of(report).often, _rough(report), other_kinds, *report.unreadable.values())
    found += [Reason("warning", sentence) for sentence in more if sentence]
    return sorted(found, key=lambda reason: reason.severity != "critical")


def light(report: Report, reasons: list[Reason]) -> Light:
    """Return the one line that stands below the verdict."""
    estimate = report.get(ESTIMATE)
    if estimate is not None and estimate.no_better_than_guessing:
        return Light("red", NOTHING_SHOWN if _seems_to_learn(estimate) else NOTHING_LEARNED)
    critical = sum(reason.severity == "critical" for reason in reasons)
    if critical:
        return Light("red", f"Do not use it before this is mended: {counted(critical, 'grave fault')}.")
    if reasons:
        return Light("yellow", f"Use it with care: {counted(len(reasons), 'reason')} for distrust.")
    return Light("green", "The checks found no reason for distrust.")


def _seems_to_learn(estimate: Estimate) -> bool:
    """Tell whether the log loss is below that of guessing, though the interval holds what guessing gets."""
    loss = None if estimate.log_loss is None else estimate.log_loss.value
    return loss is not None and estimate.base_log_loss is not None and loss < estimate.base_log_loss


def _rough(report: Report) -> str:
    said = calibration.worsened(report, MUCH)
    return f"Its probabilities are rough. {said}" if said else ""
