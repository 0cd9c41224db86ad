"""Intervals on real images: draw groups of augmented views, promise, and compare with the share on new groups."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from training.evaluation import calibration, choosing, scores
from training.evaluation.choosing import Scored
from training.evaluation.groups import Groups
from training.evaluation.interval import Estimate
from training.evaluation.splitting import default_repeats, split
from training.fitting import mixing, ridge
from training.fitting.one_thread import on_one_thread
from training.problem.interface import Problem
from training.reading import dataset, nearness, seeing
from training.reading.dataset import Sample, label_array

VIEWS = 7
REPEATS = 4
KEPT = 0.82
"""Of each side, as a photographer who steps aside keeps it."""


@dataclass(frozen=True)
class Views:
    """Views of some images of a set, and one view of each of the others.

    Attributes:
        samples: All views, those of the first images before the others.
        labels: 0 or 1, `[n]`.
        features: Of unit length, float32 `[n, d]`.
        thumbnails: Small gray pictures, float32 `[n, 256]`.
        members: Which image each is a view of, `[n]`.
        images: How many images have several views.
    """

    samples: Sequence[Sample]
    labels: NDArray[np.int64]
    features: NDArray[np.float32]
    thumbnails: NDArray[np.float32]
    members: NDArray[np.int64]
    images: int


@dataclass(frozen=True)
class Draw:
    """What one draw promised, by reading (None where no share is promised), and the share of new groups told right."""

    said: Estimate
    suspected: Estimate | None
    every: Estimate
    truth: float


def prepare(folder: Path, most: int) -> Views:
    """Make views of at most so many images of each class of a folder, and one view of each of the rest."""
    data = dataset.read_path(folder)
    generator = np.random.default_rng(0)
    labels = label_array(data.train)
    shuffled = [generator.permutation(np.flatnonzero(labels == label)) for label in (0, 1)]
    drawn = [row for rows in shuffled for row in rows[:most]]
    rest = [row for rows in shuffled for row in rows[most:]]
    made = [view for row in drawn for view in _views(data.train[row], generator, VIEWS)]
    made += [view for row in rest for view in _views(data.train[row], generator, 1)]
    members = np.concatenate([np.repeat(np.arange(len(drawn)), VIEWS), len(drawn) + np.arange(len(rest))])
    features, thumbnails = seeing.see(made, None), np.stack([sample.facts.thumbnail for sample in made])
    return Views(made, label_array(made), features, thumbnails, members, len(drawn))


@on_one_thread
def draw(views: Views, groups: int, seed: int) -> Draw:
    """Draw so many groups, half of each class, cross-validate, and score views of images that no draw is made from."""
    generator = np.random.default_rng(seed)
    first = views.labels[: views.images * VIEWS : VIEWS]
    chosen = [
        image for label in (0, 1) for image in generator.permutation(np.flatnonzero(first == label))[: groups // 2]
    ]
    rows = np.concatenate([np.flatnonzero(views.members == image) for image in chosen])
    rest = np.flatnonzero(views.members >= views.images)
    labels, apart = views.labels[rows], np.arange(len(rows))
    members, alone = Groups.of(views.members[rows], apart), Groups.alone(len(rows))
    samples, weights = [views.samples[row] for row in rows], np.ones(len(rows), np.float32)
    problem = Problem(samples, labels, members, (), weights, seed)
    scenes = _suspect(views, rows, labels)
    said, suspected, every = (
        None if of is None else _promise(views, rows, replace(problem, groups=of)) for of in (members, scenes, alone)
    )
    assert said is not None
    assert every is not None
    answers = _predict(views.features, views.labels, Groups.of(views.members), rows, rest) > 0
    return Draw(said, suspected, every, float((answers == (views.labels[rest] == 1)).mean()))


def _suspect(views: Views, rows: NDArray[np.int64], labels: NDArray[np.int64]) -> Groups | None:
    """Return the scenes that the order alone gives away, as training does; None where it is not sure."""
    parts, apart = [np.flatnonzero(labels == label) for label in (0, 1)], np.arange(len(rows))
    if not nearness.look(views.thumbnails[rows], parts, apart).promising:
        return None
    shown = nearness.look(views.features[rows], parts, apart)
    if shown.p_value > nearness.SIGNIFICANCE or shown.beyond_chance < nearness.STRONG:
        return None
    found = nearness.scenes(views.features[rows], parts, apart)
    return Groups.of(found, apart) if min(len(np.unique(found[part])) for part in parts) > 1 else None


def _promise(views: Views, rows: NDArray[np.int64], problem: Problem) -> Estimate:
    repeats = min(REPEATS, default_repeats(len(rows), problem.groups.count))
    folds = split(problem.labels, problem.groups, 5, repeats, problem.seed)
    numbers = np.zeros(len(views.labels), np.int64)
    numbers[rows] = problem.groups.numbers
    raw = np.full((repeats, len(rows)), np.nan)
    for fold in folds:
        seen, asked = rows[fold.train], rows[fold.validation]
        raw[fold.repeat, fold.validation] = _predict(views.features, views.labels, Groups.of(numbers), seen, asked)
    logits = calibration.cross(raw, problem.labels, folds, problem.groups)
    scored = [Scored("head", logits, 1.0)]
    return choosing.measure(scored, 0, problem.labels, problem.groups, 0, folds).accuracy


def _predict(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    groups: Groups,
    seen: NDArray[np.int64],
    asked: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the scores of `asked` by a head on `seen`, solved in closed form; its strength is chosen by groups."""
    view, everything = features[seen], np.arange(len(seen))
    strength = mixing.choose((view,), (0.0,), labels[seen], groups[seen], everything).strength
    centre = view.mean(axis=0, dtype=np.float64)
    centred = view - centre
    scale = float((centred**2).sum()) / len(seen)
    solved = ridge.solve(centred @ centred.T / scale, labels[seen], groups[seen], np.array([strength])).logits[0]
    shares = labels[seen] - scores.sigmoid(solved)
    cross = (features[asked] - centre) @ centred.T / scale
    return np.asarray((cross / strength + 1 / ridge.INTERCEPT_RIDGE) @ shares)


def _views(sample: Sample, generator: np.random.Generator, count: int) -> Iterator[Sample]:
    """Yield views of an image: moved, turned and lit otherwise."""
    picture = Image.open(io.BytesIO(sample.read())).convert("RGB")
    for number in range(count):
        width, height = picture.size
        left, top = (int(generator.integers(0, int(side * (1 - KEPT)) + 1)) for side in (width, height))
        seen = picture.crop((left, top, left + int(width * KEPT), top + int(height * KEPT)))
        seen = ImageEnhance.Brightness(seen.rotate(generator.uniform(-6, 6))).enhance(generator.uniform(0.85, 1.15))
        file = io.BytesIO()
        seen.save(file, "PNG")
        yield _measured(f"{sample.file}-{number}", sample.label, file.getvalue())


def _measured(name: str, label: int, data: bytes) -> Sample:
    from training.reading import facts

    return Sample(name, label, facts.measure(data), partial(bytes, data))
