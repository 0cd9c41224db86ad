"""The guard against JPEGs of very many scans, on a small harmless file that is made here."""

import io

import numpy as np
import pytest
from PIL import Image

from artifact import image
from artifact.card import ImageSpec
from artifact.errors import ImageError
from artifact.formats import jpeg_scans
from tests.artifact.pictures import smooth


def saved(**options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(smooth(16, 16)).save(file, "JPEG", **options)
    return file.getvalue()


def with_scans(count: int) -> bytes:
    """A progressive JPEG of 16 x 16 pixels whose last scan stands in it again and again."""
    file = saved(progressive=True)
    last = file.rindex(b"\xff\xda")
    return file[:last] + file[last:-2] * (count - file.count(b"\xff\xda") + 1) + file[-2:]


def test_scans_are_counted_as_they_are_written() -> None:
    assert jpeg_scans.count(saved(), 64) == 1
    assert jpeg_scans.count(saved(progressive=True), 64) == 10  # the script of libjpeg's jpeg_simple_progression
    assert jpeg_scans.count(with_scans(30), 64) == 30
    assert jpeg_scans.count(with_scans(200), 64) == 65


def test_a_jpeg_of_many_scans_is_refused_before_it_is_decoded() -> None:
    assert image.load(with_scans(60), ImageSpec(8, 8)).shape == (8, 8, 3)
    with pytest.raises(ImageError, match=r"more than 64 scans.*Save it again") as refusal:
        image.open(with_scans(65))
    assert (refusal.value.code, refusal.value.limit) == ("too_many_scans", 64)


def test_markers_inside_metadata_and_behind_the_end_are_no_scans() -> None:
    file = saved(progressive=True)
    comment = b"\xff\xfe" + (2 + 400).to_bytes(2, "big") + b"\xff\xda" * 200
    assert jpeg_scans.count(file[:2] + comment + file[2:], 64) == 10
    assert jpeg_scans.count(file + b"\xff\xda" * 200, 64) == 10  # a second picture, as in files of phones


def test_a_large_picture_is_decoded_in_fewer_scans() -> None:
    file = bytearray(with_scans(21))
    size = file.index(b"\xff\xc2") + 5  # height and width in the frame's header
    assert image.open(bytes(file)).size == (16, 16)
    file[size : size + 4] = (7000).to_bytes(2, "big") * 2
    with pytest.raises(ImageError, match="more than 20 scans") as refusal:
        image.open(bytes(file))
    assert refusal.value.code == "too_many_scans"


def test_planes_in_scans_of_their_own_are_counted_without_progression() -> None:
    file = saved(keep_rgb=True)
    start = file.index(b"\xff\xda")
    assert not jpeg_scans.first_is_partial(file, 3)
    assert jpeg_scans.first_is_partial(file[: start + 4] + b"\x01" + file[start + 5 :], 3)
    assert not jpeg_scans.first_is_partial(b"\xff\xd8\xff", 3)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_bytes_are_the_count_ends(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = rng.choice([0x00, 0xFF, 0xDA, 0xC4, 0x03, 0x41], 20_000).astype(np.uint8).tobytes()
    assert 0 <= jpeg_scans.count(b"\xff\xd8" + noise, 64) <= 65
