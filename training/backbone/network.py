"""EfficientNet-Lite0 as a Keras network, for fine-tuning and for export. This module imports Keras."""

from collections.abc import Sequence

import keras

from training.backbone.architecture import (
    PIXEL_MEAN,
    PIXEL_SCALE,
    STEPS,
    Convolution,
    CutKey,
    check_size,
    find_cut,
    steps_of,
)
from training.backbone.errors import BackboneError
from training.backbone.weights import Weights, load

_BLOCK_NUMBERS = {step.convolution.name: step.block for step in STEPS}


def build(size: int, cut: CutKey = "last", *, weights: Weights | None = None) -> keras.Model:
    """Build the pretrained network up to one cut.

    Args:
        size: height and width of the images in pixels, a multiple of 32.
        cut: the depth to end at: a key of `CUTS`.
        weights: the weights; the published ImageNet weights if None.

    Returns:
        A functional model from float32 RGB pixels in 0..255, [N, size, size, 3] (the scaling is inside), to the
        feature map [N, size / stride, size / stride, channels] of the cut. Batch normalisation is folded into the
        convolutions, so training and inference are the same computation.

    Raises:
        BackboneError: there is no such cut, the size does not fit, or the weights are missing or not genuine.
    """
    return _build(size, [cut], weights, f"efficientnet_lite0_{find_cut(cut).name}", single=True)


def build_multiple(size: int, cuts: Sequence[CutKey], *, weights: Weights | None = None) -> keras.Model:
    """Build the pretrained network with one output for each of several cuts, in the order given.

    Arguments and errors are those of `build`; the outputs are a list of feature maps, [N, h, w, channels].
    """
    if not cuts:
        raise BackboneError('No cut was asked for; name at least one, such as "last".')
    return _build(size, cuts, weights, "efficientnet_lite0", single=False)


def trainable_blocks(model: keras.Model, from_block: int | None) -> int:
    """Let the blocks from `from_block` on train, and freeze the rest.

    Compile (again) afterwards: Keras reads the flags when it compiles.

    Args:
        model: a network from `build` or `build_multiple`.
        from_block: 0 is everything with the stem, 1..16 are the blocks, 17 is the head convolution alone; None
            freezes the whole network.

    Returns:
        The number of parameters that will train.

    Raises:
        BackboneError: the network has no such block.
    """
    numbers = {layer: _BLOCK_NUMBERS[layer.name] for layer in model.layers if layer.name in _BLOCK_NUMBERS}
    if from_block is not None and not 0 <= from_block <= max(numbers.values()):
        raise BackboneError(
            f"This network has blocks 0 (the stem) to {max(numbers.values())}, so it cannot train from block "
            f"{from_block} on; choose one of those, or None to freeze it."
        )
    for layer, number in numbers.items():
        layer.trainable = from_block is not None and number >= from_block
    return sum(int(weight.shape.num_elements()) for weight in model.trainable_weights)


def _build(size: int, cuts: Sequence[CutKey], weights: Weights | None, name: str, *, single: bool) -> keras.Model:
    check_size(size)
    wanted = [find_cut(key) for key in cuts]
    pixels = keras.Input((size, size, 3), name="pixels")
    scale = keras.layers.Rescaling(1 / PIXEL_SCALE, -PIXEL_MEAN / PIXEL_SCALE, name="scale_pixels")
    features = entrance = scale(pixels)
    maps = {}
    for step in steps_of(wanted):
        entrance = features if step.begins_block else entrance
        features = _convolve(features, step.convolution)
        if step.has_shortcut:
            features = keras.layers.Add(name=f"{step.name}_add")([features, entrance])
        maps[step.name] = features
    outputs = [maps[cut.name] for cut in wanted]
    model = keras.Model(pixels, outputs[0] if single else outputs, name=name)
    _set_weights(model, weights or load())
    return model


def _convolve(inputs: keras.KerasTensor, convolution: Convolution) -> keras.KerasTensor:
    settings = {
        "kernel_size": convolution.kernel_size,
        "strides": convolution.stride,
        "padding": "same",
        "name": convolution.name,
    }
    if convolution.depthwise:
        outputs = keras.layers.DepthwiseConv2D(**settings)(inputs)
    else:
        outputs = keras.layers.Conv2D(convolution.output_channels, **settings)(inputs)
    if not convolution.activated:
        return outputs
    return keras.layers.ReLU(max_value=6.0, name=f"{convolution.name}_relu6")(outputs)


def _set_weights(model: keras.Model, weights: Weights) -> None:
    for layer in model.layers:
        if layer.name in weights.kernels:
            layer.set_weights([weights.kernels[layer.name], weights.biases[layer.name]])
