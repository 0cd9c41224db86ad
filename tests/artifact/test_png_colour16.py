"""PNG of 16-bit colour, written by imagecodecs 2026.3 (libpng), since Pillow writes none."""

import importlib
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from artifact import image
from artifact.card import ImageSpec, Reading, Scale
from artifact.errors import ImageError
from tests.artifact.pictures import on_white, smooth

PICTURE = smooth(40, 60)
TWELVE = np.rint(PICTURE / 255 * 4095).astype(np.uint16)
SCALE = Reading(Scale(0, 4095, 0, 4095))


def png(samples: NDArray[np.uint16]) -> bytes:
    return bytes(imagecodecs.png_encode(samples))


def test_twelve_bits_are_read_by_the_scale() -> None:
    data = png(TWELVE)
    assert image.open(data).deep
    np.testing.assert_array_equal(image.load(data, ImageSpec(40, 60, reading=SCALE)), PICTURE)


def test_the_whole_range_needs_no_scale() -> None:
    np.testing.assert_array_equal(image.load(png(PICTURE.astype(np.uint16) * 257), ImageSpec(40, 60)), PICTURE)


@pytest.mark.parametrize("samples", [2, 4])
def test_transparency_shows_white(samples: int) -> None:
    alpha = np.linspace(0, 255, 60).astype(np.uint16)[None].repeat(40, 0)
    colours = PICTURE[..., : samples - 1].astype(np.uint16)
    data = png(np.dstack([colours, alpha]) * np.uint16(257))
    expected = on_white(PICTURE if samples == 4 else PICTURE[..., 0], alpha)
    np.testing.assert_allclose(image.load(data, ImageSpec(40, 60)), expected, atol=2)


def test_without_the_library_a_dark_one_is_refused_and_a_bright_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    dark, bright = png(TWELVE), png(PICTURE.astype(np.uint16) * 257)
    monkeypatch.setattr(importlib, "import_module", missing)
    np.testing.assert_array_equal(image.load(bright, ImageSpec(40, 60)), PICTURE)
    with pytest.raises(ImageError, match=r"a PNG of 16-bit colour.*thirtyfive\[scientific\]"):
        image.load(dark, ImageSpec(40, 60, reading=SCALE))
