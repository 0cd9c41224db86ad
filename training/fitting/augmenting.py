"""Augmentation by declared invariance: what the label does not depend on is varied in training, and nothing else.

A flipped traffic sign is not the same sign, so nothing is varied unless the user says that it does not matter. Each
function takes float32 images `[n, height, width, channels]`, 0 to 255, and a seed of two numbers, and returns images
of the same shape and range; each image gets its own draw, and the same seed gives the same images.
"""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import tensorflow as tf

from training.errors import TrainingError
from training.fitting.invariants import (
    INVARIANTS,
    LEAST_CROPPED_AREA,
    MOST_BRIGHTNESS,
    MOST_CONTRAST,
    MOST_DEGREES,
)

Augment = Callable[[Any, Any], Any]
"""From float32 images and an int32 seed `[2]` to float32 images."""


def build(names: Collection[str]) -> Augment | None:
    """Return one function that varies everything that was named, or None where nothing was.

    Raises:
        TrainingError: A name is not one of `INVARIANTS`.
    """
    if unknown := sorted(set(names) - set(INVARIANTS)):
        raise TrainingError(
            f"There is no invariance named {', '.join(unknown)}; choose from {', '.join(INVARIANTS)}, separated by "
            "commas."
        )
    steps = [(number, _STEPS[name]) for number, name in enumerate(INVARIANTS) if name in names]
    if not steps:
        return None

    def augment(images: Any, seed: Any) -> Any:
        for number, step in steps:
            images = step(images, tf.random.experimental.stateless_fold_in(seed, number))
        return images

    return augment


def _flip(axis: int) -> Augment:
    def flip(images: Any, seed: Any) -> Any:
        heads = _draw(images, seed, 0.0, 1.0) < 0.5
        return tf.where(heads[:, None, None, None], tf.reverse(images, [axis]), images)

    return flip


def _rotate(images: Any, seed: Any) -> Any:
    angle = _draw(images, seed, -MOST_DEGREES, MOST_DEGREES) * (np.pi / 180)
    return _resample(images, tf.cos(angle), tf.sin(angle), tf.zeros_like(angle), tf.zeros_like(angle))


def _crop(images: Any, seed: Any) -> Any:
    """Enlarge a random part of the image's own proportions, so square for square images, to the whole."""
    side = tf.sqrt(_draw(images, seed, LEAST_CROPPED_AREA, 1.0))
    room = (1.0 - side) / 2
    down, right = (
        room * _draw(images, tf.random.experimental.stateless_fold_in(seed, number), -1.0, 1.0) for number in (1, 2)
    )
    return _resample(images, side, tf.zeros_like(side), down, right)


def _brighten(images: Any, seed: Any) -> Any:
    step = 255 * _draw(images, seed, -MOST_BRIGHTNESS, MOST_BRIGHTNESS)
    return tf.clip_by_value(images + step[:, None, None, None], 0.0, 255.0)


def _stretch(images: Any, seed: Any) -> Any:
    reach = float(np.log(MOST_CONTRAST))
    factor = tf.exp(_draw(images, seed, -reach, reach))[:, None, None, None]
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    return tf.clip_by_value(mean + (images - mean) * factor, 0.0, 255.0)


_STEPS: dict[str, Augment] = {
    "hflip": _flip(2),
    "vflip": _flip(1),
    "rotate": _rotate,
    "crop": _crop,
    "brightness": _brighten,
    "contrast": _stretch,
}


def _draw(images: Any, seed: Any, low: float, high: float) -> Any:
    """Return one uniform number for each image, `[n]`."""
    return tf.random.stateless_uniform([tf.shape(images)[0]], seed, low, high)


def _resample(images: Any, cosine: Any, sine: Any, down: Any, right: Any) -> Any:
    """Sample each image on a grid that is turned and scaled about its centre, then moved by a share of its sides.

    Bilinear; what lies outside the image is its reflection.
    """
    height, width = tf.shape(images)[1], tf.shape(images)[2]
    middle_y, middle_x = (tf.cast(size - 1, tf.float32) / 2 for size in (height, width))
    move_y, move_x = down * tf.cast(height, tf.float32), right * tf.cast(width, tf.float32)
    zeros = tf.zeros_like(cosine)
    # an output pixel (x, y) is read at (a x + b y + c, d x + e y + f)
    rows = [
        cosine,
        -sine,
        middle_x - cosine * middle_x + sine * middle_y + move_x,
        sine,
        cosine,
        middle_y - sine * middle_x - cosine * middle_y + move_y,
        zeros,
        zeros,
    ]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack(rows, axis=1),
        output_shape=tf.stack([height, width]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
