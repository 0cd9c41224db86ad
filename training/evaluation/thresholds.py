"""From out-of-fold probabilities and what mistakes cost: the threshold, and the band in which the data cannot tell."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

from artifact.card import UncertainBand
from training.errors import TrainingError
from training.evaluation.groups import Groups, Numbers

Floats = NDArray[np.float64]

SURE = 0.9
"""Share of the models of which is said what they do not exceed."""


@dataclass(frozen=True)
class Costs:
    """What the user said of mistakes.

    Attributes:
        false_yes: Cost of saying yes where the truth is no.
        false_no: Cost of saying no where the truth is yes.
        at_most_false_yes: If given, the share of true noes that may be called yes; it goes before the costs.
    """

    false_yes: float = 1.0
    false_no: float = 1.0
    at_most_false_yes: float | None = None


def choose_threshold(probabilities: Floats, labels: NDArray[np.int64], costs: Costs, groups: Groups) -> float:
    """Return the calibrated probability from which the answer is yes.

    By costs it is Bayes' rule, false_yes / (false_yes + false_no) (Elkan 2001). By a rate it is the conformal
    quantile of the true noes' out-of-fold probabilities: a new one of the same kind, of a new group, passes it with at
    most that probability (Vovk, Gammerman and Shafer 2005).

    Raises:
        TrainingError: There are too few true noes to promise the rate asked for.
    """
    if costs.at_most_false_yes is None:
        return costs.false_yes / (costs.false_yes + costs.false_no)
    negatives, independent = probabilities[labels == 0], groups[labels == 0].count
    limit = _upper_quantile(negatives, costs.at_most_false_yes, groups[labels == 0])
    if limit is None:
        needed = math.ceil(1 / costs.at_most_false_yes) - 1
        what = "images" if independent == len(negatives) else "groups"
        raise TrainingError(
            f"--at-most-false-yes {costs.at_most_false_yes} cannot be promised from {independent} {what} of the "
            f"negative class; at least {needed} are needed. Add {what}, or allow "
            f"{math.ceil(1000 / (independent + 1)) / 1000:g} or more."
        )
    return min(1.0, math.nextafter(limit, 2.0))


def choose_band(
    probabilities: Floats, labels: NDArray[np.int64], threshold: float, error_rate: float, groups: Groups
) -> UncertainBand:
    """Return the band outside of which at most `error_rate` of each class is answered wrongly, on average.

    It is class-conditional split conformal prediction (Vovk et al. 2005, section 4.5) on out-of-fold probabilities: the
    upper end is passed by at most `error_rate` of new noes, the lower end undercut by at most that share of new
    yeses, on average over the images that one might have learned from. It always holds the threshold. A class of fewer
    than 1 / error_rate - 1 images is taken as normal on the scale of log odds, with the spread of both classes; where
    that cannot be told either, the band reaches to the end of the scale. The new ones are those of new groups, and
    groups are what is counted. A single model can exceed it; how far at most, in nine of ten, is said beside it.
    """
    upper = _upper_quantile(probabilities[labels == 0], error_rate, groups[labels == 0])
    mirrored = _upper_quantile(-probabilities[labels == 1], error_rate, groups[labels == 1])
    few = upper is None or mirrored is None
    rows = first_of_each(groups.numbers, labels)  # as independent as new groups will be
    if upper is None:
        upper = _upper_end(probabilities[rows], labels[rows], error_rate)
    if mirrored is None and (end := _upper_end(1 - probabilities[rows], 1 - labels[rows], error_rate)) is not None:
        mirrored = end - 1
    # the ends lie just beyond the quantiles, since an image at an end counts as sure
    high = 1.0 if upper is None else min(1.0, max(threshold, math.nextafter(upper, 2.0)))
    low = 0.0 if mirrored is None else max(0.0, min(threshold, math.nextafter(-mirrored, -1.0)))
    kind = "a normal curve, from so few images" if few else "conformal"
    most = max(_most(groups[labels == label].count, error_rate) for label in (0, 1))
    promise = f"at most {error_rate:.0%} of each class is answered wrongly on average over training sets"
    method = f"{kind}: outside it, {promise}, and at most {math.ceil(100 * most)}% by nine models in ten"
    return UncertainBand(low=low, high=high, method=method)


def _most(images: int, rate: float) -> float:
    """Return the share of a class that nine models in ten do not exceed, told from so many of its images.

    Given the images, the share beyond a conformal quantile is a draw of a beta distribution (Vovk 2012, "Conditional
    validity of inductive conformal predictors"). Of fewer images than have that quantile, it is that of the extreme.
    """
    beyond = max(1, math.floor((images + 1) * rate + 1e-9))
    return float(betaincinv(beyond, max(images + 1 - beyond, 1), SURE))


def _upper_end(probabilities: Floats, labels: NDArray[np.int64], rate: float) -> float | None:
    """Return the probability that a new no exceeds with probability `rate`, if log odds are normal in each class.

    It is the upper end of a prediction interval (Hahn 1969) with the variance of both classes together. None where a
    class lacks an image, or there is no second image of either.
    """
    sizes = np.bincount(labels, minlength=2)
    if sizes.min() < 1 or len(labels) < 3:
        return None
    inside = np.clip(probabilities, 1e-9, 1 - 1e-9)
    odds = np.log(inside / (1 - inside))
    means = np.array([odds[labels == label].mean() for label in (0, 1)])
    freedom = len(labels) - 2
    spread = math.sqrt(float(((odds - means[labels]) ** 2).sum()) / freedom * (1 + 1 / sizes[0]))
    return float(1 / (1 + np.exp(-means[0] - stdtrit(freedom, 1 - rate) * spread)))


def first_of_each(numbers: Numbers, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of one image for each group, or set of near duplicates, and label.

    What is promised for a new image rests on images that are as independent as the new one will be; a burst of ten
    counts once.
    """
    return np.unique(np.stack([numbers, labels]), axis=1, return_index=True)[1]


def _upper_quantile(values: Floats, rate: float, groups: Groups) -> float | None:
    """Return the value that a new one exceeds with probability at most `rate`; None where there are too few to say.

    Each group weighs the same however many values it has, and the new value is one of a new group (hierarchical
    conformal prediction, Lee, Barber and Willett 2023).
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(1.0 / groups.sizes[groups.members][order])  # in groups
    rank = int(np.searchsorted(reached, (groups.count + 1) * (1 - rate) - 1e-9))
    return None if rank >= len(values) else float(values[order][rank])
