import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from artifact.errors import ImageError
from training.reading import facts

RNG = np.random.default_rng(3)


@pytest.fixture
def properties(encode_image: Callable[..., bytes]) -> Callable[[NDArray[np.uint8]], dict[str, float]]:
    """Measure pixels saved as PNG: the properties by name."""
    return lambda pixels: dict(
        zip(facts.PROPERTIES, facts.measure(encode_image(Image.fromarray(pixels))).properties, strict=True)
    )


def _full(colour: int | tuple[int, int, int], height: int = 20, width: int = 30) -> NDArray[np.uint8]:
    return np.full((height, width, 3), colour, dtype=np.uint8)


@pytest.mark.parametrize(
    ("colour", "brightness", "saturation", "cast"),
    [
        ((0, 0, 0), 0.0, 0.0, (0, 0)),
        ((255, 255, 255), 1.0, 0.0, (0, 0)),
        ((51, 51, 51), 0.2, 0.0, (0, 0)),
        ((255, 0, 0), 0.299, 1.0, (1, -0.5)),
        ((0, 255, 0), 0.587, 1.0, (0, 1)),
        ((0, 0, 255), 0.114, 1.0, (-1, -0.5)),
        ((102, 153, 51), (0.299 * 102 + 0.587 * 153 + 0.114 * 51) / 255, 0.4, (0.2, 0.3)),
    ],
)
def test_a_plain_picture(
    colour: tuple[int, int, int],
    brightness: float,
    saturation: float,
    cast: tuple[float, float],
    properties: Callable[[NDArray[np.uint8]], dict[str, float]],
) -> None:
    found = properties(_full(colour))
    assert (found["red less blue"], found["green less red and blue"]) == pytest.approx(cast, abs=0.005)
    assert found["brightness"] == pytest.approx(brightness, abs=0.003)
    assert found["saturation"] == pytest.approx(saturation, abs=1e-9)
    assert found["contrast"] == pytest.approx(0, abs=1e-9)
    assert found["sharpness"] == 0
    assert found["aspect ratio"] == pytest.approx(np.log(1.5))
    assert found["pixels"] == pytest.approx(np.log(600))


def test_half_black_and_half_white(properties: Callable[[NDArray[np.uint8]], dict[str, float]]) -> None:
    pixels = _full(0, 20, 20)
    pixels[:, 10:] = 255
    found = properties(pixels)
    assert found["brightness"] == pytest.approx(0.5)
    assert found["contrast"] == pytest.approx(0.5)
    # of 2 * 20 * 19 steps, the 20 across the edge are 1; the variance is 1/4
    assert found["sharpness"] == pytest.approx(20 / 760 / (2 * 0.25))


def test_a_checkerboard_is_twice_as_sharp_as_noise_and_a_ramp_is_smooth(
    properties: Callable[[NDArray[np.uint8]], dict[str, float]],
) -> None:
    board = np.indices((40, 40)).sum(axis=0) % 2 * 255
    assert properties(board.astype(np.uint8))["sharpness"] == pytest.approx(2.0)
    noise = RNG.integers(0, 256, (200, 200), dtype=np.uint8)
    assert properties(noise)["sharpness"] == pytest.approx(1.0, abs=0.03)
    ramp = np.tile(np.arange(200, dtype=np.uint8), (200, 1))
    assert properties(ramp)["sharpness"] < 0.001


@pytest.mark.parametrize("shape", [(1, 50), (50, 1)])
def test_a_line_of_pixels_has_a_sharpness_too(
    shape: tuple[int, int], properties: Callable[[NDArray[np.uint8]], dict[str, float]]
) -> None:
    line = (np.arange(50) % 2 * 255).astype(np.uint8).reshape(shape)
    assert properties(line)["sharpness"] == pytest.approx(2.0)


def test_the_size_is_that_of_the_file_and_not_of_the_decoded_scale(encode_image: Callable[..., bytes]) -> None:
    data = encode_image(Image.new("RGB", (1600, 800), "red"), "JPEG")
    found = dict(zip(facts.PROPERTIES, facts.measure(data).properties, strict=True))
    assert found["pixels"] == pytest.approx(np.log(1600 * 800))
    assert found["file size"] == pytest.approx(np.log(len(data)))
    assert found["aspect ratio"] == pytest.approx(np.log(2))


@pytest.mark.parametrize("size", [(600, 800), (1100, 1000), (2100, 1600)])
def test_one_picture_has_one_sharpness_whatever_its_format(
    size: tuple[int, int], encode_image: Callable[..., bytes]
) -> None:
    small = RNG.integers(0, 256, (size[0] // 20, size[1] // 20), dtype=np.uint8)
    picture = Image.fromarray(small).resize(size[::-1], Image.Resampling.BICUBIC)
    measured = {
        file_format: facts.measure(encode_image(picture, file_format, **options)).properties[3]
        for file_format, options in (("PNG", {"compress_level": 1}), ("JPEG", {"quality": 95}))
    }
    assert measured["JPEG"] == pytest.approx(measured["PNG"], rel=0.1)


def test_the_difference_hash_tells_which_neighbour_is_brighter(encode_image: Callable[..., bytes]) -> None:
    def hash_of(pixels: NDArray[Any]) -> int:
        picture = Image.fromarray(np.kron(pixels, np.ones((10, 10))).astype(np.uint8))
        return facts.measure(encode_image(picture)).difference_hash

    rising = np.tile(np.arange(9) * 20, (8, 1))
    assert hash_of(rising) == 2**64 - 1
    assert hash_of(rising[:, ::-1]) == 0
    one_step = np.zeros((8, 9))
    one_step[0, 1:] = 255  # the first bit of the first row
    assert hash_of(one_step) == 2**63
    last_step = np.zeros((8, 9))
    last_step[7, 8] = 255
    assert hash_of(last_step) == 1


def test_the_thumbnail_has_unit_length_and_no_mean(encode_image: Callable[..., bytes]) -> None:
    cells = RNG.integers(0, 256, (16, 16))
    picture = Image.fromarray(np.kron(cells, np.ones((4, 4))).astype(np.uint8))
    thumbnail = facts.measure(encode_image(picture)).thumbnail
    centred = cells.ravel() - cells.mean()
    np.testing.assert_allclose(thumbnail, centred / np.linalg.norm(centred), atol=1e-5)
    assert thumbnail.dtype == np.float32
    assert not facts.measure(encode_image(Image.new("RGB", (30, 30), "gray"))).thumbnail.any()


def test_transparency_is_measured_on_white(encode_image: Callable[..., bytes]) -> None:
    data = encode_image(Image.new("RGBA", (10, 10), (0, 0, 0, 0)))
    assert facts.measure(data).properties[0] == 1.0


def test_the_hash_is_that_of_the_bytes(picture: Callable[..., bytes]) -> None:
    assert facts.measure(picture(1)).sha256 == hashlib.sha256(picture(1)).hexdigest()


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(ImageError, match="not an image"):
        facts.measure(b"text")
