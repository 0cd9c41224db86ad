"""Fitting a picture to an input, against numpy by hand and against Pillow used plainly."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from artifact import image
from artifact.card import ImageSpec
from tests.artifact.pictures import PIXELS, Fit, smooth

RNG = np.random.default_rng(7)


def _thirds(mode: str = "RGB") -> Image.Image:
    """Red, green and blue thirds of 10 x 10 pixels, side by side."""
    picture = Image.new(mode, (30, 10))
    for third, colour in enumerate(("red", "lime", "blue")):
        picture.paste(colour, (10 * third, 0, 10 * third + 10, 10))
    return picture


RED, GREEN, BLUE, BLACK = [255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0]


def test_crop_takes_the_middle(encode_image: Callable[..., bytes]) -> None:
    data = encode_image(_thirds())
    assert (image.load(data, ImageSpec(10, 10, fit="crop")) == GREEN).all()
    assert (image.load(data, ImageSpec(40, 40, fit="crop"))[:, 10:30] == GREEN).all()
    upright = encode_image(_thirds().transpose(Image.Transpose.ROTATE_90))
    assert (image.load(upright, ImageSpec(10, 10, fit="crop")) == GREEN).all()


def test_pad_keeps_everything_between_black_bars(encode_image: Callable[..., bytes]) -> None:
    found = image.load(encode_image(_thirds()), ImageSpec(30, 30, fit="pad"))
    assert (found[:10] == BLACK).all()
    assert (found[20:] == BLACK).all()
    assert found[10:20].tolist() == [[RED] * 10 + [GREEN] * 10 + [BLUE] * 10] * 10
    found = image.load(encode_image(_thirds()), ImageSpec(10, 40, fit="pad"))
    assert found.tolist() == [[BLACK] * 5 + [RED] * 10 + [GREEN] * 10 + [BLUE] * 10 + [BLACK] * 5] * 10


def test_pad_puts_transparency_on_white_and_bars_in_black(encode_image: Callable[..., bytes]) -> None:
    found = image.load(encode_image(Image.new("RGBA", (20, 10), (0, 0, 0, 0))), ImageSpec(20, 20, fit="pad"))
    assert (found[5:15] == 255).all()
    assert (found[:5] == 0).all()
    assert (found[15:] == 0).all()


def test_stretch_keeps_everything_and_no_shape(encode_image: Callable[..., bytes]) -> None:
    found = image.load(encode_image(_thirds()), ImageSpec(20, 15))
    assert found.shape == (20, 15, 3)
    for column, colour in ((2, RED), (7, GREEN), (12, BLUE)):
        assert (found[:, column] == colour).all()


@given(
    size=st.tuples(st.integers(1, 400), st.integers(1, 400)),
    spec=st.builds(
        ImageSpec,
        st.integers(1, 300),
        st.integers(1, 300),
        st.sampled_from(["rgb", "gray"]),
        st.sampled_from(["crop", "pad", "stretch"]),
    ),
)
@example(size=(7, 10), spec=ImageSpec(100, 100, fit="crop"))  # rounding put the box 1e-16 outside the picture
@example(size=(1, 4000), spec=ImageSpec(224, 224, fit="pad"))
@example(size=(4000, 1), spec=ImageSpec(224, 224, fit="crop"))
def test_any_picture_fits_any_input(size: tuple[int, int], spec: ImageSpec, encode_image: Callable[..., bytes]) -> None:
    found = image.load(encode_image(Image.new("L", size, 255), compress_level=1), spec)
    assert found.shape == (spec.height, spec.width, spec.channels)
    assert found.max() == 255
    assert spec.fit == "pad" or found.min() == 255


@pytest.mark.parametrize("spec", [ImageSpec(10, 14), ImageSpec(7, 9, "gray"), ImageSpec(50, 80), ImageSpec(22, 9)])
@pytest.mark.parametrize("file_format", ["PNG", "BMP", "TIFF", "WEBP"])
def test_resizing_is_pillows_own_antialiased_bilinear(
    spec: ImageSpec, file_format: str, encode_image: Callable[..., bytes]
) -> None:
    data = encode_image(Image.fromarray(PIXELS), file_format, **({"lossless": True} if file_format == "WEBP" else {}))
    with Image.open(io.BytesIO(data)) as opened:
        plain = ImageOps.exif_transpose(opened).convert("L" if spec.color == "gray" else "RGB")
    expected = np.asarray(plain.resize((spec.width, spec.height), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(image.load(data, spec).reshape(expected.shape), expected)


def test_shrinking_averages_with_a_triangle_of_the_scales_width(encode_image: Callable[..., bytes]) -> None:
    wide = RNG.integers(0, 256, (1, 120), dtype=np.uint8)
    centres = (np.arange(20) + 0.5) * 6
    weights = np.maximum(0, 1 - np.abs(np.arange(120)[None] + 0.5 - centres[:, None]) / 6)
    expected = (weights @ wide[0]) / weights.sum(axis=1)
    found = image.load(encode_image(Image.fromarray(wide)), ImageSpec(1, 20, "gray"))
    np.testing.assert_allclose(found[0, :, 0], expected, atol=1)


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("size", [(304, 400), (704, 512), (1104, 904)])
def test_a_jpeg_at_reduced_scale_is_close_to_one_decoded_in_full(
    size: tuple[int, int], fit: Fit, encode_image: Callable[..., bytes]
) -> None:
    pixels = smooth(*size).astype(float) + RNG.normal(0, 12, (*size, 3))
    data = encode_image(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), "JPEG", quality=90)
    with Image.open(io.BytesIO(data)) as opened:
        in_full = encode_image(opened, "PNG", compress_level=1)
    spec = ImageSpec(96, 96, fit=fit)
    assert np.abs(image.load(data, spec).astype(float) - image.load(in_full, spec)).mean() < 1.5
    assert image.decode(data, spec).width < size[1]


def test_a_jpeg_whose_size_is_no_multiple_of_the_scale_is_off_by_less_than_a_pixel(
    encode_image: Callable[..., bytes],
) -> None:
    data = encode_image(Image.fromarray(smooth(1101, 901)), "JPEG", quality=95)
    found = image.load(data, ImageSpec(96, 96)).astype(float)
    plain = np.asarray(Image.fromarray(smooth(1101, 901)).resize((96, 96), Image.Resampling.BILINEAR)).astype(float)
    a_pixel_away = np.abs(plain[:-1, :-1] - plain[1:, 1:]).mean()
    assert np.abs(found - plain).mean() < a_pixel_away / 2


@pytest.mark.parametrize("spec", [ImageSpec(100, 100), ImageSpec(50, 150), ImageSpec(150, 50)])
def test_a_reduced_jpeg_still_covers_the_input_both_ways(spec: ImageSpec, encode_image: Callable[..., bytes]) -> None:
    data = encode_image(Image.fromarray(smooth(310, 460)), "JPEG")
    assert min(image.decode(data, spec).size) >= max(spec.height, spec.width)
