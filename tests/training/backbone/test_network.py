"""The Keras network against the authors' PyTorch network, and what may train in it."""

from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training.backbone import CUTS, BackboneError, network
from training.backbone.architecture import CutKey
from training.backbone.weights import load

REFERENCE_CUTS: tuple[CutKey, ...] = (1, 2, 3, 5, 8, 10, 11, 15, 16, "last")


@pytest.fixture(scope="module")
def outputs(reference_inputs: dict[str, NDArray[np.uint8]]) -> dict[tuple[str, CutKey], NDArray[np.float32]]:
    """(image, cut) to the feature map [h, w, channels] that Keras computes."""
    results: dict[tuple[str, CutKey], NDArray[np.float32]] = {}
    for size in (128, 224):
        model = network.build_multiple(size, REFERENCE_CUTS, weights=load("float32"))
        names = [name for name, image in reference_inputs.items() if image.shape[0] == size]
        maps = model(np.stack([reference_inputs[name] for name in names]).astype(np.float32))
        for cut, values in zip(REFERENCE_CUTS, maps, strict=True):
            results |= {(name, cut): value for name, value in zip(names, np.asarray(values), strict=True)}
    return results


def relative_difference(found: NDArray[Any], expected: NDArray[Any]) -> float:
    return float(np.abs(found - expected).max() / np.abs(expected).max())


@pytest.mark.parametrize("image", ["noise_128", "noise_224", "cat_128", "cat_224"])
def test_equals_the_pytorch_network(
    image: str,
    outputs: dict[tuple[str, CutKey], NDArray[np.float32]],
    reference_activations: dict[str, NDArray[np.float32]],
) -> None:
    for cut in REFERENCE_CUTS:
        pooled = outputs[image, cut].mean((0, 1), dtype=np.float64)
        assert relative_difference(pooled, reference_activations[f"{image}/{CUTS[cut].name}"]) < 2e-5, cut
    ends = [0, 1, -2, -1]
    corners = outputs[image, 8][ends][:, ends]
    assert relative_difference(corners, reference_activations[f"{image}/corners"]) < 2e-5
    weights = load("float32")
    scores = outputs[image, "last"].mean((0, 1)) @ weights.classifier_kernel + weights.classifier_bias
    assert relative_difference(scores, reference_activations[f"{image}/scores"]) < 2e-5


@pytest.mark.parametrize("cut", [1, 6, "expand_7", 13, "expand_12", "last"])
def test_a_cut_has_the_shape_and_the_parameters_that_its_table_says(cut: int | str) -> None:
    model = network.build(64, cut)
    side = 64 // CUTS[cut].stride
    assert model.output_shape == (None, side, side, CUTS[cut].channels)
    assert model.count_params() == CUTS[cut].parameters


@pytest.mark.parametrize(
    ("from_block", "first", "frozen"),
    [
        (5, "block_5_expand", "block_4_project"),
        (1, "block_1_depthwise", "stem"),
        (0, "stem", None),
        (17, "head", "block_16_project"),
    ],
)
def test_blocks_before_the_chosen_one_are_frozen(from_block: int, first: str, frozen: str | None) -> None:
    model = network.build(32)
    trained = network.trainable_blocks(model, from_block)
    names = {layer.name for layer in model.layers if layer.trainable_weights}
    assert first in names
    assert frozen not in names
    assert trained == sum(np.prod(weight.shape) for weight in model.trainable_weights)


def test_training_changes_the_chosen_blocks_and_no_other() -> None:
    model = network.build(32, 3)
    network.trainable_blocks(model, 3)
    before = {layer.name: layer.get_weights() for layer in model.layers}
    whole = keras.Sequential([model, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)])
    whole.compile(keras.optimizers.SGD(0.1), "mse")
    images = np.random.default_rng(3).uniform(0, 255, (4, 32, 32, 3)).astype(np.float32)
    whole.fit(images, np.arange(4.0), epochs=1, verbose=0)
    changed = {
        layer.name
        for layer in model.layers
        if any((new != old).any() for new, old in zip(layer.get_weights(), before[layer.name], strict=True))
    }
    assert changed == {"block_3_expand", "block_3_depthwise", "block_3_project"}


def test_an_expansion_is_the_widened_map_inside_its_block_and_trains_with_it() -> None:
    deep = network.build(64, 12)
    inner = keras.Model(deep.input, deep.get_layer("block_12_expand_relu6").output)
    shallow = network.build(64, "expand_12")
    images = np.random.default_rng(5).uniform(0, 255, (1, 64, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(shallow(images), inner(images), rtol=1e-5, atol=1e-5)
    assert network.trainable_blocks(shallow, 12) == 112 * 672 + 672


def test_none_freezes_everything_and_blocks_can_train_again() -> None:
    model = network.build(32, 2)
    assert network.trainable_blocks(model, None) == 0
    assert network.trainable_blocks(model, 0) == CUTS[2].parameters


def test_a_block_that_was_cut_off_cannot_train() -> None:
    with pytest.raises(BackboneError, match=r"blocks 0 \(the stem\) to 4"):
        network.trainable_blocks(network.build(32, 4), 5)


def test_no_cuts_are_an_error() -> None:
    with pytest.raises(BackboneError, match="at least one"):
        network.build_multiple(32, [])
