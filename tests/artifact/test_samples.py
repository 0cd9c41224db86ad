import numpy as np
import pytest
from PIL import Image

from artifact.errors import ImageError
from artifact.samples import to_eight_bits


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("1", "L"),
        ("L", "L"),
        ("P", "RGB"),
        ("RGB", "RGB"),
        ("CMYK", "RGB"),
        ("YCbCr", "RGB"),
        ("LAB", "RGB"),
        ("HSV", "RGB"),
        ("LA", "RGBA"),
        ("PA", "RGBA"),
        ("RGBA", "RGBA"),
        ("RGBa", "RGBA"),
        ("I;16", "L"),
        ("I;16B", "L"),
        ("I", "L"),
    ],
)
def test_every_mode_becomes_gray_colour_or_colour_with_alpha(mode: str, expected: str) -> None:
    picture = Image.new(mode, (3, 2))
    picture.info["exif"] = b"kept"
    converted = to_eight_bits(picture)
    assert (converted.mode, converted.size) == (expected, (3, 2))
    if mode != "LAB":  # only TIFF files hold it, and Pillow turns those upright itself
        assert converted.info["exif"] == b"kept"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "I;16"])
def test_a_transparent_value_gives_an_alpha_channel(mode: str) -> None:
    picture = Image.new(mode, (2, 1))
    picture.putpixel((1, 0), (255, 255, 255) if mode == "RGB" else 255)
    picture.info["transparency"] = (0, 0, 0) if mode == "RGB" else 0
    converted = to_eight_bits(picture)
    assert converted.mode == "RGBA"
    assert np.asarray(converted.getchannel("A")).tolist() == [[0, 255]]


@pytest.mark.parametrize("dtype", ["<u2", ">u2", "<i4"])
def test_sixteen_bits_are_rounded_to_the_nearest_eighth(dtype: str) -> None:
    values = np.arange(0, 65_536, 11, dtype=np.int64)[None]
    found = np.asarray(to_eight_bits(Image.fromarray(values.astype(dtype))))
    np.testing.assert_array_equal(found, np.floor(values / 257 + 0.5))


@pytest.mark.parametrize("value", [-1, 65_536, 2**31 - 1])
def test_samples_without_a_scale_are_refused(value: int) -> None:
    with pytest.raises(ImageError, match="0 to 65535") as refusal:
        to_eight_bits(Image.fromarray(np.array([[0, value]], dtype=np.int32)))
    assert refusal.value.code == "unreadable"
