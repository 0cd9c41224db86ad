"""What more images would bring: the chosen candidate learns from fewer of them, and the curve is carried on.

Where the winner is a head on a frozen network, the features are there already, and a smaller cross-validation takes a
fraction of the time of one that was made anyway. A network that is trained whole would have to be trained for every
point, so nothing is said of it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from artifact.report import growth as words
from artifact.report.drawing import Reached
from artifact.report.growth import MoreImages
from artifact.report.section import Report
from training.contest import Contest
from training.evaluation import clustering, growth, nested, scores
from training.evaluation.choosing import ACCURACY_INFLATION
from training.evaluation.growth import Level, Measured, extrapolate
from training.evaluation.splitting import Fold
from training.gathering import Gathered
from training.network.graph_network import GraphNetwork
from training.problem.interface import Fitted, Problem
from training.reading import belonging

SHARES = (0.25, 0.5)
"""Of each fold's training images; the whole of them is there already."""
PART = 5
"""One of so many repeats is made with smaller draws too, one at least; each of its folds is drawn from anew."""
FEWEST = 6
"""Separate images, or groups, of a class from which smaller draws say anything."""
TIMES = (2, 5)
"""How many times as many images are spoken of."""
_DRAWN = (1, 1.26, 1.6, 2, 2.5, 3.2, 4, 5)
"""How many times as many images the plot has."""


def measure(held: Contest, fitted: Fitted, gathered: Gathered, time_is_up: bool) -> MoreImages:
    """Let the chosen candidate learn from smaller draws of the images, and carry the curve on."""
    problem = held.winner.candidate.problem
    why = _why_unknown(held, fitted, gathered, problem, time_is_up)
    if why:
        return MoreImages(unknown=why)
    found, labels = _draw(held, problem), problem.labels
    hits = scores.hits(held.winner.scored.logits, labels)
    inflation = clustering.count(hits, labels, problem.groups).inflation
    level = Level(held.performance.accuracy.value, held.performance.accuracy.n / (ACCURACY_INFLATION * inflation))
    guess = max(float(labels.mean()), 1 - float(labels.mean()))
    targets, drawn = ([_round(times * len(labels)) for times in some] for some in (TIMES, _DRAWN))
    expected, curve = (tuple(extrapolate(found, level, guess, some)) for some in (targets, drawn))
    points = (Reached(*map(float, point)) for point in zip(found.sizes, found.hits.mean(axis=1), strict=True))
    weakest = growth.weakest(hits, labels, inflation)
    classes = (gathered.dataset.classes.negative, gathered.dataset.classes.positive)
    return MoreImages(tuple(points), expected, curve, None if weakest is None else classes[weakest])


def section(found: MoreImages, report: Report) -> MoreImages:
    """Return the report's section with its sentence, of which other sections are a part."""
    return replace(found, summary=words.describe(report.adding(words.MORE_IMAGES.holds(found))))


def _why_unknown(held: Contest, fitted: Fitted, gathered: Gathered, problem: Problem, time_is_up: bool) -> str | None:
    name, question = held.winner.name, "What more images would bring"
    if gathered.why_withheld:
        return f"{question} cannot be told, as nothing can be promised from these images."
    doubted = belonging.count_doubted(gathered.dataset.train, gathered.dataset.classes)
    if doubted is not None and doubted.too_few:
        by = gathered.dataset.doubt
        return f"{question} cannot be told until it is said whether the images belong together by {by}."
    if held.performance.guessing:
        return f"{question} cannot be told, as these images do not show that anything was learned."
    if not isinstance(fitted.network, GraphNetwork):
        return f"{question} is not measured where {name} wins, which would have to be trained anew for each point."
    fewest = min(problem.groups[problem.labels == label].count for label in (0, 1))
    if fewest < FEWEST:
        noun = "separate image" if gathered.dataset.grouping is None else gathered.dataset.noun
        return f"{question} cannot be told from {fewest} {noun}s of a class; it takes {FEWEST}."
    return f"{question} was not measured: the time was up." if time_is_up else None


def _draw(held: Contest, problem: Problem) -> Measured:
    """Measure the smaller draws, all in one cross-validation, beside the whole of the images."""
    repeats = max(1, (problem.folds[-1].repeat + 1) // PART)
    folds = [fold for fold in problem.folds if fold.repeat < repeats]
    draws = [nested.shrink(folds, problem.labels, problem.groups, (share, share), problem.seed) for share in SHARES]
    later = [replace(fold, repeat=fold.repeat + at * repeats) for at, draw in enumerate(draws) for fold in draw]
    anew = replace(problem, folds=later)
    changed = replace(held.winner.candidate, problem=anew)
    smaller = np.split(changed.evaluate().logits, len(SHARES))
    whole = held.winner.evaluation.logits[:repeats]
    points = {
        _size(some): scores.hits(logits, problem.labels)
        for some, logits in zip((*draws, folds), (*smaller, whole), strict=True)
    }
    sizes = sorted(points)
    return Measured(np.array(sizes), np.stack([points[size] for size in sizes]), problem.groups)


def _size(folds: Sequence[Fold]) -> float:
    return float(np.mean([len(fold.train) for fold in folds]))


def _round(images: float) -> int:
    """Return a number with two digits that count, as nobody collects exactly 175 images."""
    return int(float(f"{images:.2g}"))
