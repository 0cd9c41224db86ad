"""What is no number on one side only never passes for a small difference, whichever output it is in."""

import dataclasses

import keras
import numpy as np
import pytest

from artifact.card import ImageSpec
from training.errors import TrainingError
from training.evaluation.novelty import Novelty
from training.fitting import map_head
from training.network.keras_network import KerasNetwork
from training.output.export import export
from training.output.verifying import Scorer, verify

SPEC = ImageSpec(8, 8)


@pytest.mark.parametrize("direction", [np.nan, np.inf])
def test_a_novelty_that_is_no_number_on_the_keras_side_is_refused(direction: float) -> None:
    pixels = keras.Input((8, 8, 3))
    fitted = KerasNetwork(map_head.classifier(pixels, pixels), SPEC)
    novelty = Novelty(np.zeros((3, 2), np.float32), 0.5, np.ones(4))
    scorer = Scorer(export(fitted, novelty), SPEC)
    broken = dataclasses.replace(novelty, directions=np.full((3, 2), direction, np.float32))
    with pytest.raises(TrainingError, match="largest difference inf"):
        verify(scorer, fitted, broken, SPEC, [])
