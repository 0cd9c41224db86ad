"""Transfer learning's second step: let the last blocks of the pretrained backbone learn too, more slowly than the head.

The head starts from the linear probe's solution, so that the first steps do not spoil the features (LP-FT, Kumar et al.
2022); then the last blocks and the head train together for a few epochs, the blocks at a tenth of the head's rate. The
frozen blocks' feature maps are computed once. One repeat of the folds is evaluated, which bounds the time.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.backbone import CutKey, find_cut
from training.backbone.extract import Extractor
from training.backbone.network import build
from training.backbone.weights import IMAGENET
from training.backbone.work import count_work
from training.evaluation.splitting import Fold
from training.fitting import map_head, trainer
from training.fitting.network_candidate import NO_ROWS, first_repeats
from training.fitting.optimizing import Optimizing
from training.fitting.probing import Probe
from training.fitting.recipe import Data, Recipe, bound, with_batches
from training.fitting.tuned_network import TunedNetwork
from training.fitting.variations import Variations
from training.problem.interface import Evaluation, Fitted, Problem
from training.problem.overrides import Overrides

NAME = "finetune"
SUMMARY = "Transfer learning: the backbone's last blocks unfrozen, at a lower learning rate than the head's."
CHOOSABLE = True
ORIGIN = IMAGENET

SIZE = 160
SPEC = ImageSpec(SIZE, SIZE)
FROZEN: CutKey = 13
"""The blocks up to this one stay as ImageNet made them; their maps have 5 x 5 places of 192 channels."""
BACKBONE_RATE = 0.1
OPTIMIZING = Optimizing(optimizer="adam", learning_rate=2e-4, epochs=8)
MOST_STEPS = 160
"""Steps of one fit at most, or one pass over the images, which bounds the time."""

Maps = NDArray[np.float16]


def candidates(problem: Problem) -> Sequence["Finetune"]:
    """Compute the frozen blocks' maps, and return the one candidate."""
    extractor = Extractor(SIZE, (FROZEN,), maps=True, cache=problem.cache)
    maps = extractor.extract(Variations(problem, SPEC).stream()).maps[FROZEN]
    return [Finetune(maps.astype(np.float16), problem)]


@dataclass(frozen=True)
class Finetune:
    """The last blocks and a head on the frozen blocks' maps, float16 `[rows, h, w, channels]`, variations included."""

    maps: Maps
    problem: Problem
    name: str = NAME
    spec: ImageSpec = SPEC

    @property
    def megabytes(self) -> float:
        """Size of the whole network as float32."""
        return find_cut("last").megabytes

    @property
    def work(self) -> float:
        """As in `Candidate`."""
        return count_work(["last"], SIZE)

    def evaluate(self) -> Evaluation:
        """Probe, then fine-tune, on each fold of the first repeat."""
        folds = first_repeats(self._expanded, 1)
        logits, curves = trainer.cross_fit(self._trainer, folds, self.problem.seed, self._start, self.problem.is_lost)
        return Evaluation(logits, curves, self._card())

    def finish(self) -> Fitted:
        """Probe, then fine-tune, on all images."""
        whole = Fold(0, 0, np.arange(len(self.maps)), NO_ROWS)
        curves = self._trainer.fit(whole.train, NO_ROWS, self.problem.seed, lambda: self._start(whole))
        network = TunedNetwork(self._with_frozen_features(), self.spec, FROZEN)
        features = self.maps[: len(self.problem.labels)].mean(axis=(1, 2), dtype=np.float32)
        return Fitted(network, curves, self._card(), features, knows_kinds=True)

    def _with_frozen_features(self) -> keras.Model:
        """Return the network with the frozen blocks' averages as `features`: tuning forgets other kinds of pictures."""
        features = keras.layers.GlobalAveragePooling2D()(self._last_frozen.output)
        return keras.Model(self._network.input, {**self._network.output, "features": features})

    def _start(self, fold: Fold) -> None:
        """Give the head the weights of a probe on the fold's training images."""
        rows = fold.train[fold.train < len(self.problem.labels)]
        seen = replace(self.problem.part(rows), overrides=Overrides())  # what was asked for is meant for fine-tuning
        head = Probe((self._frozen_features[rows],), seen).finish()
        self._network.get_layer(map_head.NAME).set_weights(
            [head.weights[0][:, None], np.array([head.bias], np.float32)]
        )

    @cached_property
    def _expanded(self) -> Problem:
        return Variations(self.problem, self.spec).expand()

    @cached_property
    def _network(self) -> keras.Model:
        keras.utils.set_random_seed(self.problem.seed)
        backbone = build(SIZE, "last")
        return map_head.classifier(backbone.input, backbone.output)

    @property
    def _last_frozen(self) -> Any:
        return self._network.get_layer(f"{find_cut(FROZEN).name}_add")

    @cached_property
    def _trainer(self) -> trainer.Trainer:
        images, rows = len(self.problem.labels), len(self.maps)
        last_blocks = keras.Model(self._last_frozen.output, self._network.output)
        own = with_batches(replace(OPTIMIZING, epochs=max(2, OPTIMIZING.epochs * images // rows)), images)
        optimizing = bound(own, rows, MOST_STEPS).override(self.problem.overrides)
        rates = {layer.name: BACKBONE_RATE for layer in last_blocks.layers if layer.name != map_head.NAME}
        data = Data(self.maps, self._expanded.labels, self._expanded.sample_weights)
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
