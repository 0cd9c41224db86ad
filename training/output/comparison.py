"""The comparison of all candidates, for people: what each costs to serve, a table, and a plot."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from rich.table import Table

from artifact.card import ImageSpec
from artifact.report.comparison import Compared
from training.contest import Contest
from training.errors import TrainingError
from training.evaluation.novelty import ANCHORS, Novelty
from training.network.interface import FEATURES
from training.output.export import export
from training.output.verifying import Scorer
from training.problem.interface import Candidate, Fitted

RUNS = 60
WIDTH, ROW, LEFT = 640, 30, 170


@dataclass(frozen=True)
class Priced:
    """What a candidate costs, and the candidate fitted on all images.

    Attributes:
        fitted: None where it could not be fitted, or another one was chosen, so that memory holds one network.
        cost: Its file's `megabytes` and its `milliseconds` an image on one thread; infinite where it could not be
            fitted.
    """

    fitted: Fitted | None
    cost: dict[str, float]


def price(contest: Contest) -> list[Priced]:
    """Finish and export every candidate, and measure what it costs; a loser that cannot be finished costs infinity."""
    return [_price_one(one.candidate, position == contest.chosen) for position, one in enumerate(contest.results)]


def _price_one(candidate: Candidate, keep: bool) -> Priced:
    spec = candidate.spec
    try:
        fitted = candidate.finish()
    except TrainingError:
        if keep:
            raise
        return Priced(None, {"megabytes": math.inf, "milliseconds": math.inf})
    model = export(fitted.network, _stand_in(fitted, len(candidate.problem.labels)))
    scorer = Scorer(model, spec, threads=1)
    cost = {"megabytes": len(model) / 1e6, "milliseconds": time_one(scorer, spec)}
    return Priced(fitted if keep else None, cost)


def _stand_in(fitted: Fitted, images: int) -> Novelty | None:
    """Return a measure of novelty of the size that the published file will hold."""
    if not fitted.knows_kinds:
        return None
    shape = (*fitted.network.outputs[FEATURES], min(images, ANCHORS))
    stored = np.random.default_rng(0).normal(size=shape).astype(np.float16)  # as the published ones are
    return Novelty(stored.astype(np.float32), 1.0, np.ones(1))


def time_one(scorer: Scorer, spec: ImageSpec) -> float:
    """Return the milliseconds of one image, the least of `RUNS` runs, without decoding."""
    image = np.zeros((1, spec.height, spec.width, spec.channels), np.uint8)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        scorer.run(image)
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def table(rows: Sequence[Compared]) -> Table:
    """Return the comparison as a table for the terminal, the chosen candidate marked."""
    shown = Table(title="Cross-validated on the same folds; each fold calibrated on the others")
    shown.add_column("candidate", no_wrap=True)
    for column in ("accuracy", "AUROC", "log loss", "MB", "ms/image", "fit s"):
        shown.add_column(column, justify="right")
    for row in rows:
        mark = " \N{CHECK MARK}" if row.chosen else _describe_place(row)
        shown.add_row(
            row.candidate + mark,
            *(_cell(value, 3) for value in (row.accuracy, row.auroc, row.log_loss)),
            *(_cell(value, 1) for value in (row.megabytes, row.milliseconds, row.seconds)),
            style="bold" if row.chosen else "",
        )
    return shown


def _cell(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _describe_place(row: Compared) -> str:
    if row.within_budget is False:
        return " (over budget)"
    return "" if row.choosable else " (baseline)"


def plot(rows: Sequence[Compared]) -> str:
    """Return an SVG of each candidate's log loss as a bar, with the loss of always guessing as a line."""
    losses = [math.inf if row.log_loss is None else row.log_loss for row in rows]
    guess, widest = float(np.log(2)), max(0.8, min(2.0, max(losses)))
    scale = (WIDTH - LEFT - 70) / widest
    height = ROW * len(rows) + 50
    bars = []
    for position, (row, loss) in enumerate(zip(rows, losses, strict=True)):
        y, length = 20 + position * ROW, min(loss, widest) * scale
        name = escape(row.candidate) + (" \N{CHECK MARK}" if row.chosen else "")
        bars.append(
            f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{name}</text>'
            f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="20" fill="currentColor" '
            f'opacity="{0.9 if row.chosen else 0.4}"/>'
            f'<text x="{LEFT + length + 6:.1f}" y="{y + 15}">{loss:.3f}</text>'
        )
    at, bottom = LEFT + guess * scale, height - 30
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="sans-serif" font-size="13" fill="currentColor">'
        "<title>Log loss of each candidate on images it had not seen; shorter is better</title>"
        f"{''.join(bars)}"
        f'<line x1="{at:.1f}" y1="14" x2="{at:.1f}" y2="{bottom}" stroke="currentColor" stroke-dasharray="4 3"/>'
        f'<text x="{at:.1f}" y="{bottom + 18}" text-anchor="middle">guessing ({guess:.2f})</text></svg>\n'
    )
