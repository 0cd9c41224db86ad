"""Variations of the training images under what their labels were declared not to depend on, for frozen features.

A network that is trained whole varies its images anew in each epoch. Features are extracted once, so a few variations
are drawn beforehand, and a head learns from them as from further images that stay with their original in every split.
"""

import itertools
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.evaluation.splitting import Fold
from training.fitting.probing import Probe
from training.fitting.views import Features
from training.network.interface import Network
from training.pixels import features_of_pixels, stream
from training.problem.interface import Problem

Pixels = NDArray[np.uint8]
Rows = NDArray[np.int64]

DRAWS = 3
"""Variations of an image, unless flips alone were declared, which have one for each way to flip."""
MOST_IMAGES = 1000
"""Images that are varied, at equal steps; with so many, more variations teach little and cost as many extractions."""
_AXES = {"hflip": 1, "vflip": 0}


@dataclass(frozen=True)
class Variations:
    """The images of a problem, and their variations after them.

    Attributes:
        problem: The images, and what they are invariant to.
        spec: The tensor that each becomes.
    """

    problem: Problem
    spec: ImageSpec

    @property
    def origins(self) -> Rows:
        """The image that each row comes from, int64 `[rows]`; the first `n` rows are the images themselves."""
        images = np.arange(len(self.problem.samples))
        return np.concatenate([images, *([self._varied] * len(self._makers))])

    @property
    def share(self) -> float:
        """Images over rows, which is what a row counts for where there is evidence to weigh."""
        return len(self.problem.samples) / len(self.origins)

    def stream(self) -> Iterator[Pixels]:
        """Yield the pixels of each row, uint8 `[height, width, channels]`."""
        yield from self.stream_images()
        yield from self.stream_varied()

    def stream_images(self) -> Iterator[Pixels]:
        """Yield the pixels of the images themselves."""
        yield from stream(self.problem.samples, self.spec, self.problem.advance)

    def stream_varied(self) -> Iterator[Pixels]:
        """Yield the pixels of their variations."""
        varied = [self.problem.samples[row] for row in self._varied]
        for number, make in enumerate(self._makers):
            for row, pixels in zip(self._varied, stream(varied, self.spec), strict=True):
                yield make(pixels, (number + 1) * len(self.problem.samples) + int(row))

    def expand(self) -> Problem:
        """Return the problem of all rows: a variation has its image's label and group, and is never scored.

        An image and its variations weigh together as much as any other image.
        """
        problem, origins = self.problem, self.origins
        if len(origins) == len(problem.labels):
            return problem
        shares = problem.sample_weights[origins] / np.bincount(origins)[origins]
        return replace(
            problem,
            labels=problem.labels[origins],
            groups=problem.groups[origins],
            sample_weights=(shares / shares.mean()).astype(np.float32),
            folds=[replace(fold, train=_rows_from(origins, fold)) for fold in problem.folds],
        )

    @property
    def _varied(self) -> Rows:
        n = len(self.problem.samples)
        return np.linspace(0, n - 1, min(n, MOST_IMAGES)).astype(np.int64)

    @property
    def _makers(self) -> list[Callable[[Pixels, int], Pixels]]:
        """Return what makes each variation from an image's pixels and a number of its own."""
        names = self.problem.invariant
        if names <= set(_AXES):
            axes = sorted(_AXES[name] for name in names)
            return [_flip(chosen) for size in range(1, len(axes) + 1) for chosen in itertools.combinations(axes, size)]
        return [_draw(names, self.problem.seed)] * DRAWS


def extract(network: Network, problem: Problem, spec: ImageSpec) -> Callable[[Problem], NDArray[np.float32]]:
    """Run a network on the images once; return what gives their `features`, and then those of variations.

    What is returned takes the problem with the invariances that are wanted.
    """
    images = features_of_pixels(network, Variations(problem, spec).stream_images())

    def features(varied: Problem) -> NDArray[np.float32]:
        return np.concatenate([images, features_of_pixels(network, Variations(varied, spec).stream_varied())])

    return features


def probe(views: tuple[Features, ...], problem: Problem, spec: ImageSpec, biases: tuple[float, ...] = ()) -> Probe:
    """Return a probe on features of the images, and of their variations after them, float32 `[rows, d]` each."""
    varied = Variations(problem, spec)
    return Probe(views, varied.expand(), biases, share=varied.share)


def _rows_from(origins: Rows, fold: Fold) -> Rows:
    """Return every row that comes from one of a fold's training images, the images themselves first."""
    return np.flatnonzero(np.isin(origins, fold.train))


def _flip(axes: tuple[int, ...]) -> Callable[[Pixels, int], Pixels]:
    return lambda pixels, _: np.ascontiguousarray(np.flip(pixels, axes))


def _draw(names: Collection[str], seed: int) -> Callable[[Pixels, int], Pixels]:
    from training.fitting import augmenting  # here, as it brings TensorFlow, which nothing else of this needs

    augment = augmenting.build(names)
    assert augment is not None

    def make(pixels: Pixels, number: int) -> Pixels:
        varied = augment(pixels[None].astype(np.float32), np.array([seed % 2**31, number], np.int32))
        return np.asarray(np.rint(np.asarray(varied)[0]), np.uint8)

    return make
