"""PNG of every kind against what its standard says."""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from artifact import image
from artifact.card import ImageSpec
from tests.artifact import png
from tests.artifact.pictures import exactly, on_white
from tests.artifact.png import CHANNELS, GRAY, GRAY_ALPHA, PALETTE, RGB, RGBA, chunk

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(
    ("color_type", "depth"),
    [(GRAY, depth) for depth in (1, 2, 4, 8, 16)]
    + [(PALETTE, depth) for depth in (1, 2, 4, 8)]
    + [(color_type, depth) for color_type in (RGB, GRAY_ALPHA, RGBA) for depth in (8, 16)],
)
def test_every_kind_of_png(color_type: int, depth: int, interlaced: bool) -> None:
    samples = RNG.integers(0, 2**depth, (13, 19, CHANNELS[color_type]))
    palette = RNG.integers(0, 256, (2 ** min(depth, 8), 3), dtype=np.uint8)
    extra = chunk(b"PLTE", palette.tobytes()) if color_type == PALETTE else b""
    eight = np.rint(samples * (255 / (2**depth - 1)))
    by_kind: dict[int, Callable[[], NDArray[Any]]] = {
        GRAY: lambda: np.repeat(eight, 3, axis=2),
        RGB: lambda: eight,
        PALETTE: lambda: palette[samples[..., 0]].astype(float),
        GRAY_ALPHA: lambda: on_white(eight[..., 0], eight[..., 1]),
        RGBA: lambda: on_white(eight[..., :3], eight[..., 3]),
    }
    found = image.load(png.encode(samples, depth, color_type, interlaced, extra), exactly(samples)).astype(float)
    # Pillow cuts 16-bit colours down where rounding was expected, and rounds the composite once more
    tolerance = {(GRAY, 8): 0, (GRAY, 16): 0, (RGB, 8): 0}.get((color_type, depth), 0 if color_type == PALETTE else 2)
    np.testing.assert_allclose(found, by_kind[color_type](), atol=tolerance)


@pytest.mark.parametrize("depth", [1, 8, 16])  # at 2 and 4 bits Pillow forgets to scale the transparent value
def test_a_transparent_gray_value_shows_white(depth: int) -> None:
    samples = np.arange(2**depth - 2, 2**depth).reshape(1, 2, 1)
    data = png.encode(samples, depth, GRAY, extra=chunk(b"tRNS", struct.pack(">H", 2**depth - 2)))
    assert image.load(data, exactly(samples))[0, 0].tolist() == [255, 255, 255]
    lower = png.encode(samples - samples.min(), depth, GRAY, extra=chunk(b"tRNS", struct.pack(">H", 1)))
    assert image.load(lower, exactly(samples))[0].tolist() == [[0, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize("depth", [8, 16])
def test_a_transparent_colour_shows_white(depth: int) -> None:
    unit = 1 if depth == 8 else 257
    samples = np.array([[[10, 20, 30], [10, 20, 31], [0, 0, 0]]]) * unit
    data = png.encode(samples, depth, RGB, extra=chunk(b"tRNS", struct.pack(">HHH", 10 * unit, 20 * unit, 30 * unit)))
    assert image.load(data, exactly(samples))[0].tolist() == [[255, 255, 255], [10, 20, 31], [0, 0, 0]]


def test_transparent_palette_entries_are_composited() -> None:
    palette = np.array([[255, 0, 0], [0, 0, 255]], dtype=np.uint8)
    extra = chunk(b"PLTE", palette.tobytes()) + chunk(b"tRNS", bytes([0, 128]))
    found = image.load(png.encode(np.array([[[0], [1]]]), 8, PALETTE, extra=extra), ImageSpec(1, 2))
    np.testing.assert_allclose(found[0], [[255, 255, 255], [127, 127, 255]], atol=1)
