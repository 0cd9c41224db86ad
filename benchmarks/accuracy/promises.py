"""Whether a promised interval holds what came true, which is itself known from few test images only.

A promise for all images of a kind cannot be held against the value on a few dozen of them as if that were the truth:
where as many are left out as were drawn, a perfect 95 % interval holds that value in 83 %. So the difference of the two
is given an interval from those of both (MOVER, Zou and Donner 2008, "Construction of confidence limits about effect
measures", Statistics in Medicine), and the promise holds where that interval holds 0.
"""

import math

import numpy as np
from numpy.typing import NDArray

from training.evaluation import scores
from training.evaluation.groups import Groups
from training.evaluation.interval import Estimate, loss, proportion, ranking
from training.evaluation.performance import Performance

MEASURES = ("accuracy", "auroc", "log_loss", "brier")
LOSSES = ("log_loss", "brier")


def held(promised: Performance, logits: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[list[str], list[str]]:
    """Return the measures whose promise holds, and those whose interval holds the value on the test images itself."""
    came_true = observe(logits, labels)
    pairs = {name: (getattr(promised, name), came_true[name]) for name in MEASURES}
    agreeing = [name for name, pair in pairs.items() if agree(*pair, relative=name in LOSSES)]
    return agreeing, [name for name, (promise, true) in pairs.items() if promise.low <= true.value <= promise.high]


def observe(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> dict[str, Estimate]:
    """Return what one model does on test images, `[n]` each, with the intervals of independent images."""
    some, each = logits[None], Groups.alone(len(labels))
    positives = int(labels.sum())
    return {
        "accuracy": proportion(float(scores.hits(some, labels).mean()), len(labels)),
        "auroc": ranking(scores.auroc(some, labels), len(labels) - positives, positives),
        "log_loss": loss(scores.log_losses(some, labels), each),
        "brier": loss(scores.brier_losses(some, labels), each),
    }


def agree(promise: Estimate, true: Estimate, relative: bool) -> bool:
    """Return whether the interval of the difference, or of the ratio where `relative`, holds what equal values have."""
    first, second = (
        [math.log(max(end, 1e-12)) if relative else end for end in (one.low, one.value, one.high)]
        for one in (promise, true)
    )
    difference = first[1] - second[1]
    below = math.hypot(first[1] - first[0], second[2] - second[1])
    above = math.hypot(first[2] - first[1], second[1] - second[0])
    return difference - below <= 0 <= difference + above
