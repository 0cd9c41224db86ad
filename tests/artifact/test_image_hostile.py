"""Whatever the bytes are, decoding them ends in a tensor of the declared shape or in an `ImageError`; nothing else."""

import io
import pickle
import struct
import tarfile
import typing
import zipfile
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, _imaging

from artifact import image
from artifact.card import ImageSpec
from artifact.errors import ImageCode, ImageError

CODES = set(typing.get_args(ImageCode))
LIMITS = image.Limits(bytes=1024**2, pixels=1_000_000, working_bytes=16 * 1024**2)
SPECS = (
    ImageSpec(8, 8),
    ImageSpec(5, 9, color="gray", fit="crop"),
    ImageSpec(7, 3, fit="pad"),
)
OFTEN = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def _saved(mode: str, file_format: str, **options: Any) -> bytes:
    noise = np.random.default_rng(7).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(file, file_format, **options)
    return file.getvalue()


EXIF = Image.Exif()
EXIF[0x0112] = 8
FILES = (
    _saved("RGB", "JPEG", exif=EXIF),
    _saved("RGB", "JPEG", progressive=True, subsampling=2),
    _saved("CMYK", "JPEG"),
    _saved("L", "JPEG"),
    _saved("RGB", "PNG", exif=EXIF),
    _saved("RGBA", "PNG"),
    _saved("P", "PNG"),
    _saved("1", "PNG"),
    _saved("I;16", "PNG") if hasattr(_imaging, "convert_I16") else _saved("L", "PNG"),
    _saved("RGB", "WEBP", lossless=True),
    _saved("RGB", "WEBP", quality=60),
    _saved("P", "GIF"),
    _saved("RGB", "BMP"),
    _saved("RGB", "TIFF"),
    _saved("RGB", "TIFF", compression="tiff_lzw"),
    _saved("RGB", "TIFF", compression="jpeg"),
    _saved("1", "TIFF", compression="group4"),
    _saved("RGB", "PPM"),
)


GIF = FILES[11]

# Pillow warns of what it finds odd; that is its way, and no failure.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]


def check(data: bytes, spec: ImageSpec = SPECS[0]) -> str | None:
    """Decode; return the code of the refusal, or None; anything but those two is a failure."""
    try:
        pixels = image.load(data, spec, LIMITS)
    except ImageError as error:
        return error.code if error.detail and error.code in CODES else pytest.fail(f"{error.code}: {error.detail}")
    assert pixels.shape == (spec.height, spec.width, spec.channels)
    assert pixels.dtype == np.uint8
    return None


@given(st.binary(max_size=2000), st.sampled_from(SPECS))
@example(b"\xff\xd8\xff", SPECS[0])
@example(b"\x89PNG\r\n\x1a\n", SPECS[0])
@example(b"GIF89a", SPECS[0])
@example(b"II*\0\x08\0\0\0", SPECS[0])
@example(b"RIFF\xff\xff\xff\xffWEBPVP8 ", SPECS[0])
@OFTEN
def test_any_bytes(data: bytes, spec: ImageSpec) -> None:
    check(data, spec)


@given(st.sampled_from(FILES), st.data(), st.sampled_from(SPECS))
@settings(OFTEN, max_examples=400)
def test_files_with_flipped_bits(file: bytes, data: st.DataObject, spec: ImageSpec) -> None:
    damaged = bytearray(file)
    for position in data.draw(st.lists(st.integers(0, len(file) * 8 - 1), min_size=1, max_size=8)):
        damaged[position // 8] ^= 1 << position % 8
    check(bytes(damaged), spec)


@given(st.sampled_from(FILES), st.data())
@OFTEN
def test_files_with_bytes_cut_out_put_in_or_repeated(file: bytes, data: st.DataObject) -> None:
    start, stop = sorted((data.draw(st.integers(0, len(file))), data.draw(st.integers(0, len(file)))))
    middle = data.draw(st.one_of(st.just(b""), st.binary(max_size=64), st.just(file[start:stop] * 2)))
    check(file[:start] + middle + file[stop:])


@pytest.mark.parametrize("file", FILES, ids=range(len(FILES)))
def test_every_length_of_a_file_that_is_cut_short(file: bytes) -> None:
    outcomes = [check(file[:length]) for length in range(0, len(file), max(1, len(file) // 60))]
    assert outcomes[0] == "empty"
    assert set(outcomes[1:3]) <= {"not_an_image", "unreadable"}
    assert check(file) is None


@given(
    st.sampled_from(FILES),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["<I", ">I", "<H", ">H"]),
)
@OFTEN
def test_sizes_that_a_header_does_not_have(file: bytes, width: int, height: int, order: str) -> None:
    """Every place in the first bytes that could hold a size is made to hold another."""
    size = struct.calcsize(order)
    pair = struct.pack(order, width % 256**size) + struct.pack(order, height % 256**size)
    for place in range(0, min(60, len(file) - 8), 2):
        check(file[:place] + pair + file[place + len(pair) :])


def _png(width: int, height: int, data: bytes, depth: int = 8, color: int = 2) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (_png(20_000, 20_000, zlib.compress(b"\0" * 1000)), "too_many_pixels"),
        (_png(2**31 - 1, 2**31 - 1, b""), "too_many_pixels"),
        (_png(1_000_000, 1, zlib.compress(b"\0" * 10**7)), None),  # more data than the picture needs
        (_png(900, 900, zlib.compress(b"\0" * 100)), "unreadable"),
        (_png(0, 5, b""), "not_an_image"),
        (
            b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 65_000, 65_000, 1, 24, 0, 0, 0, 0, 0, 0),
            "too_many_pixels",
        ),
        (b"P6 60000 60000 255\n", "too_many_pixels"),
        (GIF[:6] + struct.pack("<HH", 65_535, 65_535) + GIF[10:], "too_many_pixels"),
    ],
)
def test_bombs_are_refused_by_what_they_declare(file: bytes, code: str | None) -> None:
    found = check(file)
    assert found == code or (code is None and found in (None, "too_many_pixels", "unreadable"))


def _archive(kind: str) -> bytes:
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.png", FILES[4])
    else:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            archive.addfile(tarfile.TarInfo("a.png"))
    return file.getvalue()


class _Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pytest.fail, ("a pickle was loaded",))


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        _archive("zip"),
        _archive("tar"),
        pickle.dumps(_Trap()),
        np.zeros((4, 4), np.uint8).tobytes(),
        b"\x93NUMPY\x01\x00",
        b"<html><body>hello</body></html>",
        b"#!/bin/sh\nexit 1\n",
        b"\x00\x00\x01\x00\x01\x00\x10\x10",  # an icon
        b"\x1f\x8b\x08\x00" + b"\0" * 20,
        b"\0" * 4096,
    ],
    ids=["svg", "pdf", "eps", "zip", "tar", "pickle", "raw", "npy", "html", "script", "icon", "gzip", "zeros"],
)
def test_what_is_no_photograph_is_refused(data: bytes) -> None:
    assert check(data) == "not_an_image"


def test_a_picture_with_an_archive_behind_it_is_the_picture() -> None:
    alone, followed = (image.load(data, SPECS[0], LIMITS) for data in (FILES[4], FILES[4] + _archive("zip")))
    assert (alone == followed).all()
