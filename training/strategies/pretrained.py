"""A backbone that has seen ImageNet's 1.3 million photographs, frozen, and a small dense head on its features.

The answer: "use a pretrained convolutional backend and train only a small dense head". Three views of an image are
weighed against each other: the end of the backbone, which knows things; its middle, which knows textures and strokes,
with where they are; and both joined. The `small` candidate has the middle alone, at a quarter of the size. Both are
tried on smaller pictures, too. Features are taken through the backbone in whole numbers, which is also what is
published: all that is measured is measured of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.backbone import FeatureKey, find_feature
from training.backbone.extract import Extractor
from training.backbone.weights import IMAGENET
from training.backbone.whole import load, sizes
from training.backbone.whole.graph import write
from training.backbone.work import count_work
from training.fitting import invariance_trial, variations
from training.fitting.beside import Beside
from training.fitting.invariance_trial import Brought
from training.fitting.mixing import Mixture
from training.fitting.probe_candidate import HeadOnFeatures
from training.fitting.probing import Finished, Probe
from training.fitting.term_head import Term, add_head
from training.fitting.variations import Variations
from training.fitting.views import put_together
from training.network.graph import Graph
from training.network.graph_network import GraphNetwork
from training.network.interface import Network
from training.problem.interface import Problem
from training.strategies.framing import Framed, shortlist, specs
from training.strategies.smaller import Smaller
from training.strategies.variant import Key, Variant

NAME = "pretrained"
SUMMARY = "Transfer learning: a frozen backbone pre-trained on ImageNet, and a small dense head."
CHOOSABLE = True
ORIGIN = IMAGENET

SPEC = ImageSpec(224, 224, fit="crop", keep=0.875)
"""As the backbone itself was trained and tested: the middle of the picture; the whole of it is tried beside it."""

END: FeatureKey = ("last", "deviation")
MIDDLE: FeatureKey = ("expand_12", "deviation")
PLACED: FeatureKey = ("expand_12", "quadrants")

Floats = NDArray[np.float32]


VARIANTS = (
    Variant(NAME, ((END,), (MIDDLE, PLACED), (END, MIDDLE)), (0.0, 0.0, 1.0), (END,)),
    Variant(f"{NAME}-small", ((MIDDLE, PLACED),), (0.0,), (MIDDLE, PLACED)),
)


SIDE = 160
"""Of smaller pictures that are tried, in pixels."""
FEWEST = 200
"""Separate images, or groups where these were told, from which on they are tried: of a hundred, what seems as good is
often not (docs/performance.md)."""


def candidates(problem: Problem) -> Sequence[Framed | Smaller]:
    """Return a candidate for each variant, at full size, and smaller where that promises as much."""
    full = build(VARIANTS, SPEC, problem)
    return [*full, *_shrink(full, problem)] if problem.groups.count >= FEWEST else full


def _shrink(full: Sequence[Framed], problem: Problem) -> list[Smaller]:
    """Return the candidates on smaller pictures that tell left-out images as well as the first at full size.

    Nothing but the features of one framing is taken for that, of as many images as such a choice is made from.
    """
    quiet = replace(problem, advance=lambda: None)
    looks: dict[tuple[ImageSpec, int], _Look] = {}

    def look(spec: ImageSpec, images: Problem) -> _Look:
        key = spec, len(images.samples)
        if key not in looks:
            looks[key] = _look(spec, images)
        return looks[key]

    def make(variant: Variant, spec: ImageSpec, one: Problem) -> Pretrained:
        images = quiet if len(one.samples) == len(quiet.samples) else one
        return look(spec, images).candidate(variant, one, cast(Pretrained, full[0].framings[0]).brought)

    named = [replace(variant, name=f"{variant.name}-{SIDE}") for variant in VARIANTS]
    tried = [
        Smaller(
            variant.name, SIDE, framed, partial(make, variant), framed.megabytes, count(variant, SIDE), full[0].problem
        )
        for variant, framed in zip(named, full, strict=True)
    ]
    return [one for one in tried if one.promises(full[0])]


def _look(spec: ImageSpec, images: Problem) -> "_Look":
    keys = tuple(dict.fromkeys(key for variant in VARIANTS for key in variant.features))
    return _Look(spec, Extractor(spec.height, keys, cache=images.cache, weights=load()), images, VARIANTS)


def count(variant: Variant, side: int) -> float:
    """Return the work of a variant on pictures of a side, as in `Candidate`; that of what is beside it is left out."""
    return count_work([find_feature(key).cut for key in variant.features], side, whole=True)


def build(variants: Sequence[Variant], spec: ImageSpec, problem: Problem) -> Sequence[Framed]:
    """Extract every feature of a framing in one pass; return a candidate for each variant, with all its framings.

    What the label was declared not to depend on is tried on the first variant.
    """
    keys = tuple(dict.fromkeys(key for variant in variants for key in variant.features))
    extractor = Extractor(spec.height, keys, cache=problem.cache, weights=load())

    def look(framing: ImageSpec, images: Problem) -> Pretrained:
        return _Look(framing, extractor, images, variants).candidate(variants[0], images)

    looks = [_Look(one, extractor, problem, variants) for one in shortlist(specs(spec), problem, look)]

    def candidate(variant: Variant, one: Problem, brought: tuple[Brought, ...] = ()) -> Framed:
        return Framed(tuple(look.candidate(variant, one, brought) for look in looks), one)

    trial = invariance_trial.run(problem, lambda one: candidate(variants[0], one).evaluate().logits)
    return [candidate(variant, trial.problem, trial.brought) for variant in variants]


class _Look:
    """The features of a problem's images under one framing, for several variants."""

    def __init__(self, spec: ImageSpec, extractor: Extractor, problem: Problem, variants: Sequence[Variant]) -> None:
        self._spec, self._extractor = spec, extractor
        self._images = self._extract(Variations(problem, spec).stream_images())
        others = dict.fromkeys(key for variant in variants for key in variant.beside)
        self._beside = {key: variations.extract(key.describe(spec), problem, spec) for key in others}

    def candidate(self, variant: Variant, problem: Problem, brought: tuple[Brought, ...] = ()) -> "Pretrained":
        """Return a variant on the images and on what the problem's invariances make of them."""
        varied = self._extract(Variations(problem, self._spec).stream_varied())
        units: dict[Key, Floats] = {key: _append(self._images[key], varied[key]) for key in variant.features}
        units |= {key: unit_length(self._beside[key](problem)) for key in variant.beside}
        return Pretrained(variant, units, problem, self._spec, brought)

    def _extract(self, pixels: Iterator[NDArray[np.uint8]]) -> dict[FeatureKey, Floats]:
        return {key: unit_length(rows) for key, rows in self._extractor.extract(pixels).pooled.items()}


@dataclass(frozen=True)
class Pretrained(HeadOnFeatures):
    """One variant: the backbone as deep as it is needed, and a head on the features of unit length.

    The features are those of the images, and of their variations after them.
    """

    variant: Variant
    units: dict[Key, Floats]
    problem: Problem
    spec: ImageSpec = SPEC
    brought: tuple[Brought, ...] = ()

    @property
    def name(self) -> str:
        """`pretrained` or `pretrained-small`."""
        return self.variant.name

    @property
    def megabytes(self) -> float:
        """Size of the backbone in whole numbers and the head."""
        backbone: float = max(sizes.megabytes(find_feature(key).cut) for key in self.variant.features)
        beside = sum(key.megabytes for key in self.variant.beside)
        head = 4 * sum(int(unit.shape[1]) for unit in self.units.values()) / 1e6
        return backbone + beside + head

    @property
    def work(self) -> float:
        """As in `Candidate`."""
        return count(self.variant, self.spec.height)

    @property
    def knows_kinds(self) -> bool:
        """The backbone has seen a thousand kinds of pictures."""
        return True

    def join(self, head: Finished) -> tuple[Network, Floats]:
        """Put the head on the backbone."""
        weights = {key: np.zeros(self.units[key].shape[1], np.float32) for key in self.variant.keys}
        for view, part in zip(self.variant.views, head.weights, strict=True):
            ends = np.cumsum([len(weights[key]) for key in view])[:-1]
            for key, piece in zip(view, np.split(part, ends), strict=True):
                weights[key] += piece
        novelty = [self.variant.keys.index(key) for key in self.variant.novelty]
        graph = Graph()
        add_head(graph, self._terms(graph, weights), head.bias, novelty)
        features = np.concatenate([self.units[key][: len(self.problem.labels)] for key in self.variant.novelty], axis=1)
        return GraphNetwork(graph, self.spec), features

    def _terms(self, graph: Graph, weights: dict[Key, Floats]) -> list[Term]:
        """Write the backbone and what is beside it; return the terms of the logit on their maps."""
        pixels, size = graph.take_pixels(self.spec), self.spec.height
        cuts = tuple(dict.fromkeys(find_feature(key).cut for key in self.variant.features))
        maps = write(graph, pixels, size, cuts, load())

        def term(key: Key) -> Term:
            if isinstance(key, Beside):
                return Term(key.write(graph, pixels, size), "places", weights[key])
            feature = find_feature(key)
            return Term(maps[feature.cut], feature.pooling, weights[key])

        return [term(key) for key in self.variant.keys]

    def probe(self) -> Probe:
        """Return the head's views of the features."""
        views = tuple(put_together([self.units[key] for key in view]) for view in self.variant.views)
        return variations.probe(views, self.problem, self.spec, self.variant.biases)

    def describe(self, mixture: Mixture) -> dict[str, Any]:
        """Return what was used, for the card."""
        views = [" + ".join(_describe(key) for key in view) for view in self.variant.views]
        return {
            "backbone": "EfficientNet-Lite0",
            "arithmetic": "int8",
            "views": views,
            **invariance_trial.settings(self.problem, self.brought),
            **self.probe().settings(mixture),
        }


def _append(images: Floats, varied: Floats) -> Floats:
    """Return the images' rows and then those of their variations; without any, the images' own array."""
    return np.concatenate([images, varied]) if len(varied) else images


def _describe(key: Key) -> str:
    if isinstance(key, Beside):
        return key.name
    feature = find_feature(key)
    return f"{feature.cut} {feature.pooling}"


def unit_length(vectors: Floats) -> Floats:
    """Return the vectors divided by their Euclidean lengths, `[n, d]`."""
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9), dtype=np.float32)
