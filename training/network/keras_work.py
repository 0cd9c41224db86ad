"""What a Keras network has to compute for an image."""

import keras


def count(model: keras.Model) -> float:
    """Return the millions of multiplications by kernels of convolutions and dense layers, at every place."""
    found = 0
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += round(1e6 * count(layer))
        elif (kernel := getattr(layer, "kernel", None)) is not None:
            found += int(kernel.shape.num_elements()) * _places(layer)
    return found / 1e6


def _places(layer: keras.layers.Layer) -> int:
    """Count where a kernel is applied: channels come last, but for a head that gives a number for all and one each."""
    outputs = keras.tree.flatten(layer.output)
    if len(outputs) == 1:
        return _product(outputs[0].shape[1:-1])
    return sum(_product(output.shape[1:]) for output in outputs)


def _product(places: tuple[int, ...]) -> int:
    found = 1
    for side in places:
        found *= side
    return found
