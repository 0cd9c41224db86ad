"""However a camera stored a picture, it comes upright."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from artifact import image
from artifact.card import ImageSpec
from tests.artifact.pictures import PIXELS, exactly, smooth

ORIENTATION = 0x0112


AS_STORED = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: np.swapaxes(upright, 0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(np.swapaxes(upright, 0, 1), 2),
    8: lambda upright: np.rot90(upright, -1),
}
"""How a camera stores an upright picture that it marks with an orientation (EXIF 2.32, section 4.6.4, tag 274)."""


@pytest.mark.parametrize("orientation", AS_STORED)
@pytest.mark.parametrize(
    ("file_format", "options", "mode"),
    [
        ("PNG", {}, "RGB"),
        ("PNG", {}, "L"),
        ("PNG", {}, "I;16"),
        ("PNG", {}, "1"),
        ("WEBP", {"lossless": True}, "RGB"),
        ("TIFF", {}, "RGB"),
        ("TIFF", {"compression": "tiff_lzw"}, "RGB"),
        ("TIFF", {}, "I;16"),
        ("TIFF", {}, "CMYK"),
        ("TIFF", {"compression": "tiff_lzw"}, "CMYK"),
    ],
)
def test_all_orientations_give_one_tensor(
    orientation: int, file_format: str, options: dict[str, Any], mode: str, encode_image: Callable[..., bytes]
) -> None:
    def save(pixels: NDArray[np.uint8], **exif: Any) -> bytes:
        pixels = np.ascontiguousarray(pixels)
        picture = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257 if mode == "I;16" else pixels)
        if mode != "I;16":
            picture = picture.convert(mode, dither=Image.Dither.NONE)
        return encode_image(picture, file_format, **options, **exif)

    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    turned = save(AS_STORED[orientation](PIXELS), exif=exif)
    for spec in (exactly(PIXELS), ImageSpec(8, 20, fit="crop")):
        np.testing.assert_array_equal(image.load(turned, spec), image.load(save(PIXELS), spec))


@pytest.mark.parametrize("orientation", AS_STORED)
def test_a_turned_jpeg_decoded_at_reduced_scale_is_upright(
    orientation: int, encode_image: Callable[..., bytes]
) -> None:
    pixels = smooth(300, 500)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = Image.fromarray(np.ascontiguousarray(AS_STORED[orientation](pixels)))
    found = image.load(encode_image(stored, "JPEG", quality=95, exif=exif), ImageSpec(60, 100))
    plain = np.asarray(Image.fromarray(pixels).resize((100, 60), Image.Resampling.BILINEAR)).astype(float)
    assert np.abs(found - plain).mean() < 3


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_without_meaning_is_upright(value: int, encode_image: Callable[..., bytes]) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    found = image.load(encode_image(Image.fromarray(PIXELS), exif=exif), exactly(PIXELS))
    np.testing.assert_array_equal(found, PIXELS)


@pytest.mark.parametrize(
    "exif", [b"garbage", b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"]
)
def test_damaged_exif_data_do_not_spoil_the_pixels(exif: bytes, encode_image: Callable[..., bytes]) -> None:
    data = encode_image(Image.fromarray(PIXELS), "PNG", exif=exif)
    np.testing.assert_array_equal(image.load(data, exactly(PIXELS)), PIXELS)
