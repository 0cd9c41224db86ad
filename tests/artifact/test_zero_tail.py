"""Files whose copying broke off after their length was set, so that they end in zeros; and PNG with changed bytes.

Pillow 12, libwebp and libheif decode all of them without a word, the lower part flat or nonsense.
"""

import io
import re
from functools import cache
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from artifact import image
from artifact.errors import ImageError

NOISE = Image.fromarray(np.random.default_rng(3).integers(0, 256, (90, 120, 3), dtype=np.uint8))
FORMATS: list[tuple[str, dict[str, Any]]] = [
    ("JPEG", {}),
    ("JPEG", {"progressive": True}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("AVIF", {"speed": 10}),
    ("HEIF", {}),
    ("PNG", {}),
]


@cache
def noise(at: int) -> bytes:
    file_format, options = FORMATS[at]
    return saved(NOISE, file_format, **options)


def saved(picture: Image.Image, file_format: str, **options: Any) -> bytes:
    pillow_heif.register_heif_opener()
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.parametrize("at", range(len(FORMATS)))
def test_a_picture_whose_end_is_zeros_is_called_damaged(at: int, share: float) -> None:
    file = noise(at)
    written = int(len(file) * share)
    with pytest.raises(ImageError, match="damaged") as refusal:
        image.decode(file[:written] + bytes(len(file) - written))
    assert refusal.value.code == "unreadable"
    assert "Export or upload it again" in refusal.value.detail


def test_the_error_counts_the_zeros() -> None:
    file = saved(NOISE, "WEBP", lossless=True)
    with pytest.raises(ImageError, match=re.escape(f"its last 2,000 of {len(file):,} bytes are zeros")):
        image.open(file[:-2000] + bytes(2000))


@pytest.mark.parametrize("at", range(len(FORMATS)))
def test_zeros_after_the_whole_picture_are_a_filling(at: int) -> None:
    file = noise(at)
    whole, filled = (np.asarray(image.decode(data)) for data in (file, file + bytes(5000)))
    np.testing.assert_array_equal(whole, filled)


@pytest.mark.parametrize("light", [0, 128])
@pytest.mark.parametrize(("file_format", "options"), [*FORMATS, ("JPEG", {"optimize": True})])
def test_a_picture_that_is_flat_is_whole(file_format: str, options: dict[str, Any], light: int) -> None:
    flat = saved(Image.new("RGB", (64, 64), (light, light, light)), file_format, **options)
    assert abs(np.asarray(image.decode(flat)).astype(int) - light).max() <= 3


@pytest.mark.parametrize("file_format", ["WEBP", "HEIF", "AVIF"])
def test_exif_data_that_are_filled_with_zeros_are_no_damage(file_format: str) -> None:
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0" + bytes(3000)
    assert image.decode(saved(NOISE, file_format, exif=exif)).size == NOISE.size


def test_a_png_of_which_pixels_were_changed_is_called_damaged() -> None:
    file = bytearray(saved(NOISE, "PNG", compress_level=0))  # stored, so that the decoder finds nothing odd
    file[len(file) // 2] ^= 1
    with pytest.raises(ImageError, match=r"The PNG file is damaged \(the checksum of its pixels is another\)"):
        image.decode(bytes(file))
