"""What one draw of a set measured of the head and the baselines, and the tables of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.promises import MEASURES
from benchmarks.accuracy.tables import row as table_row
from benchmarks.accuracy.tables import rule

RIVALS = ("expert", "HOG", "raw pixels")
EXPERT = RIVALS[0]
"""The hardest to beat, whose differences are told."""
CLEAR = 0.97
"""AUROC above which few answers should be uncertain."""


@dataclass(frozen=True)
class Row:
    """One draw.

    Attributes:
        framing: `crop` or `stretch`.
        chosen: The head's measures on the test images, by name.
        rivals: Those of the baselines, by their names.
        agreed: Measures whose 95 % interval held, given how well the test images know the truth.
        held: Measures whose 95 % interval held the head's value on the test images itself.
        uncertain: Share of the test images whose answer is flagged so.
        wrong: Of each class, the share answered wrongly without the flag.
    """

    set: str
    n: int
    seed: int
    framing: str
    chosen: dict[str, float]
    rivals: dict[str, dict[str, float]]
    agreed: list[str]
    held: list[str]
    uncertain: float
    wrong: list[float]


def summarise(rows: Sequence[Row]) -> str:
    """Return a table by the number of images: the means over sets and draws, and what the promises came to."""
    heads = ("images", "draws", "head", *RIVALS, "head is better in", "intervals hold", "the test's own value")
    more = ("wrong outside the band", "uncertain", f"where AUROC > {CLEAR}", "calibration error", "the expert's")
    lines = [table_row(*heads, *more), rule(len(heads) + len(more))]
    for n in sorted({one.n for one in rows}):
        some = [one for one in rows if one.n == n]
        better = sum(_excess(one) < 0 for one in some)
        wrong = np.concatenate([one.wrong for one in some])
        clear = [one.uncertain for one in some if one.chosen["auroc"] > CLEAR]
        lines.append(
            table_row(
                str(n),
                str(len(some)),
                *_pairs(some),
                str(better),
                _share(one.agreed for one in some),
                _share(one.held for one in some),
                f"{wrong.mean():.1%}, over 10 % in {(wrong > 0.1).mean():.0%}",
                f"{np.mean([one.uncertain for one in some]):.0%}",
                f"{np.mean(clear):.0%}" if clear else "",
                *(f"{np.mean([each['calibration_error'] for each in who]):.3f}" for who in _both(some)),
            )
        )
    return "\n".join(lines)


def describe(rows: Sequence[Row]) -> str:
    """Return a table of each set and size, with the paired difference of log loss and its standard error."""
    heads = ("set", "images", "head", *RIVALS, "head less expert, log loss", "squeezed in")
    lines = ["", table_row(*heads), rule(len(heads))]
    for name, n in dict.fromkeys((one.set, one.n) for one in rows):
        some = [one for one in rows if (one.set, one.n) == (name, n)]
        excess = np.array([_excess(one) for one in some])
        error = excess.std(ddof=1) / len(excess) ** 0.5 if len(excess) > 1 else float("nan")
        squeezed = sum(one.framing == "stretch" for one in some)
        cells = (*_pairs(some), f"{excess.mean():+.3f} ± {error:.3f}")
        lines.append(table_row(name, str(n), *cells, f"{squeezed} of {len(some)}"))
    return "\n".join(lines)


def _share(names: Iterable[list[str]]) -> str:
    """Return of each measure the share of the draws that name it."""
    draws = list(names)
    return " ".join(f"{np.mean([name in one for one in draws]):.2f}" for name in MEASURES)


def _both(rows: Sequence[Row]) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    return [one.chosen for one in rows], [one.rivals[EXPERT] for one in rows]


def _excess(one: Row) -> float:
    """Return the head's log loss less the expert's."""
    return one.chosen["log_loss"] - one.rivals[EXPERT]["log_loss"]


def _pairs(rows: Sequence[Row]) -> list[str]:
    """Return the mean accuracy and log loss of the head and of each baseline."""
    everyone = [[one.chosen for one in rows], *([one.rivals[rival] for one in rows] for rival in RIVALS)]
    return [
        " / ".join(f"{np.mean([each[name] for each in measured]):.3f}" for name in ("accuracy", "log_loss"))
        for measured in everyone
    ]
