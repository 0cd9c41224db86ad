"""PNG files that declare a transfer curve of their own: gAMA is followed as browsers do, HDR (cICP) is refused.

The chunks are built by the specification (PNG, third edition, 11.3.2), since Pillow writes neither.
"""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from artifact import image
from artifact.errors import ImageError

LEVELS = np.arange(256, dtype=np.uint8).reshape(16, 16)


def _with_chunk(kind: bytes, content: bytes, mode: str = "L") -> bytes:
    file = io.BytesIO()
    Image.fromarray(LEVELS).convert(mode).save(file, "PNG")
    return _add_chunk(file.getvalue(), kind, content)


def _add_chunk(data: bytes, kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return data[:33] + struct.pack(">I", len(content)) + kind + content + check + data[33:]


def _gamma(hundred_thousandths: int, mode: str = "L") -> bytes:
    return _with_chunk(b"gAMA", struct.pack(">I", hundred_thousandths), mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_linear_light_is_brought_to_srgb(mode: str) -> None:
    found = np.asarray(image.decode(_gamma(100_000, mode)).convert("L"), int)
    light = LEVELS / 255
    srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255  # IEC 61966-2-1
    bright = LEVELS > 5  # below, a power of 1 / 2.2 and sRGB's straight piece differ
    assert np.abs(found - srgb)[bright].max() < 6


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_of_gray_the_gamma_is_followed_whatever_the_primaries(mode: str) -> None:
    adobe = struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    gamma = _gamma(100_000, mode)
    found, expected = (np.asarray(image.decode(data)) for data in (_add_chunk(gamma, b"cHRM", adobe), gamma))
    assert np.abs(expected.reshape(16, 16, -1)[..., 0].astype(int) - LEVELS).max() > 50
    np.testing.assert_array_equal(found, expected)


def test_the_gamma_of_most_files_changes_nothing() -> None:
    np.testing.assert_array_equal(np.asarray(image.decode(_gamma(45_455))), LEVELS)


def test_transparency_is_not_curved() -> None:
    found = np.asarray(image.decode(_gamma(100_000, "RGBA")))
    assert set(found[..., 3].flat) == {255}


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_refused_by_its_name(transfer: int, name: str) -> None:
    with pytest.raises(ImageError, match=rf"HDR picture \({name}\)"):
        image.decode(_with_chunk(b"cICP", bytes([9, transfer, 0, 1])))


def test_a_cicp_that_says_srgb_is_read() -> None:
    np.testing.assert_array_equal(np.asarray(image.decode(_with_chunk(b"cICP", bytes([1, 13, 0, 1])))), LEVELS)
