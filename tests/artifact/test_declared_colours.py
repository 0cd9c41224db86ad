"""Colours that a file declares without a profile (nclx, cICP, cHRM, EXIF) or in a box that Pillow passes over."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from artifact import image
from artifact.card import ImageSpec
from artifact.errors import ImageError
from tests.artifact.pictures import smooth
from tests.artifact.test_profiles import ADOBE, P3, SRGB_CURVE, expected, profile

PICTURE = (smooth(40, 60) * 0.5 + 60).astype(np.uint8)  # inside the smaller gamut
SPEC = ImageSpec(40, 60)
AS_P3 = expected(PICTURE, P3, None)


def saved(file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, file_format, **options)
    return file.getvalue()


def avif(primaries: int, transfer: int) -> bytes:
    """Pillow 13 writes an nclx box of sRGB; its numbers are replaced."""
    data = bytearray(saved("AVIF", quality=100, subsampling="4:4:4"))
    struct.pack_into(">HH", data, data.index(b"nclx") + 4, primaries, transfer)
    return bytes(data)


def heic(primaries: int, transfer: int) -> bytes:
    file = io.BytesIO()
    numbers = {"color_primaries": primaries, "transfer_characteristics": transfer}
    pillow_heif.from_pillow(Image.fromarray(PICTURE)).save(
        file, quality=100, chroma=444, matrix_coefficients=6, full_range_flag=1, **numbers
    )
    assert b"nclx" + struct.pack(">HH", primaries, transfer) in file.getvalue()
    return file.getvalue()


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    data, header = saved("PNG"), 33
    added = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return data[:header] + added + data[header:]


def chromaticities(*points: float) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(100_000 * point) for point in points))


P3_POINTS = chromaticities(0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
SRGB_POINTS = chromaticities(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
GAMMA = b"gAMA", struct.pack(">I", 45455)


def adobe_jpeg(order: str) -> bytes:
    """EXIF as a camera set to Adobe RGB writes it (DCF 2.0, EXIF 2.32): uncalibrated, and R03 for interoperability."""
    tiff = struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, 8)
    tiff += struct.pack(order + "HHHIII", 1, 0x8769, 4, 1, 26, 0)
    tiff += struct.pack(order + "HHHIHHHHIII", 2, 0xA001, 3, 1, 65535, 0, 0xA005, 4, 1, 56, 0)
    tiff += struct.pack(order + "HHHI4sI", 1, 1, 2, 4, b"R03\0", 0)
    return saved("JPEG", quality=100, subsampling=0, exif=b"Exif\0\0" + tiff)


def jp2(colours: bytes) -> bytes:
    """Pillow's own file with another `colr` box in its header (ITU-T T.800, annex I)."""
    data = saved("JPEG2000")
    place = data.index(b"colr") - 4
    size = struct.unpack_from(">I", data, place)[0]
    box = struct.pack(">I", 8 + len(colours)) + b"colr" + colours
    header = data.index(b"jp2h") - 4
    longer = struct.unpack_from(">I", data, header)[0] - size + len(box)
    return data[:header] + struct.pack(">I", longer) + data[header + 4 : place] + box + data[place + size :]


@pytest.mark.parametrize(
    ("data", "right", "tolerance"),
    [
        (avif(12, 13), AS_P3, 6),
        (heic(12, 13), AS_P3, 6),
        (png((b"cICP", bytes([12, 13, 0, 1]))), AS_P3, 2),
        (png(GAMMA, P3_POINTS), AS_P3, 2),
        (adobe_jpeg("<"), expected(PICTURE, ADOBE, 563 / 256), 6),
        (adobe_jpeg(">"), expected(PICTURE, ADOBE, 563 / 256), 6),
        (jp2(b"\2\0\0" + profile(P3, SRGB_CURVE)), AS_P3, 2),
    ],
    ids=["AVIF", "HEIC", "PNG cICP", "PNG cHRM", "EXIF little", "EXIF big", "JPEG 2000"],
)
def test_colours_that_a_file_declares_become_srgb(data: bytes, right: np.ndarray, tolerance: int) -> None:
    found = image.load(data, SPEC).astype(float)
    assert np.abs(right - PICTURE).max() > 8  # the two readings differ
    np.testing.assert_allclose(found, right, atol=tolerance)
    assert np.abs(found - right).mean() < 1.2


def test_a_linear_curve_is_followed() -> None:
    light = PICTURE / 255
    right = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(image.load(avif(1, 8), SPEC), right, atol=6)


@pytest.mark.parametrize(
    "data",
    [
        png(GAMMA, SRGB_POINTS),
        png(P3_POINTS),  # without gAMA, as browsers have it
        png((b"cICP", bytes([1, 13, 0, 1])), GAMMA, P3_POINTS),  # cICP takes precedence
        png(GAMMA, chromaticities(0, 0, 0, 0, 0, 0, 0, 0)),
        png((b"gAMA", struct.pack(">I", 1)), P3_POINTS),  # no picture has such a gamma
        png(GAMMA, chromaticities(0.3127, 0.329, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3)),
        png((b"cICP", bytes([99, 13, 0, 1]))),
        jp2(b"\1\0\0" + struct.pack(">I", 16)),
    ],
)
def test_srgb_and_declarations_that_mean_no_colours_change_nothing(data: bytes) -> None:
    np.testing.assert_array_equal(image.load(data, SPEC), PICTURE)


def test_rare_colours_of_a_jpeg_2000_are_named() -> None:
    with pytest.raises(ImageError, match="The JPEG 2000's colours are CIELab, which is not read here"):
        image.open(jp2(b"\1\0\0" + struct.pack(">I", 14)))
