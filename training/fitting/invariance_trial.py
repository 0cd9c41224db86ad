"""What each declared invariance brings to a head on frozen features: tried one by one, kept where it helps.

That a label does not change does not make the varied images good teachers: a frozen backbone may see a turned or
enlarged image as something else, and a head that learns from it is worse on the images as they come.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.evaluation import comparing, scores
from training.problem.interface import Problem
from training.problem.overrides import Overrides

Evaluate = Callable[[Problem], NDArray[np.float64]]
"""From a problem to out-of-fold logits, `[repeats, n]`."""


@dataclass(frozen=True)
class Brought:
    """What one invariance brought in cross-validation.

    Attributes:
        invariance: Its name.
        log_loss_change: Nats an image, with it alone less without any; negative is better.
        standard_error: Of the change; near duplicates count as one image.
        used: Whether the head learns from images varied by it.
    """

    invariance: str
    log_loss_change: float
    standard_error: float
    used: bool


@dataclass(frozen=True)
class Trial:
    """The problem with the invariances that help, and what each one brought."""

    problem: Problem
    brought: tuple[Brought, ...] = ()


def settings(problem: Problem, brought: Sequence[Brought]) -> dict[str, Any]:
    """Return what was used and what was tried, for a candidate's settings."""
    return {"invariant": sorted(problem.invariant), "invariances_tried": [asdict(one) for one in brought]}


def run(problem: Problem, evaluate: Evaluate) -> Trial:
    """Cross-validate without variations and with those of each declared invariance alone; keep what lowers the loss.

    Of several that help, the best alone is kept where all together do worse than it.
    """
    if not problem.invariant:
        return Trial(problem)
    plain = _losses(replace(problem, invariant=frozenset()), evaluate)
    brought = []
    for name in sorted(problem.invariant):
        varied = _losses(replace(problem, invariant=frozenset({name})), evaluate)
        change, error = comparing.compare(np.stack([plain, varied], axis=1), 0, problem.groups)
        brought.append(Brought(name, float(change[1]), float(error[1]), bool(change[1] < 0)))
    kept = frozenset(one.invariance for one in brought if one.used)
    if len(kept) > 1:
        together = _losses(replace(problem, invariant=kept), evaluate)
        best = min(brought, key=lambda one: one.log_loss_change)
        if together.mean() > plain.mean() + best.log_loss_change:
            kept = frozenset({best.invariance})
            brought = [replace(one, used=one.invariance in kept) for one in brought]
    return Trial(replace(problem, invariant=kept), tuple(brought))


def _losses(problem: Problem, evaluate: Evaluate) -> NDArray[np.float64]:
    own = replace(problem, overrides=Overrides())  # what the user asked for may diverge, and is mended later
    return scores.log_losses(evaluate(own), problem.labels)
