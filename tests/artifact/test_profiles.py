"""Colour profiles, made by little CMS and by hand: applied once, ignored where damaged, free where they are sRGB."""

import io
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from artifact import image, profiles
from artifact.card import ImageSpec
from tests.artifact.pictures import smooth

PICTURE = smooth(40, 60)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SRGB_PRIMARIES = [(0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)]
P3 = [(0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841)]
ADOBE = [(0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)]
FORMULA = [round(value * 65536) for value in (2.4, 0.9479, 0.0521, 0.0774, 0.0405)]
SRGB_CURVE = b"para\0\0\0\0\0\3\0\0" + struct.pack(">5i", *FORMULA)


def gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(value * 256))


def profile(primaries: Sequence[tuple[float, ...]], curve: bytes, space: bytes = b"RGB ") -> bytes:
    """A matrix profile by hand (ICC.1:2001-04), of the given primaries in D50 and one curve."""

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    description = b"desc\0\0\0\0\0\0\0\5test\0" + bytes(79)
    tags = {b"desc": description, b"wtpt": xyz((0.9642, 1.0, 0.8249)), b"cprt": b"text\0\0\0\0none\0"}
    if space == b"RGB ":
        tags |= {name: xyz(values) for name, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)}
        tags |= {name: curve for name in (b"rTRC", b"gTRC", b"bTRC")}
    else:
        tags[b"kTRC"] = curve
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s12x4s", size, b"lcms", 0x02100000, b"mntr", space, b"XYZ ", b"acsp")
    white = struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return (head + bytes(28) + white).ljust(128, b"\0") + table + body


def saved(picture: Image.Image, file_format: str, icc: bytes, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, icc_profile=icc, **options)
    return file.getvalue()


def linear(samples: Any, exponent: float | None) -> Any:
    share = np.asarray(samples) / 255.0
    if exponent is not None:
        return share**exponent
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def expected(picture: Any, primaries: Sequence[tuple[float, ...]], exponent: float | None) -> Any:
    """The conversion on paper: light, through XYZ, to sRGB's light, and back to samples; clipped to the gamut."""
    light = linear(picture, exponent) @ np.array(primaries) @ np.linalg.inv(np.array(SRGB_PRIMARIES))
    light = np.clip(light, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize(("primaries", "curve", "exponent"), [(P3, SRGB_CURVE, None), (ADOBE, gamma(2.2), 2.19921875)])
def test_display_p3_and_adobe_rgb_become_srgb(
    file_format: str, primaries: Sequence[tuple[float, ...]], curve: bytes, exponent: float | None
) -> None:
    muted = (PICTURE * 0.5 + 60).astype(np.uint8)  # inside the smaller gamut
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = saved(Image.fromarray(muted), file_format, profile(primaries, curve), **options)
    np.testing.assert_allclose(image.load(data, ImageSpec(40, 60)), expected(muted, primaries, exponent), atol=2)


def test_gray_of_a_jpeg_of_another_colour_space_is_that_of_its_colours() -> None:
    muted = (PICTURE * 0.5 + 60).astype(np.uint8)
    data = saved(Image.fromarray(muted), "JPEG", profile(ADOBE, gamma(2.2)), quality=98, subsampling=0)
    gray = expected(muted, ADOBE, 2.19921875) @ [0.299, 0.587, 0.114]
    assert np.abs(image.load(data, ImageSpec(40, 60, "gray"))[..., 0] - gray).mean() < 2


def test_gray_with_a_gamma_becomes_that_of_srgb() -> None:
    data = saved(Image.fromarray(PICTURE[..., 0]), "PNG", profile([], gamma(1.0), b"GRAY"))
    light = PICTURE[..., 0] / 255
    samples = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(image.load(data, ImageSpec(40, 60, "gray"))[..., 0], samples, atol=2)


def test_transparency_and_orientation_stay() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    clear = Image.fromarray(np.dstack([PICTURE, np.zeros((40, 60), np.uint8)]))
    found = image.decode(saved(clear, "PNG", profile(P3, SRGB_CURVE), exif=exif))
    assert (found.mode, found.size) == ("RGBA", (40, 60))
    assert np.asarray(found)[..., 3].max() == 0


@pytest.mark.parametrize("icc", [SRGB, profile(SRGB_PRIMARIES, SRGB_CURVE)], ids=["little CMS", "by hand"])
def test_srgb_is_known_and_left_alone(icc: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert profiles.is_srgb(icc)
    monkeypatch.setattr(profiles, "_transform", lambda *_: pytest.fail("a transform was built"))
    data = saved(Image.fromarray(PICTURE), "PNG", icc)
    np.testing.assert_array_equal(image.load(data, ImageSpec(40, 60)), PICTURE)


@pytest.mark.parametrize(
    "icc",
    [profile(P3, SRGB_CURVE), profile(SRGB_PRIMARIES, gamma(2.2)), profile(SRGB_PRIMARIES, gamma(1.8))],
    ids=["Display P3", "gamma 2.2", "gamma 1.8"],
)
def test_others_are_not_taken_for_srgb(icc: bytes) -> None:
    assert not profiles.is_srgb(icc)


@pytest.mark.parametrize(
    "icc",
    [
        b"no profile",
        SRGB[:100],
        SRGB[:131],
        profile(P3, SRGB_CURVE)[:200],
        profile(P3, b"para\0\0\0\0\0\3"),
        profile([], gamma(2.2), b"GRAY"),  # of gray, in a picture of colour
        profile(P3, SRGB_CURVE).replace(b"acsp", b"????"),
    ],
    ids=[
        "no profile",
        "cut in the header",
        "cut in the tags",
        "cut in the curves",
        "odd curve",
        "gray",
        "no signature",
    ],
)
def test_a_profile_that_cannot_be_used_is_ignored(icc: bytes) -> None:
    data = saved(Image.fromarray(PICTURE), "PNG", icc)
    np.testing.assert_array_equal(image.load(data, ImageSpec(40, 60)), PICTURE)
