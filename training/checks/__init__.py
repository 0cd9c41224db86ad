"""What is looked at before any training: each check is one module with `NAME` and `check(subject)`, and one row here.

A check returns its results, none where all is well, or `NotRun` with the reason. Add one by writing its module and
naming it in `CHECKS`; the report and the terminal show it without more.
"""

from collections.abc import Sequence

from artifact.report.checks import NotRun
from training.checks import (
    animations,
    balance,
    contradictions,
    copies,
    depth,
    groups,
    leaks,
    origins,
    quantity,
    shift,
    shortcuts,
    unreadable,
)
from training.checks.interface import Check, Result, Subject

CHECKS: tuple[Check, ...] = (
    unreadable,
    copies,
    contradictions,
    leaks,
    groups,
    balance,
    quantity,
    depth,
    animations,
    shortcuts,
    origins,
    shift,
)


def run(subject: Subject, checks: Sequence[Check] = CHECKS) -> tuple[list[Result], list[NotRun]]:
    """Run every check and return the results, the most severe first, and what was not run."""
    results: list[Result] = []
    not_run: list[NotRun] = []
    for one in checks:
        outcome = one.check(subject)
        if isinstance(outcome, NotRun):
            not_run.append(outcome)
        else:
            results.extend(outcome)
    order = ("critical", "warning", "info")
    return sorted(results, key=lambda result: order.index(result.severity)), not_run


__all__ = ["CHECKS", "Check", "NotRun", "Result", "Subject", "run"]
