"""Transfer learning's second step: let the last blocks of the pretrained backbone learn too, more slowly than the head.

The head starts from the linear probe's solution, so that the first steps do not spoil the features (LP-FT, Kumar et al.
2022); then the last blocks and the head train together for a few epochs, the blocks at a tenth of the head's rate. The
frozen blocks' feature maps are computed once. One repeat of the folds is evaluated, which bounds the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.backbone import CutKey, Extractor, find_cut
from training.backbone.network import build
from training.backbone.weights import IMAGENET
from training.evaluation.splitting import Fold
from training.fitting import augmenting, map_head, trainer
from training.fitting.network_candidate import NO_ROWS, first_repeats
from training.fitting.optimizing import Optimizing, Overrides
from training.fitting.probing import Probe
from training.fitting.recipe import Data, Recipe, bound, with_batches
from training.pixels import stream
from training.strategies.interface import Evaluation, Fitted, Problem

NAME = "finetune"
SUMMARY = "Transfer learning: the backbone's last blocks unfrozen, at a lower learning rate than the head's."
CHOOSABLE = True
ORIGIN = IMAGENET

SIZE = 160
SPEC = ImageSpec(SIZE, SIZE)
FROZEN: CutKey = 13
"""The blocks up to this one stay as ImageNet made them; their maps have 5 x 5 places of 192 channels."""
VIEWS = 4
"""The image and its variations under the declared invariances; frozen maps have to be computed for each."""
BACKBONE_RATE = 0.1
OPTIMIZING = Optimizing(optimizer="adam", learning_rate=2e-4, epochs=8)
MOST_STEPS = 300

Maps = NDArray[np.float16]


def candidates(problem: Problem) -> Sequence["Finetune"]:
    """Compute the frozen blocks' maps, and return the one candidate."""
    extractor = Extractor(SIZE, (FROZEN,), maps=True, cache=problem.cache)
    maps = extractor.extract(_views(problem)).maps[FROZEN]
    return [Finetune(maps.astype(np.float16), problem)]


@dataclass(frozen=True)
class Finetune:
    """The last blocks and a head on the frozen blocks' maps, float16 `[views * n, h, w, channels]`, view by view."""

    maps: Maps
    problem: Problem
    name: str = NAME
    spec: ImageSpec = SPEC

    @property
    def megabytes(self) -> float:
        """Size of the whole network as float32."""
        return find_cut("last").megabytes

    def evaluate(self) -> Evaluation:
        """Probe, then fine-tune, on each fold of the first repeat."""
        folds = [replace(fold, train=self._all_views(fold.train)) for fold in first_repeats(self.problem, 1)]
        logits, curves = trainer.cross_fit(self._trainer, folds, self.problem.seed, self._start)
        return Evaluation(logits, curves, self._card())

    def finish(self) -> Fitted:
        """Probe, then fine-tune, on all images."""
        rows = self._all_views(np.arange(len(self.problem.labels)))
        whole = Fold(0, 0, rows, NO_ROWS)
        curves = self._trainer.fit(rows, NO_ROWS, self.problem.seed, lambda: self._start(whole))
        return Fitted(self._network, curves, self._card())

    def _start(self, fold: Fold) -> None:
        """Give the head the weights of a probe on the fold's training images."""
        rows = fold.train[fold.train < len(self.problem.labels)]
        seen = replace(
            self.problem,
            labels=self.problem.labels[rows],
            groups=self.problem.groups[rows],
            sample_weights=self.problem.sample_weights[rows],
            overrides=Overrides(),  # what was asked for is meant for the fine-tuning
        )
        head = Probe((self._frozen_features[rows],), seen).finish()
        self._network.get_layer(map_head.NAME).set_weights(
            [head.weights[0][:, None], np.array([head.bias], np.float32)]
        )

    def _all_views(self, rows: trainer.Rows) -> trainer.Rows:
        n = len(self.problem.labels)
        return np.concatenate([rows + start for start in range(0, len(self.maps), n)])

    @cached_property
    def _network(self) -> keras.Model:
        keras.utils.set_random_seed(self.problem.seed)
        backbone = build(SIZE, "last")
        return map_head.classifier(backbone.input, backbone.output)

    @cached_property
    def _trainer(self) -> trainer.Trainer:
        n, views = len(self.problem.labels), len(self.maps) // len(self.problem.labels)
        last_frozen = self._network.get_layer(f"{find_cut(FROZEN).name}_add")
        last_blocks = keras.Model(last_frozen.output, self._network.output)
        own = with_batches(replace(OPTIMIZING, epochs=max(2, OPTIMIZING.epochs // views)), n)
        optimizing = bound(own, n * views, MOST_STEPS).override(self.problem.overrides)
        rates = {layer.name: BACKBONE_RATE for layer in last_blocks.layers if layer.name != map_head.NAME}
        data = Data(self.maps, np.tile(self.problem.labels, views), np.tile(self.problem.sample_weights, views))
        return trainer.Trainer(last_blocks, data, Recipe(optimizing, rates))

    @cached_property
    def _frozen_features(self) -> NDArray[np.float32]:
        """The pooled features of the images themselves before anything was fine-tuned, float32 `[n, 1280]`."""
        return self._trainer.predict(np.arange(len(self.problem.labels)), "features")

    def _card(self) -> dict[str, Any]:
        return {
            **asdict(self._trainer.recipe.optimizing),
            "parameters": int(self._network.count_params()),
            "frozen_blocks": FROZEN,
            "backbone_rate_factor": BACKBONE_RATE,
            "invariant": sorted(self.problem.invariant),
        }


def _views(problem: Problem) -> Iterator[NDArray[np.uint8]]:
    """Yield the images, and then their variations under what they are declared invariant to."""
    yield from stream(problem.samples, SPEC, problem.advance)
    augment = augmenting.build(problem.invariant)
    if augment is None:
        return
    for view in range(1, VIEWS):
        for row, pixels in enumerate(stream(problem.samples, SPEC)):
            seed = np.array([problem.seed % 2**31, view * len(problem.samples) + row], np.int32)
            varied = augment(tf.constant(pixels[None], tf.float32), seed)
            yield np.rint(np.asarray(varied)[0]).astype(np.uint8)
