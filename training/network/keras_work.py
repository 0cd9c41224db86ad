"""What a Keras network has to compute for an image."""

import keras


def count(model: keras.Model) -> float:
    """Return the millions of multiplications by kernels of convolutions and dense layers, at every place."""
    found = 0
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += round(1e6 * count(layer))
        elif (kernel := getattr(layer, "kernel", None)) is not None:
            places = layer.output.shape[1:-1]  # channels come last
            found += int(kernel.shape.num_elements()) * _product(places)
    return found / 1e6


def _product(places: tuple[int, ...]) -> int:
    found = 1
    for side in places:
        found *= side
    return found
