"""A picture is opened once, and asked for what its header says before it is decoded."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, _imaging

from artifact import image
from artifact.card import ImageSpec
from tests.artifact.pictures import PIXELS, smooth


@pytest.mark.parametrize(
    ("picture", "file_format", "name", "bits"),
    [
        (Image.fromarray(PIXELS), "JPEG", "JPEG", 8),
        (Image.fromarray(PIXELS), "PNG", "PNG", 8),
        (Image.fromarray(PIXELS[..., 0].astype(np.uint16)), "PNG", "PNG", 16),
        (Image.fromarray(PIXELS[..., 0] > 127), "TIFF", "TIFF", 1),
        (Image.fromarray(PIXELS), "WEBP", "WebP", 8),
    ],
)
def test_a_picture_says_what_its_header_says(
    picture: Image.Image, file_format: str, name: str, bits: int, encode_image: Callable[..., bytes]
) -> None:
    found = image.open(encode_image(picture, file_format))
    assert (found.format.name, found.size, found.bits, found.pages) == (name, (30, 22), bits, 1)


def test_the_size_is_the_declared_one_whatever_the_scale_that_was_decoded_at(
    encode_image: Callable[..., bytes],
) -> None:
    picture = image.open(encode_image(Image.fromarray(smooth(400, 600)), "JPEG"))
    assert picture.load(ImageSpec(20, 20)).shape == (20, 20, 3)
    assert picture.size == (600, 400)


def test_pages_are_counted(encode_image: Callable[..., bytes]) -> None:
    frames = [Image.new("RGB", (16, 12), colour) for colour in ("red", "blue", "lime")]
    assert image.open(encode_image(frames[0], "TIFF", save_all=True, append_images=frames[1:])).pages == 3


def test_a_picture_is_decoded_once(encode_image: Callable[..., bytes]) -> None:
    picture = image.open(encode_image(Image.fromarray(PIXELS)))
    picture.decode()
    with pytest.raises(RuntimeError, match="once"):
        picture.decode()


def test_the_memory_of_one_picture_serves_the_next(encode_image: Callable[..., bytes]) -> None:
    data = encode_image(Image.fromarray(smooth(375, 500)), "JPEG")
    image.load(data, ImageSpec(224, 224))
    before = _imaging.get_stats()
    for _ in range(5):
        image.load(data, ImageSpec(224, 224))
    after = _imaging.get_stats()
    assert after["reused_blocks"] - before["reused_blocks"] >= 5
    assert after["allocated_blocks"] - before["allocated_blocks"] <= 10  # a resize has more pictures than are kept
