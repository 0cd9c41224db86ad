"""Which of several candidates to keep, and what its result is worth once it is known that it was chosen.

The first candidate is the one expected to be best; another takes its place only on evidence, and a cheaper one wins if
it is within one standard error (Breiman et al. 1984, on paired differences) and surely not much worse. The best of many
looks better than it is; the bootstrap bias correction of Tsamardinos, Greasidou and Borboudakis (2018) repeats the
choice on resampled images, and measures what was chosen on the images left out, without training anything again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from training.evaluation import clustering, scores
from training.evaluation.comparing import FREEDOM, weigh_cautiously
from training.evaluation.groups import Groups
from training.evaluation.interval import Estimate, at_most, loss, noted, of_all, proportion, ranking, shifted
from training.evaluation.performance import Performance
from training.evaluation.splitting import Fold, learned

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

DRAWS = 400
LEVEL = 0.025
"""Chance that the first candidate is displaced by any of several that are no better, by Student's t (Bonferroni)."""
MARGIN, SHARE = 0.02, 0.25
"""Nats, and share of the reference's loss, that a cheaper one's excess of log loss stays within, whichever is less.

On few images the standard error alone is so wide that it would let a much worse candidate win for what it saves.
"""
SPARE = 2.0
"""Standard errors that the excess has to spare."""
ACCURACY_INFLATION, AUROC_INFLATION, LOSS_INFLATION = 1.6, 2.0, 2.5
"""Variance of a cross-validated measure over that of as many independent scores: models that share images err alike.

Three repeats of five folds have 1.58 by the corrected variance of Nadeau and Bengio (2003, "Inference for the
Generalization Error", Machine Learning). Measured on 10, 35 and 100 images of eleven real sets, five draws each, on the
images left out: the intervals hold in 93 to 98 % of draws, and in 93 to 95 with factors chosen on the ten other sets.
"""


_HIGHER_IS_BETTER = ("hit", "area")


@dataclass(frozen=True)
class Scored:
    """A candidate's out-of-fold logits, `[repeats, n]`, and what is told of it beforehand.

    Attributes:
        megabytes: Of its file, about.
        choosable: Whether it may be chosen.
        work: What an image takes, as in `training.problem.interface.Candidate`.
    """

    name: str
    logits: Floats
    megabytes: float
    choosable: bool = True
    work: float = 0.0


def choose(candidates: Sequence[Scored], labels: Labels, groups: Groups) -> int:
    """Return the position of the cheapest candidate that is as good as the reference, by log loss.

    Cheap is what takes little work for an image, then what is small; of neither may it take more than the reference.

    The reference is the first candidate, the one expected to be best before any image is seen, unless the best one is
    better at `LEVEL`: on a few dozen images the best of several is often the luckiest. As good means at most one
    standard error worse, and within `MARGIN` and `SHARE` with `SPARE` standard errors to spare.

    Args:
        candidates: At least one that may be chosen.
        labels: 0 or 1, `[n]`.
        groups: What each image belongs to; a group counts as one image in the standard error.
    """
    rivals = _rivals(candidates)
    table = _loss_table([candidates[position] for position in rivals], labels)
    return rivals[_choose(table, _costs(candidates)[rivals], groups, np.ones(groups.count))]


def measure(
    candidates: Sequence[Scored],
    chosen: int,
    labels: Labels,
    groups: Groups,
    seed: int,
    folds: Sequence[Fold] = (),
) -> Performance:
    """Estimate the chosen candidate's performance, corrected for the choice among the candidates.

    Args:
        candidates: All that were compared.
        chosen: Position of the one that was chosen.
        labels: 0 or 1, `[n]`.
        groups: What each image belongs to; the intervals are those of groups, and near duplicates count as one image.
        seed: Of the bootstrap.
        folds: The splits, with which the AUROC is that of pairs within a fold: scores of two folds come from two
            models, and on few images those of one are lower all together where its fold has more yeses. They also
            say what share of the images a model learned from, and the better end allows for the others.
    """
    logits = candidates[chosen].logits
    hits = scores.hits(logits, labels)
    counted = clustering.count(hits, labels, groups)
    rivals = _rivals(candidates)
    optimism = _optimism([candidates[position] for position in rivals], rivals.index(chosen), labels, groups, seed)
    hit = float(np.clip(hits.mean() - optimism["hit"], 0, 1))
    area = float(np.clip(scores.auroc_within(logits, labels, folds) - optimism["area"], 0, 1))
    note = f"; corrected for the choice among {len(rivals)} (BBC-CV)" if len(rivals) > 1 else ""
    share = learned(folds)

    def rate(estimate: Estimate) -> Estimate:
        return noted(of_all(estimate, 1.0, share), note + counted.note)

    def cost(of: Callable[[Floats, Labels], Floats], taken_off: float) -> Estimate:
        boundary = float(of(np.zeros((1, 1)), np.ones(1, np.int64))[0])  # the least that a wrong answer costs
        found = loss(of(logits, labels), groups, LOSS_INFLATION, boundary)
        return of_all(shifted(found, taken_off, note), 0.0, share)

    sides = counted.negatives, counted.positives
    return Performance(
        accuracy=rate(proportion(hit, counted.n, ACCURACY_INFLATION * counted.inflation)),
        auroc=rate(ranking(area, *sides, AUROC_INFLATION * counted.inflation)),
        log_loss=cost(scores.log_losses, optimism["log"]),
        brier=at_most(cost(scores.brier_losses, optimism["brier"]), 1.0),
        optimism=optimism["hit"],
        base_loss=scores.base_loss(labels),
        base_accuracy=max(float(labels.mean()), 1 - float(labels.mean())),
    )


def _choose(table: Floats, costs: Floats, groups: Groups, weights: Floats) -> int:
    """Apply the rule where each group counts `weights` times.

    Args:
        table: Losses, `[n, candidates]`.
        costs: Work and size, `[candidates, 2]`.
        groups: Of the images.
        weights: Of each group.
    """
    images = weights[groups.members]
    mean = (images @ table) / images.sum()
    reference = _refer(table, groups, weights)
    excess, error = weigh_cautiously(table, reference, groups, weights)
    as_good = (excess <= error + 1e-12) & (excess + SPARE * error <= margin(float(mean[reference])))
    eligible = np.flatnonzero(as_good & (costs <= costs[reference]).all(axis=1))
    return int(min(eligible, key=lambda position: (*costs[position], mean[position])))


def _refer(table: Floats, groups: Groups, weights: Floats) -> int:
    """Return the reference among the columns: the first, or the best where it is better on evidence."""
    best = int(np.argmin(weights[groups.members] @ table))
    gain, error = weigh_cautiously(table, 0, groups, weights)
    return best if gain[best] < -_evidence(table.shape[1] - 1, len(weights)) * error[best] else 0


def refer(candidates: Sequence[Scored], labels: Labels, groups: Groups) -> int:
    """Return the position of the candidate that others are compared with, as `choose` takes it; all may be chosen."""
    return _refer(_loss_table(candidates, labels), groups, np.ones(groups.count))


def margin(reference: float) -> float:
    """Return the excess that is forgiven for a smaller size, of a reference with this log loss."""
    return min(MARGIN, SHARE * reference)


@lru_cache
def _evidence(rivals: int, groups: int) -> float:
    """Return the standard errors by which the best of several rivals must be better, told from so many groups."""
    return float(stdtrit(FREEDOM + groups - 1, 1 - LEVEL / max(rivals, 1)))


def _optimism(candidates: Sequence[Scored], picked: int, labels: Labels, groups: Groups, seed: int) -> dict[str, float]:
    """Return by how much each measure of the picked candidate exceeds what a choice on other images would have brought.

    In each draw the choice is made on the drawn images and measured on the others; the candidate chosen on all images
    is measured on the same others, so that only the choice differs, not the luck of the draw. That a choice on other
    images would have done better makes no estimate better than its own cross-validation.
    """
    table, costs = _loss_table(candidates, labels), _costs(candidates)
    tables = {
        "log": table,
        "hit": np.stack([scores.hits(candidate.logits, labels) for candidate in candidates], axis=1),
        "brier": np.stack([scores.brier_losses(candidate.logits, labels) for candidate in candidates], axis=1),
    }
    generator = np.random.default_rng(seed)
    totals, draws = {"log": 0.0, "hit": 0.0, "brier": 0.0, "area": 0.0}, 0
    for _ in range(DRAWS if len(candidates) > 1 else 0):
        drawn = groups.draw(generator)
        left_out = drawn[groups.members] == 0
        if len(np.unique(labels[left_out])) < 2:
            continue
        draws += 1
        other = _choose(table, costs, groups, drawn)
        if other != picked:
            for key, values in tables.items():
                totals[key] += float((values[left_out, picked] - values[left_out, other]).mean())
            areas = [scores.auroc(candidates[one].logits[:, left_out], labels[left_out]) for one in (picked, other)]
            totals["area"] += areas[0] - areas[1]
    means = {key: total / max(draws, 1) for key, total in totals.items()}
    return {key: max(0.0, mean) if key in _HIGHER_IS_BETTER else min(0.0, mean) for key, mean in means.items()}


def _rivals(candidates: Sequence[Scored]) -> list[int]:
    """Return the positions of the candidates that may be chosen."""
    return [position for position, candidate in enumerate(candidates) if candidate.choosable]


def _loss_table(candidates: Sequence[Scored], labels: Labels) -> Floats:
    """Return the log loss of each image for each candidate, `[n, candidates]`."""
    return np.stack([scores.log_losses(candidate.logits, labels) for candidate in candidates], axis=1)


def _costs(candidates: Sequence[Scored]) -> Floats:
    return np.array([(candidate.work, candidate.megabytes) for candidate in candidates])
