"""What is refused says so, and decoding takes no more memory than it was allowed."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from artifact import image
from artifact.card import ImageSpec
from artifact.errors import ImageError
from tests.artifact.pictures import PIXELS, smooth
from tests.artifact.png import declared

ORIENTATION = 0x0112


def saved(file_format: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(smooth(64, 64)).save(file, file_format, **options)
    return file.getvalue()


SMALL = image.Limits(bytes=5000, pixels=1000, working_bytes=10_000)


@pytest.mark.parametrize(
    ("data", "limits", "code", "limit"),
    [
        (b"", image.Limits(), "empty", None),
        (b"plain text", image.Limits(), "not_an_image", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", image.Limits(), "not_an_image", None),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", image.Limits(), "not_an_image", None),
        (saved("ICO", sizes=[(16, 16)]), image.Limits(), "not_an_image", None),
        (saved()[:20], image.Limits(), "not_an_image", None),
        (saved()[:-300], image.Limits(), "unreadable", None),
        (saved("JPEG", quality=95)[:-300], image.Limits(), "unreadable", None),
        (saved("GIF")[:-300], image.Limits(), "unreadable", None),
        (saved("BMP")[:-300], image.Limits(), "unreadable", None),
        (saved("PPM")[:-300], image.Limits(), "unreadable", None),
        (declared(90, 10), image.Limits(), "unreadable", None),
        (bytes(5001), SMALL, "too_many_bytes", 5000),
        (declared(101, 10), SMALL, "too_many_pixels", 1000),
        (declared(100, 100_000), image.Limits(pixels=9_999_999), "too_many_pixels", 9_999_999),
        (declared(20_000, 20_000), image.Limits(), "too_many_pixels", 64_000_000),
        (saved(), image.Limits(working_bytes=10_000), "too_many_pixels", 10_000),
        (saved("JPEG", progressive=True), image.Limits(working_bytes=10_000), "too_many_pixels", 10_000),
    ],
)
def test_what_is_refused_has_a_code_and_says_what_to_do(
    data: bytes, limits: image.Limits, code: str, limit: int | None
) -> None:
    with pytest.raises(ImageError) as refusal:
        image.load(data, ImageSpec(8, 8), limits)
    assert (refusal.value.code, refusal.value.limit) == (code, limit)
    assert refusal.value.detail == str(refusal.value)
    assert len(refusal.value.detail.split(". ")) > 1


def test_a_file_and_a_picture_at_the_limit_pass(encode_image: Callable[..., bytes]) -> None:
    data = encode_image(Image.fromarray(PIXELS))
    image.load(data, ImageSpec(8, 8), image.Limits(bytes=len(data), pixels=22 * 30))


def test_floating_point_samples_are_refused_with_the_way_out(encode_image: Callable[..., bytes]) -> None:
    data = encode_image(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF")
    with pytest.raises(ImageError, match=r"floating-point.*PNG"):
        image.load(data, ImageSpec(4, 4))


MEASURE = """
import resource, sys
from artifact import image
from artifact.card import ImageSpec

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

data, warm = (open(path, "rb").read() for path in sys.argv[1:])
image.load(warm, ImageSpec(8, 8))
before = peak()
for megabytes in range(1, 200):
    try:
        image.load(data, ImageSpec(64, 64), image.Limits(working_bytes=megabytes * 2**20))
        break
    except image.ImageError as error:
        if error.limit != megabytes * 2**20:
            break
print(megabytes, (peak() - before) / 2**20)
"""
REPOSITORY = Path(image.__file__).parents[1]


@pytest.fixture
def measure(tmp_path: Path) -> Callable[..., tuple[float, ...]]:
    """Return (the least working memory, in MB, that a file is decoded with; the growth in MB while it was)."""

    def run(data: bytes, warm: bytes | None = None) -> tuple[float, ...]:
        (tmp_path / "picture").write_bytes(data)
        (tmp_path / "warm").write_bytes(warm or saved(data[1:4].decode() if data[1:4] == b"PNG" else "JPEG"))
        command = [sys.executable, "-c", MEASURE, str(tmp_path / "picture"), str(tmp_path / "warm")]
        output = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
        return tuple(float(word) for word in output.split())

    return run


def test_a_bomb_takes_no_memory(measure: Callable[..., tuple[float, ...]]) -> None:
    allowed, grown = measure(declared(20_000, 20_000))
    assert allowed == 1
    assert grown < 20


@pytest.mark.parametrize(
    ("mode", "file_format", "options"),
    [
        ("L", "PNG", {}),
        ("L", "PNG", {"transparency": 0}),
        ("RGB", "PNG", {}),
        ("RGB", "PNG", {"transparency": (0, 0, 0)}),
        ("RGBA", "PNG", {}),
        ("P", "PNG", {"transparency": b"\0\x80"}),
        ("I;16", "PNG", {}),
        ("CMYK", "TIFF", {"compression": "tiff_lzw"}),
        ("RGB", "WEBP", {"lossless": True, "method": 0}),
        ("RGB", "JPEG", {"progressive": True}),
    ],
)
def test_decoding_stays_within_the_memory_that_it_was_allowed(
    mode: str,
    file_format: str,
    options: dict[str, Any],
    measure: Callable[..., tuple[float, ...]],
    encode_image: Callable[..., bytes],
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turning takes a second copy
    if mode == "I;16":
        picture = Image.fromarray(np.zeros((1500, 1500), np.uint16))
    else:
        picture = Image.fromarray(smooth(1500, 1500)).convert(mode)
    speed = {"compress_level": 1} if file_format == "PNG" else {}
    allowed, grown = measure(encode_image(picture, file_format, exif=exif, **speed, **options))
    assert grown < allowed + 8


def written(kind: str, picture: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(Image.fromarray(picture)).save(file, quality=50)
    elif kind == "TIFF":
        tags = [(ORIENTATION, "H", 1, 6, True)]
        values = picture.astype(np.uint16) * 257
        tifffile.imwrite(file, values, photometric="rgb", compression="zlib", extratags=tags)
    else:
        Image.fromarray(picture).save(file, kind, **({"speed": 10} if kind == "AVIF" else {}))
    return file.getvalue()


@pytest.mark.parametrize("kind", ["HEIC", "AVIF", "JPEG2000", "TIFF"])
def test_decoding_by_other_libraries_stays_within_the_memory_that_it_was_allowed(
    kind: str, measure: Callable[..., tuple[float, ...]]
) -> None:
    picture = smooth(1000, 1000)
    allowed, grown = measure(written(kind, picture), written(kind, picture[:64, :64]))
    assert grown < allowed + 8
