"""Moving pictures are told from still ones, as Pillow 13 tells them; and HDR is refused where it is declared."""

import io
from typing import Any

import imagecodecs
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from artifact import image
from artifact.animation import is_animated
from artifact.card import ImageSpec, Reading
from artifact.errors import ImageError
from tests.artifact.pictures import smooth
from tests.artifact.test_profiles import expected

PICTURE = Image.fromarray(smooth(48, 64))


def frames(kind: str, count: int, **options: Any) -> bytes:
    file = io.BytesIO()
    others = [PICTURE.rotate(40 * number + 40) for number in range(count - 1)]
    PICTURE.save(file, kind, save_all=count > 1, append_images=others, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF", "TIFF", "MPO", "JPEG", "BMP"])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_an_animation_is_what_pillow_calls_one_but_for_pages_and_phones(kind: str, count: int) -> None:
    data = frames(kind, count if kind not in ("JPEG", "BMP") else 1)
    theirs = bool(getattr(Image.open(io.BytesIO(data)), "is_animated", False))
    assert is_animated(data) == (theirs and kind not in ("TIFF", "MPO"))
    assert not any(is_animated(data[:length]) for length in (0, 4, 8))


def test_a_gif_with_local_colours_and_extensions_is_animated() -> None:
    data = frames("GIF", 3, comment=b"x" * 700, disposal=2, optimize=True)
    assert is_animated(data)
    assert not is_animated(frames("GIF", 1, comment=b"x" * 700))


@pytest.mark.parametrize("pages", [None, "first", "middle", "max"])
def test_of_a_phones_several_jpegs_the_first_is_the_picture_whatever_page_is_asked_for(pages: Any) -> None:
    spec = ImageSpec(48, 64, reading=Reading(pages=pages))
    still = image.load(frames("MPO", 1), spec)
    np.testing.assert_array_equal(image.load(frames("MPO", 2), spec), still)


BT_2020 = [(0.67348, 0.27904, -0.00194), (0.16566, 0.67534, 0.02998), (0.12505, 0.04561, 0.79686)]
"""Its primaries in D50, as ICC's registry has them."""


def hdr(kind: str, transfer: int) -> bytes:
    """A picture of ten bits, written by libavif (imagecodecs 2026.3) or libheif (pillow-heif 1.8)."""
    ten = smooth(48, 64).astype(np.uint16) * 4
    if kind == "AVIF":
        return bytes(imagecodecs.avif_encode(ten, bitspersample=10, primaries=9, transfer=transfer, matrix=9))
    file = io.BytesIO()
    picture = pillow_heif.from_bytes("RGB;16", (64, 48), (ten << 6).tobytes())
    colours = {"color_primaries": 9, "transfer_characteristics": transfer, "matrix_coefficients": 9}
    picture.save(file, save_nclx_profile=True, full_range_flag=1, **colours)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_hdr_is_refused_by_name_and_ten_bits_of_usual_brightness_are_read(kind: str) -> None:
    for transfer, name in ((16, "PQ"), (18, "HLG")):
        with pytest.raises(ImageError, match=rf"The {kind} is an HDR picture \({name}\)") as caught:
            image.decode(hdr(kind, transfer))
        assert caught.value.code == "unsupported"
    found = np.asarray(image.decode(hdr(kind, 13)), np.float64)
    right = expected(smooth(48, 64), BT_2020, None)
    assert np.abs(found - right).mean() < 6  # lossy compression, and colours outside sRGB


def test_a_gain_map_in_hdr_beside_a_picture_of_usual_brightness_does_not_refuse_it() -> None:
    data = hdr("AVIF", 13)
    place = data.index(b"colrnclx")
    other = data[place - 4 : place + 15].replace(b"\0\x0d\0\x09", b"\0\x10\0\x09")  # of an item that is not the primary
    assert other != data[place - 4 : place + 15]
    assert image.decode(data + b"\0\0\0\x1bfree" + other).size == (64, 48)
