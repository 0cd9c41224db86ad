"""What boosting libraries print, one round a line.

XGBoost's `[0]  train-logloss:0.64  eval-logloss:0.65`, LightGBM's `[1]  training's binary_logloss: 0.61`, and
CatBoost's `0: learn: 0.6448 test: 0.6355 best: 0.6355 (0) total: 47ms`. Below `Early stopping, best iteration is:`
LightGBM prints the best round once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.log import Log
from doctor.readers.boosting import tracks_of
from doctor.readers.console.printed import NUMBER
from doctor.readers.shapes import boosting_role
from doctor.tracks import of_rows

_ROUND = re.compile(r"^\s*(?:[\w.]+:\s*)?\[(\d+)\]\s+(?=\S)")
"""A logger's name may stand before it (`root:[0]`)."""
_AGAIN = re.compile(r"best iteration(?: is)?:\s*$", re.IGNORECASE)
_TWO_WORDS = "poisson-|gamma-|cox-|aft-|tweedie-|interval-regression-"
"""How the names of XGBoost's metrics begin that hold the hyphen that also stands behind the set's name."""
_METRIC = re.compile(
    rf"(?:([\w. -]+?)-((?:{_TWO_WORDS})?[\w@.]+-?)|([\w. -]+?)'s ([\w@. ]+?))"
    rf":\s?({NUMBER})(?:\s?\+\s?{NUMBER})?(?:\s|$)",
    re.IGNORECASE,
)
_SCORE = re.compile(r"(?:auc|ndcg|map|pre|average_precision)(?![a-z])", re.IGNORECASE)
"""What XGBoost and LightGBM print of a ranking, and of classes in the place of the loss."""
_HISTOGRAM = re.compile(r"\s*\[\d+/\d+\] \d+ trees?, \d+ leaves\b|Fitting gradient boosted rounds")
_CATBOOST = re.compile(
    rf"^(\d+):\s+(?:learn: ({NUMBER})\b)?(?:\s*test: ({NUMBER})(?:\s+test\d+: ({NUMBER}))*(?:\s+best: ({NUMBER}))?)?",
    re.IGNORECASE,
)
_NOTE = "CatBoost's `learn` and `test` were taken for the loss of training and validation."
_SEVERAL = "CatBoost printed several evaluation sets; the first of eval_set, `test`, was read as validation."
_NO_LOSS = (
    "Name the folder catboost_info (train_dir) that CatBoost wrote beside it: the loss of training is in there, "
    "whatever is printed."
)
CatBoost = Sequence[str | Any]
"""Of five: round, and what is printed of the training set, of the first and last evaluation set, and as the best."""


def _read(lines: list[str]) -> Log | None:
    trees = [line for line in lines if _HISTOGRAM.match(line)]
    if trees and not any(" loss: " in line for line in trees):
        raise HistoryError(
            "scikit-learn's histogram boosting printed no loss. Fit with early_stopping=True, scoring='loss' and "
            "verbose=2: then it prints the loss of both sets."
        )
    matches = [match for line in lines if (match := _CATBOOST.match(line.strip()))]
    found = [match.groups() for match in matches if match[2] or match[3]]
    if not found:
        return _rounds(lines)
    if not any(learn for _, learn, *_ in found):
        raise HistoryError(f"CatBoost printed nothing of the training set, as with eval_metric='AUC'. {_NO_LOSS}")
    if _grows(found):
        raise HistoryError(
            "CatBoost prints its eval_metric, and this one grows as the model gets better: a score such as Accuracy, "
            f"and not the loss. {_NO_LOSS}"
        )
    rows = [
        {"epoch": epoch} | ({"learn loss": learn} if learn else {}) | ({"validation loss": test} if test else {})
        for epoch, learn, test, *_ in found
    ]
    several = (_SEVERAL,) if any(last for _, _, test, last, _ in found if test) else ()
    return Log(of_rows(rows), notes=(_NOTE, *several))


def _grows(rounds: Sequence[CatBoost]) -> bool:
    """Tell whether what is printed is a score: its best value is its largest."""
    best = [float(best) - float(last or test) for _, _, test, last, best in rounds if test and best]
    if any(best):
        return sum(best) > 0
    printed = [float(value) for _, learn, test, *_ in rounds if (value := test or learn)]
    return printed[-1] > printed[0]


def _rounds(lines: list[str]) -> Log | None:
    """Read the metrics of each set; which set is training's is told as in `evals_result`."""
    curves: dict[tuple[str, str], tuple[list[float], list[str]]] = {}
    for above, line in pairwise(["", *lines]):
        for number, held, metric, value in () if _AGAIN.search(above) else _metrics(line):
            steps, values = curves.setdefault((held, metric), ([], []))
            steps.append(number)
            values.append(value)
    if not any(boosting_role(metric, None, role(metric)) or _SCORE.match(metric) for _, metric in curves):
        return None
    epochs = {pair: np.array(steps) for pair, (steps, _) in curves.items()}
    tracks, notes = tracks_of({pair: values for pair, (_, values) in curves.items()}, epochs, " ")
    return Log(tracks, notes=notes)


def _metrics(line: str) -> Iterator[tuple[float, str, str, str]]:
    begins = _ROUND.match(line)
    if begins is None:
        return
    for found in _METRIC.finditer(line, begins.end()):
        held, metric = found.group(1) or found.group(3), found.group(2) or found.group(4)
        yield float(begins.group(1)), held.strip(), metric, found.group(5)


STYLE = _read
