"""Other pretrained networks, by way of `keras.applications`, which downloads their ImageNet weights when first used.

EfficientNet-Lite0 needs no network and is the default; these are for whoever asks for one by name.
"""

import os
from pathlib import Path
from typing import Literal

import keras

from training.backbone.errors import BackboneError, WeightsMissingError
from training.backbone.zoo import APPLICATIONS, Application

_MINIMUM_SIZE = 32


def build(name: str, size: int, *, weights: Literal["imagenet"] | None = "imagenet") -> keras.Model:
    """Build a network of `keras.applications` without its classifier.

    Args:
        name: one of APPLICATIONS.
        size: height and width of the images in pixels, at least 32.
        weights: "imagenet" to load (and, the first time, download) pretrained weights; None for random ones.

    Returns:
        A model from float32 RGB pixels in 0..255, [N, size, size, 3], to the last feature map [N, h, w, channels].

    Raises:
        BackboneError: there is no such network, or the size is too small.
        WeightsMissingError: the weights could neither be found nor downloaded.
    """
    if name not in APPLICATIONS:
        raise BackboneError(f"There is no network {name!r}; choose one of {', '.join(APPLICATIONS)}.")
    if size < _MINIMUM_SIZE:
        raise BackboneError(f"The image size {size} is too small for {name}; choose {_MINIMUM_SIZE} or more.")
    application = APPLICATIONS[name]
    network = _construct(application, size, weights)
    if application.scales_pixels:
        return network
    pixels = keras.Input((size, size, 3), name="pixels")
    scaled = keras.layers.Rescaling(1 / 127.5, -1.0, name="scale_pixels")(pixels)
    return keras.Model(pixels, network(scaled), name=name)


def _construct(application: Application, size: int, weights: Literal["imagenet"] | None) -> keras.Model:
    constructor = getattr(keras.applications, application.constructor)
    try:
        return constructor(include_top=False, weights=weights, input_shape=(size, size, 3))
    except Exception as error:  # Keras raises a bare Exception when a download fails.
        if weights is None:
            raise
        raise WeightsMissingError(
            f"The ImageNet weights of {application.constructor} could not be loaded ({error}). Keras downloads them "
            f"once into {_models_folder()}: run this once with access to the internet, or copy that folder from a "
            "machine that has it. The default backbone, EfficientNet-Lite0, needs no download."
        ) from error


def _models_folder() -> Path:
    """Return where Keras keeps weights that it has downloaded."""
    return Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")) / "models"
