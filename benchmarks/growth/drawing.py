"""One draw of a set: what its nested cross-validation shows, and what more images of the set really brought.

The head is that of `pretrained` on the end of the backbone and the whole picture, solved in closed form.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.backbone import Cache
from training.backbone.extract import Extractor
from training.evaluation import nested, scores
from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold, split
from training.fitting import mixing, ridge
from training.fitting.one_thread import on_one_thread
from training.labelling.suggesting import FEATURE, SPEC
from training.pixels import stream
from training.reading import similarity
from training.reading.dataset import Sample, label_array
from training.strategies.pretrained import unit_length

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

REPEATS = 3
FEWEST_LEFT = 50
"""Images that a size leaves out at least, to see what came true."""
SHARES = (0.25, 0.5, 1.0)
HALVED = ((0.5, 1.0), (1.0, 0.5))


@dataclass(frozen=True)
class Pictures:
    """A set: labels `[n]`, groups, features of unit length `[n, d]`."""

    labels: Rows
    groups: Groups
    features: NDArray[np.float32]


@dataclass(frozen=True)
class Drawn:
    """What one draw showed.

    Attributes:
        sizes: Images that each fold learned from, for each of `SHARES`.
        hits: Share of repeats in which each image was told right, `[shares, n]`.
        losses: Log loss of each image where half of one class was left out, `[classes, n]`.
        labels: Of the images.
        true: Share of the images left out that a model of so many images tells right, by their number.
        left: How many were left out, likewise.
        grown: Mean log loss, of both classes alike, where only one class has grown by half of all images.
    """

    set: str
    n: int
    seed: int
    sizes: list[float]
    hits: list[list[float]]
    losses: list[list[float]]
    labels: list[int]
    true: dict[str, float]
    left: dict[str, int]
    grown: list[float]


def load(samples: Sequence[Sample]) -> Pictures:
    """Extract the features of a set, by the cache where they are there."""
    found = Extractor(SPEC.height, (FEATURE,), cache=Cache()).extract(stream(samples, SPEC)).pooled[FEATURE]
    return Pictures(
        label_array(samples), Groups.of(similarity.group([one.facts for one in samples])), unit_length(found)
    )


@on_one_thread
def draw(name: str, pictures: Pictures, n: int, seed: int, targets: Sequence[int]) -> Drawn:
    """Draw so many images, measure their learning curve, then let the same draw grow to each of the targets."""
    generator = np.random.default_rng(1000 + seed)
    shuffled = [generator.permutation(np.flatnonzero(pictures.labels == label)) for label in (0, 1)]

    def take(negatives: int, positives: int) -> Rows:
        return np.sort(np.concatenate([shuffled[0][:negatives], shuffled[1][:positives]]))

    def counts(size: int) -> tuple[int, int]:
        positives = int(np.clip(round(size * pictures.labels.mean()), 2, size - 2))
        return size - positives, positives

    rows = take(*counts(n))
    labels, groups = pictures.labels[rows], pictures.groups[rows]
    folds = split(labels, groups, 5, REPEATS, seed)
    smaller = [nested.shrink(folds, labels, groups, (share, share), seed) for share in SHARES]
    halved = [nested.shrink(folds, labels, groups, shares, seed) for shares in HALVED]
    reached = dict(_grow(pictures, [(size, take(*counts(size))) for size in targets]))
    grown = [take(*(np.array(counts(n)) + added)) for added in ((n // 2, 0), (0, n // 2))]
    return Drawn(
        name,
        n,
        seed,
        [float(np.mean([len(fold.train) for fold in some])) for some in smaller],
        [scores.hits(_cross(pictures, rows, some), labels).tolist() for some in smaller],
        [scores.log_losses(_cross(pictures, rows, some), labels).tolist() for some in halved],
        labels.tolist(),
        {str(size): share for size, (share, _) in reached.items()},
        {str(size): left for size, (_, left) in reached.items()},
        [_balanced_loss(pictures, more) for more in grown],
    )


def _grow(pictures: Pictures, draws: Sequence[tuple[int, Rows]]) -> Iterator[tuple[int, tuple[float, int]]]:
    for size, seen in draws:
        left = np.setdiff1d(np.arange(len(pictures.labels)), seen)
        if len(seen) == size and len(left) >= FEWEST_LEFT:
            logits = predict(pictures, seen, left)
            yield size, (float(((logits > 0) == (pictures.labels[left] == 1)).mean()), len(left))


def _cross(pictures: Pictures, rows: Rows, folds: Sequence[Fold]) -> Floats:
    """Return the out-of-fold logits, `[repeats, n]`, less what a fold's shares of the classes differ from all."""
    logits = np.full((REPEATS, len(rows)), np.nan)
    odds = _log_odds(pictures.labels[rows])
    for fold in folds:
        scored = predict(pictures, rows[fold.train], rows[fold.validation])
        logits[fold.repeat, fold.validation] = scored - (_log_odds(pictures.labels[rows[fold.train]]) - odds)
    return logits


def _log_odds(labels: Rows) -> float:
    share = float(labels.mean())
    return float(np.log(share / (1 - share)))


def _balanced_loss(pictures: Pictures, seen: Rows) -> float:
    """Return the log loss on the images left out, both classes alike, with the shares of the classes taken out."""
    left = np.setdiff1d(np.arange(len(pictures.labels)), seen)
    logits = predict(pictures, seen, left) - _log_odds(pictures.labels[seen])
    losses = scores.log_losses(logits[None], pictures.labels[left])
    return float(np.mean([losses[pictures.labels[left] == label].mean() for label in (0, 1)]))


def predict(pictures: Pictures, seen: Rows, asked: Rows) -> Floats:
    """Return the scores of `asked` by a head on `seen`."""
    view, labels, groups = pictures.features[seen], pictures.labels[seen], pictures.groups[seen]
    strength = mixing.choose((view,), (0.0,), labels, groups, np.arange(len(seen))).strength
    centre = view.mean(axis=0, dtype=np.float64)
    centred = view - centre
    scale = float((centred**2).sum()) / len(seen)
    solved = ridge.solve(centred @ centred.T / scale, labels, groups, np.array([strength])).logits[0]
    cross = (pictures.features[asked] - centre) @ centred.T / scale
    return np.asarray((cross / strength + 1 / ridge.INTERCEPT_RIDGE) @ (labels - scores.sigmoid(solved)))
