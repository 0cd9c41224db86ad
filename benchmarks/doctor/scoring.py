"""Scores answers against labels; what is tolerated does not count either way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from doctor.findings import LABELS

Answer = tuple[Iterable[str], Iterable[str], Iterable[str]]  # said, labels, tolerated


@dataclass(frozen=True)
class Score:
    """Counts for each label, and what healthy runs were called."""

    right: Counter[str]
    wrong: Counter[str]
    missed: Counter[str]
    healthy: int
    false_alarms: int
    exact: float

    def precision(self, label: str) -> float:
        """Return the share of what was said that is right."""
        return self.right[label] / max(1, self.right[label] + self.wrong[label])

    def recall(self, label: str) -> float:
        """Return the share of what is there that was said."""
        return self.right[label] / max(1, self.right[label] + self.missed[label])

    def f1(self, label: str) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.right[label] / max(1, 2 * self.right[label] + self.wrong[label] + self.missed[label])

    def macro_f1(self) -> float:
        """Return the mean F1 over the labels that occur."""
        present = [label for label in LABELS if self.right[label] + self.missed[label]]
        return sum(map(self.f1, present)) / max(1, len(present))

    def false_alarm_rate(self) -> float:
        """Return the share of healthy runs that were called ill."""
        return self.false_alarms / max(1, self.healthy)


def score(answers: Sequence[Answer]) -> Score:
    """Count."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    healthy = alarms = exact = 0
    for said_, labels_, tolerated_ in answers:
        said, labels, tolerated = set(said_), set(labels_), set(tolerated_)
        right.update(said & labels)
        wrong.update(said - labels - tolerated)
        missed.update(labels - said - tolerated)
        exact += said - tolerated == labels - tolerated
        if "healthy" in labels:
            healthy += 1
            alarms += bool(said - tolerated - {"healthy", "too_small_validation"})
    return Score(right, wrong, missed, healthy, alarms, exact / max(1, len(answers)))
