"""Every other format that is read, against numpy by hand and against what was saved."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artifact import image
from artifact.card import ImageSpec
from tests.artifact.pictures import ALPHA, PIXELS, Color, exactly, on_white, smooth

RNG = np.random.default_rng(7)


@pytest.mark.parametrize(
    ("file_format", "options"),
    [
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("BMP", {}),
        ("PPM", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ],
)
def test_an_exactly_sized_picture_of_a_lossless_format_passes_unchanged(
    file_format: str, options: dict[str, Any], encode_image: Callable[..., bytes]
) -> None:
    for fit in ("stretch", "crop", "pad"):
        data = encode_image(Image.fromarray(PIXELS), file_format, **options)
        np.testing.assert_array_equal(image.load(data, exactly(PIXELS, fit=fit)), PIXELS)
        gray = encode_image(Image.fromarray(PIXELS[..., 0]), file_format, **options)
        found = image.load(gray, exactly(PIXELS, "gray", fit))
        assert found.shape == (*PIXELS.shape[:2], 1)
        np.testing.assert_array_equal(found[..., 0], PIXELS[..., 0])


def test_gray_is_the_luma_of_itu_r_601(encode_image: Callable[..., bytes]) -> None:
    found = image.load(encode_image(Image.fromarray(PIXELS)), exactly(PIXELS, "gray"))[..., 0]
    np.testing.assert_allclose(found, PIXELS @ [0.299, 0.587, 0.114], atol=1)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "TIFF"])
def test_transparency_is_composited_on_white(file_format: str, encode_image: Callable[..., bytes]) -> None:
    options = {"lossless": True, "exact": True} if file_format == "WEBP" else {}
    data = encode_image(Image.fromarray(np.dstack([PIXELS, ALPHA])), file_format, **options)
    np.testing.assert_allclose(image.load(data, exactly(PIXELS)), on_white(PIXELS, ALPHA), atol=1)


def test_a_transparent_gif_pixel_shows_white(encode_image: Callable[..., bytes]) -> None:
    picture = Image.fromarray(np.array([[0, 1]], dtype=np.uint8), "P")
    picture.putpalette([200, 0, 0, 0, 0, 200])
    found = image.load(encode_image(picture, "GIF", transparency=1), ImageSpec(1, 2))
    assert found[0].tolist() == [[200, 0, 0], [255, 255, 255]]


def test_black_and_white(encode_image: Callable[..., bytes]) -> None:
    bits = RNG.integers(0, 2, (9, 11)).astype(bool)
    for file_format, options in (("PNG", {}), ("PPM", {}), ("BMP", {}), ("TIFF", {"compression": "group4"})):
        found = image.load(encode_image(Image.fromarray(bits), file_format, **options), ImageSpec(9, 11, "gray"))
        np.testing.assert_array_equal(found[..., 0], bits * 255)


@pytest.mark.parametrize(("file_format", "compression"), [("PNG", None), ("TIFF", None), ("TIFF", "tiff_lzw")])
def test_sixteen_bits_are_scaled_and_not_clipped(
    file_format: str, compression: str | None, encode_image: Callable[..., bytes]
) -> None:
    deep = np.array([[0, 128, 129, 257, 40_000, 65_535]], dtype=np.uint16)
    options = {"compression": compression} if compression else {}
    found = image.load(encode_image(Image.fromarray(deep), file_format, **options), ImageSpec(1, 6, "gray"))
    assert found[0, :, 0].tolist() == [0, 0, 1, 1, 156, 255]


def test_a_sixteen_bit_pgm() -> None:
    data = b"P5\n3 1\n65535\n" + np.array([0, 40_000, 65_535], dtype=">u2").tobytes()
    assert image.load(data, ImageSpec(1, 3, "gray"))[0, :, 0].tolist() == [0, 156, 255]


@pytest.mark.parametrize("color", ["rgb", "gray"])
@pytest.mark.parametrize("save", [{"file_format": "TIFF"}, {"file_format": "JPEG", "quality": 95}])
def test_inks_become_light(save: dict[str, Any], color: Color, encode_image: Callable[..., bytes]) -> None:
    inks = np.zeros((64, 64, 4), dtype=np.uint8)
    inks[:32, :32, 0], inks[:32, 32:, 1], inks[32:, :32, 2], inks[32:, 32:, 3] = 255, 200, 100, 128
    light = (255 - inks[..., :3].astype(float)) * (255 - inks[..., 3:]) / 255
    expected = light if color == "rgb" else light @ [[0.299], [0.587], [0.114]]
    found = image.load(encode_image(Image.fromarray(inks, "CMYK"), **save), ImageSpec(64, 64, color)).astype(float)
    inside = np.r_[4:28, 36:60]  # away from the edges, where JPEG rings
    np.testing.assert_allclose(found[inside][:, inside], expected[inside][:, inside], atol=5)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"progressive": True},
        {"subsampling": "4:4:4"},
        {"subsampling": "4:2:0", "progressive": True},
        {"keep_rgb": True},
        {"optimize": True, "restart_marker_rows": 1},
    ],
)
@pytest.mark.parametrize("color", ["rgb", "gray"])
def test_jpeg_of_every_kind_is_close_to_what_was_saved(
    options: dict[str, Any], color: Color, encode_image: Callable[..., bytes]
) -> None:
    pixels = smooth(50, 70)
    expected = pixels if color == "rgb" else pixels @ [[0.299], [0.587], [0.114]]
    data = encode_image(Image.fromarray(pixels), "JPEG", quality=95, **options)
    assert np.abs(image.load(data, exactly(pixels, color)) - expected.astype(float)).mean() < 2.5
    assert image.decode(data).size == (70, 50)


def test_a_gray_jpeg(encode_image: Callable[..., bytes]) -> None:
    pixels = smooth(50, 70)[..., 0]
    found = image.load(encode_image(Image.fromarray(pixels), "JPEG", quality=95), ImageSpec(50, 70))
    assert np.abs(found - pixels[..., None].astype(float)).mean() < 1.5


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "MPO"])
def test_of_several_frames_the_first_is_read(file_format: str, encode_image: Callable[..., bytes]) -> None:
    frames = [Image.new("RGB", (16, 12), colour) for colour in ("red", "blue", "lime")]
    data = encode_image(frames[0], file_format, save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(data)) as reopened:
        assert getattr(reopened, "n_frames", 1) == 3
    np.testing.assert_allclose(image.load(data, ImageSpec(12, 16))[6, 8], [255, 0, 0], atol=3)
