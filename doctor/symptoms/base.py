"""The interface every symptom has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from doctor.case import Case
from doctor.context import FACTS
from doctor.findings import Finding

_NO_CURVE = {
    "accuracy": "the history has no training accuracy",
    "val_loss": "the history has no validation loss",
    "val_accuracy": "the history has no validation accuracy",
}


@dataclass(frozen=True)
class Symptom:
    """One row of the table of symptoms.

    Attributes:
        name: Stable word in snake_case.
        needs: Curves and facts of the context without which the check cannot be made.
        least_epochs: Epochs below which the curve cannot tell.
        describe: Writes the finding for a run that has the symptom.
        present: Decides from a run and the labels already given; None where `doctor.judge` decides.
        possible: States what must hold of a run that has the symptom, whatever the trees of `doctor.judge` say: they
            were learned from runs and may err far from those. What is not known never rules a symptom out.
        needs_guessing: Whether it compares losses with what guessing costs, which is known for classes only.
        rules_out: Labels that are not said beside it: it tells the same curve better.
        stands_for: The label that a story gives to a run which has none beside it: the one of `doctor.findings.LABELS`
            that comes nearest. The story is told in place of that label's finding.
    """

    name: str
    needs: tuple[str, ...]
    least_epochs: int
    describe: Callable[[Case], Finding]
    present: Callable[[Case, tuple[str, ...]], bool] | None = None
    possible: Callable[[Case], bool] = lambda case: True
    needs_guessing: bool = False
    rules_out: frozenset[str] = frozenset()
    stands_for: str | None = None

    def obstacle(self, case: Case) -> str | None:
        """Return why the check cannot be made on `case`, or None if it can."""
        missing = [_NO_CURVE.get(need) or FACTS[need].missing for need in self.needs if not case.has(need)]
        if self.needs_guessing and not case.scale.guessing:
            missing.append("the cost of guessing is not known for this loss")
        if missing:
            return "; ".join(missing)
        if len(case.curves) < self.least_epochs:
            return f"{len(case.curves)} epoch(s) are too few to tell; this check needs {self.least_epochs}"
        return None
