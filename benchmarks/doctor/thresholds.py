"""Chooses each label's threshold on probabilities of runs that the trees have not seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.doctor.dataset import JUDGED, Table
from benchmarks.doctor.scoring import Score, score
from doctor.judge import decide

MOST_FALSE_ALARMS = 0.03
_CHOICES = np.linspace(0.15, 0.85, 15)


def answers(table: Table, probabilities: npt.NDArray[np.float64], thresholds: dict[str, float]) -> Score:
    """Score the decision that `thresholds` lead to."""
    counted = []
    for row, possible, run in zip(probabilities, table.open, table.runs, strict=True):
        judged = zip(JUDGED, row.tolist(), possible, strict=True)
        said = decide({label: probability for label, probability, may_be in judged if may_be}, thresholds)
        labels = [label for label in run["labels"] if label in JUDGED]
        counted.append((said, labels, run["tolerated"]))
    return score(counted)


def choose(table: Table, probabilities: npt.NDArray[np.float64], passes: int = 2) -> dict[str, float]:
    """Raise macro F1 one threshold at a time, keeping false alarms on healthy runs low."""
    thresholds = dict.fromkeys(JUDGED, 0.5)
    best = _worth(answers(table, probabilities, thresholds))
    for _ in range(passes):
        for label in JUDGED:
            for choice in _CHOICES:
                tried = thresholds | {label: round(float(choice), 3)}
                worth = _worth(answers(table, probabilities, tried))
                if worth > best + 1e-4:
                    best, thresholds = worth, tried
    return thresholds


def _worth(scored: Score) -> float:
    return scored.macro_f1() - 3 * max(0.0, scored.false_alarm_rate() - MOST_FALSE_ALARMS)
