"""Which of several candidates to keep, and what its result is worth once it is known that it was chosen.

The smallest candidate wins whose log loss is within one standard error of the best one's (Breiman et al. 1984, the
one-standard-error rule, on paired differences). The best of many looks better than it is; the bootstrap bias correction
of Tsamardinos, Greasidou and Borboudakis (2018) repeats the choice on resampled images, and measures what was chosen on
the images left out, without training anything again.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training import scores
from training.interval import Estimate, average, proportion, ranking

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

DRAWS = 400


@dataclass(frozen=True)
class Scored:
    """A candidate's out-of-fold logits, `[repeats, n]`, its size for ties, and whether it may be chosen."""

    name: str
    logits: Floats
    megabytes: float
    choosable: bool = True


@dataclass(frozen=True)
class Performance:
    """What to expect of the chosen candidate on new images of the same kind, each with a 95 % interval."""

    accuracy: Estimate
    auroc: Estimate
    log_loss: Estimate
    brier: Estimate
    optimism: float


def choose(candidates: Sequence[Scored], labels: Labels, groups: Labels) -> int:
    """Return the position of the smallest candidate whose log loss is within one standard error of the best one's.

    Args:
        candidates: At least one that may be chosen.
        labels: 0 or 1, `[n]`.
        groups: Near-duplicate group of each image, `[n]`; a group counts as one image in the standard error.
    """
    table = _loss_table(candidates, labels)
    members = _membership(groups)
    return _choose(table, _sizes(candidates), members, np.ones(members.shape[0]))


def measure(candidates: Sequence[Scored], chosen: int, labels: Labels, groups: Labels, seed: int) -> Performance:
    """Estimate the chosen candidate's performance, corrected for the choice among the candidates."""
    logits = candidates[chosen].logits
    n = len(np.unique(groups))
    hit, area = float(scores.hits(logits, labels).mean()), scores.auroc(logits, labels)
    rivals = sum(candidate.choosable for candidate in candidates)
    optimism = _optimism(candidates, labels, groups, seed)
    note = f"; corrected for the choice among {rivals} (BBC-CV)" if rivals > 1 else ""
    return Performance(
        accuracy=_noted(proportion(float(np.clip(hit - optimism["hit"], 0, 1)), n), note),
        auroc=_noted(ranking(float(np.clip(area - optimism["area"], 0, 1)), *_class_sizes(labels, groups)), note),
        log_loss=_shifted(average(scores.log_losses(logits, labels), groups, seed), optimism["log"], note),
        brier=_shifted(average(scores.brier_losses(logits, labels), groups, seed), optimism["brier"], note),
        optimism=optimism["hit"],
    )


def _choose(table: Floats, sizes: Floats, members: Floats, weights: Floats) -> int:
    """Apply the rule where each group counts `weights` times; `table` is `[n, candidates]`, `members` `[groups, n]`."""
    images = weights @ members
    mean = (images @ table) / images.sum()
    best = int(np.argmin(mean))
    finite = np.flatnonzero(np.isfinite(mean))
    differences = table[:, finite] - table[:, [best]]
    excess = mean[finite] - mean[best]
    sums = members @ (differences - excess)  # of each group's images, so that near duplicates count as one
    error = np.sqrt((weights[:, None] * sums**2).sum(axis=0)) / images.sum()
    eligible = finite[excess <= error + 1e-12]
    return int(min(eligible, key=lambda position: (sizes[position], mean[position])))


def _optimism(candidates: Sequence[Scored], labels: Labels, groups: Labels, seed: int) -> dict[str, float]:
    """Return by how much each measure of the chosen candidate exceeds what a choice on other images would have brought.

    In each draw the choice is made on the drawn images and measured on the others; the candidate chosen on all images
    is measured on the same others, so that only the choice differs, not the luck of the draw.
    """
    table, sizes, members = _loss_table(candidates, labels), _sizes(candidates), _membership(groups)
    tables = {
        "log": table,
        "hit": np.stack([scores.hits(candidate.logits, labels) for candidate in candidates], axis=1),
        "brier": np.stack([scores.brier_losses(candidate.logits, labels) for candidate in candidates], axis=1),
    }
    count = members.shape[0]
    picked = _choose(table, sizes, members, np.ones(count))
    generator = np.random.default_rng(seed)
    totals, draws = {"log": 0.0, "hit": 0.0, "brier": 0.0, "area": 0.0}, 0
    for _ in range(DRAWS):
        drawn = np.bincount(generator.integers(count, size=count), minlength=count).astype(np.float64)
        left_out = ((drawn == 0).astype(np.float64) @ members).astype(bool)
        if len(np.unique(labels[left_out])) < 2:
            continue
        draws += 1
        other = _choose(table, sizes, members, drawn)
        if other != picked:
            for key, values in tables.items():
                totals[key] += float((values[left_out, picked] - values[left_out, other]).mean())
            totals["area"] += _area(candidates[picked], labels, left_out) - _area(candidates[other], labels, left_out)
    return {key: total / max(draws, 1) for key, total in totals.items()}


def _area(candidate: Scored, labels: Labels, rows: NDArray[np.bool_]) -> float:
    return scores.auroc(candidate.logits[:, rows], labels[rows])


def _loss_table(candidates: Sequence[Scored], labels: Labels) -> Floats:
    """Return the log loss of each image for each candidate, `[n, candidates]`; infinite where it may not be chosen."""
    columns = [
        scores.log_losses(candidate.logits, labels) if candidate.choosable else np.full(len(labels), np.inf)
        for candidate in candidates
    ]
    return np.asarray(np.stack(columns, axis=1))


def _sizes(candidates: Sequence[Scored]) -> Floats:
    return np.array([candidate.megabytes for candidate in candidates])


def _membership(groups: Labels) -> Floats:
    """Return 1 where an image belongs to a group, `[groups, n]`."""
    return np.asarray(np.unique(groups)[:, None] == groups, dtype=np.float64)


def _class_sizes(labels: Labels, groups: Labels) -> tuple[int, int]:
    """Return how many separate images the negative and the positive class have."""
    negative, positive = (len(np.unique(groups[labels == label])) for label in (0, 1))
    return negative, positive


def _shifted(estimate: Estimate, optimism: float, note: str) -> Estimate:
    value, low, high = (max(0.0, number - optimism) for number in (estimate.value, estimate.low, estimate.high))
    return Estimate(value, low, high, estimate.n, estimate.method + note)


def _noted(estimate: Estimate, note: str) -> Estimate:
    return dataclasses.replace(estimate, method=estimate.method + note)
