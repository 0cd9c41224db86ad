from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from skimage.data import lfw_subset

from training.reading import facts, similarity


@pytest.fixture(scope="module")
def photographs() -> list[Image.Image]:
    """Twelve photographs of 200 x 200 pixels: faces and pieces of background."""
    pixels = np.rint(lfw_subset()[::17] * 255).astype(np.uint8)
    return [Image.fromarray(each).resize((200, 200), Image.Resampling.BICUBIC).convert("RGB") for each in pixels]


@pytest.fixture(scope="module")
def measure(encode_image: Callable[..., bytes]) -> Callable[..., facts.Facts]:
    return lambda picture, *save, **options: facts.measure(encode_image(picture, *save, **options))


COPIES = {
    "saved as JPEG": lambda measure, picture: measure(picture, "JPEG", quality=60),
    "saved twice": lambda measure, picture: measure(picture, "WEBP", quality=70),
    "at half the size": lambda measure, picture: measure(picture.resize((100, 100))),
    "brighter": lambda measure, picture: measure(ImageEnhance.Brightness(picture).enhance(1.1)),
    "with more contrast": lambda measure, picture: measure(ImageEnhance.Contrast(picture).enhance(1.15)),
    "without colour": lambda measure, picture: measure(picture.convert("L")),
    "less two pixels at the edges": lambda measure, picture: measure(picture.crop((2, 2, 198, 198))),
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_joined_with_its_original_and_with_nothing_else(
    copy: str, photographs: list[Image.Image], measure: Callable[..., facts.Facts]
) -> None:
    originals = [measure(picture) for picture in photographs]
    copies = [COPIES[copy](measure, picture) for picture in photographs]
    groups = similarity.group(originals + copies)
    assert groups[:12].tolist() == list(range(12))
    joined = groups[12:] < 12
    assert joined.sum() >= 11  # brightening saturates parts of some pictures
    np.testing.assert_array_equal(groups[12:][joined], np.flatnonzero(joined))


def test_different_photographs_are_not_joined(measure: Callable[..., facts.Facts]) -> None:
    pictures = [Image.fromarray(np.rint(pixels * 255).astype(np.uint8)) for pixels in lfw_subset()]
    groups = similarity.group([measure(picture) for picture in pictures])
    # some of the data set's pieces of background are cut from one photograph and overlap
    assert len(np.unique(groups[:100])) == 100
    assert len(np.unique(groups)) >= 198


def test_blank_pictures_are_told_apart_by_their_files(measure: Callable[..., facts.Facts]) -> None:
    blank = [measure(Image.new("RGB", (40, 40), colour)) for colour in ("white", "black", "white")]
    assert similarity.group(blank).tolist() == [0, 1, 0]


def _facts(number: int, direction: float, difference_hash: int = 0) -> facts.Facts:
    """Facts of a picture whose thumbnail points in a direction, in degrees."""
    thumbnail = np.zeros(256, dtype=np.float32)
    thumbnail[:2] = np.cos(np.radians(direction)), np.sin(np.radians(direction))
    return facts.Facts(str(number), difference_hash, thumbnail, np.zeros(7))


def test_a_chain_of_near_duplicates_is_one_group() -> None:
    # neighbours are 10 degrees apart and correlate at 0.98; the ends, at 40 degrees, at 0.77
    chain = [_facts(number, direction) for number, direction in enumerate([40, 0, 90, 20, 30, 10])]
    assert similarity.group(chain).tolist() == [0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("direction", "bits", "joined"), [(0, 8, True), (0, 9, False), (16, 0, True), (17, 0, False), (180, 0, False)]
)
def test_both_the_hash_and_the_thumbnail_must_agree(direction: int, bits: int, joined: bool) -> None:
    groups = similarity.group([_facts(0, 0), _facts(1, direction, 2**bits - 1 << 60 - bits)])
    assert (groups[0] == groups[1]) == joined


def test_no_images_have_no_groups() -> None:
    assert similarity.group([]).tolist() == []


@pytest.mark.parametrize("alike", [False, True])
def test_many_images_are_grouped_with_bounded_work(alike: bool) -> None:
    generator = np.random.default_rng(0)
    thumbnails = generator.normal(size=(10_000, 256)).astype(np.float32)
    thumbnails /= np.linalg.norm(thumbnails, axis=1, keepdims=True)
    hashes = generator.integers(0, 2**63, 10_000)
    everything = [
        facts.Facts(str(number), int(hashes[number * (not alike)]), thumbnails[number * (not alike)], np.zeros(7))
        for number in range(10_000)
    ]
    assert similarity.group(everything).tolist() == ([0] * 10_000 if alike else list(range(10_000)))
