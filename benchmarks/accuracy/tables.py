"""The results as Markdown: one table of what matters, and one of every candidate for each set and size."""

import math
from collections.abc import Sequence

import numpy as np

from benchmarks.accuracy.trial import CHOSEN, Row

Results = dict[tuple[str, int], dict[str, list[Row]]]
"""The rows of all draws, by set and size and then by candidate."""

SUMMARY = ("raw pixels", "HOG", "expert", "scratch", "question", CHOSEN)
"""What one might do instead, and what training would publish."""


def summarise(results: Results) -> str:
    """Return accuracy and log loss of what is in `SUMMARY`, means over the draws, with a row for each set and size."""
    lines = [row("set", "images", *SUMMARY), rule(2 + len(SUMMARY))]
    for (name, n), candidates in results.items():
        found = [candidates.get(candidate) for candidate in SUMMARY]
        cells = [f"{_mean(rows, 'accuracy'):.3f} / {_mean(rows, 'log_loss'):.2f}" if rows else "" for rows in found]
        lines.append(row(name, str(n), *cells))
    return "\n".join(lines)


def describe(results: Results) -> str:
    """Return a table for each set and size: means over the draws, accuracy with its standard error; chosen is last."""
    return "\n".join(_describe(name, n, candidates) for (name, n), candidates in results.items())


def _describe(name: str, n: int, candidates: dict[str, list[Row]]) -> str:
    draws = max(len(rows) for rows in candidates.values())
    heads = ("candidate", "accuracy", "AUROC", "log loss", "calibration error", "MB", "ms/image", "seconds")
    lines = [f"\n**{name}, {n} images, {draws} draws**\n", row(*heads), rule(len(heads))]
    for candidate, rows in sorted(candidates.items(), key=lambda item: item[0] == CHOSEN):
        fewer = "" if len(rows) == draws else f" ({len(rows)} of them)"
        quality = [f"{_mean(rows, measure):.3f}" for measure in ("auroc", "log_loss", "calibration_error")]
        cost = [_tenths(rows, measure) for measure in ("megabytes", "milliseconds", "seconds")]
        lines.append(row(candidate + fewer, _with_error(rows), *quality, *cost))
    return "\n".join(lines)


def _with_error(rows: Sequence[Row]) -> str:
    accuracies = [row.accuracy for row in rows]
    mean = f"{np.mean(accuracies):.3f}"
    return mean if len(rows) < 2 else f"{mean} ± {np.std(accuracies, ddof=1) / len(rows) ** 0.5:.3f}"


def _tenths(rows: Sequence[Row], measure: str) -> str:
    mean = _mean(rows, measure)
    return "" if math.isnan(mean) else f"{mean:.1f}"


def _mean(rows: Sequence[Row], measure: str) -> float:
    return float(np.mean([getattr(row, measure) for row in rows]))


def row(*cells: str) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def rule(columns: int) -> str:
    """Return the line below a table's heads."""
    return row(*["---"] * columns)
