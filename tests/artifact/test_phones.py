"""HEIC, AVIF and JPEG 2000, written by pillow-heif 1.8 and Pillow 13, against what was saved and other readers."""

import importlib
import io
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from artifact import image
from artifact.animation import is_animated
from artifact.card import ImageSpec
from artifact.errors import ImageError
from tests.artifact.pictures import smooth

PICTURE = smooth(96, 128)
SPEC = ImageSpec(96, 128)


def heic(picture: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(picture).save(file, quality=95, **options)
    return file.getvalue()


def saved(file_format: str, picture: Image.Image | None = None, **options: Any) -> bytes:
    file = io.BytesIO()
    (picture or Image.fromarray(PICTURE)).save(file, file_format, **options)
    return file.getvalue()


FILES = {
    "HEIC": heic(Image.fromarray(PICTURE)),
    "AVIF": saved("AVIF", quality=95),
    "JPEG 2000": saved("JPEG2000", quality_mode="dB", quality_layers=[45]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_is_close_to_what_was_saved(name: str) -> None:
    picture = image.open(FILES[name])
    assert (picture.format.name, picture.size, picture.pages) == (name, (128, 96), 1)
    assert np.abs(picture.load(SPEC).astype(int) - PICTURE).mean() < 2


@pytest.mark.skipif(shutil.which("heif-convert") is None, reason="libheif's tools are not installed (libheif-examples)")
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_heic_is_turned_once_and_as_libheif_s_own_tool_turns_it(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation  # pillow-heif writes irot for it, as phones do, and keeps the EXIF data
    data = heic(Image.fromarray(PICTURE), exif=exif.tobytes())
    (tmp_path / "a.heic").write_bytes(data)
    subprocess.run(["heif-convert", "a.heic", "a.png"], cwd=tmp_path, check=True, timeout=30, capture_output=True)
    with Image.open(tmp_path / "a.png") as other:
        ours = image.decode(data)
        assert ours.size == other.size == ((128, 96) if orientation in (1, 3) else (96, 128))
        assert np.abs(np.asarray(ours).astype(int) - np.asarray(other.convert("RGB"))).mean() < 2


def test_an_exif_orientation_that_the_file_itself_does_not_have_is_not_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 1
    data = heic(Image.fromarray(PICTURE), exif=exif.tobytes())
    turned = None
    for order in "<>":
        upright = struct.pack(order + "HHIH", 0x0112, 3, 1, 1)
        if upright in data:
            turned = data.replace(upright, struct.pack(order + "HHIH", 0x0112, 3, 1, 6))
    assert turned is not None
    assert image.decode(turned).size == (128, 96)  # irot alone counts in HEIF, and there is none


def test_ten_bits_fill_their_range() -> None:
    deep = (PICTURE.astype(np.uint16) * 257).tobytes()
    picture = pillow_heif.from_bytes("RGB;16", (128, 96), deep)
    file = io.BytesIO()
    picture.save(file, quality=95)
    found = image.open(file.getvalue())
    assert found.bits >= 10
    assert not found.deep
    assert np.abs(found.load(SPEC).astype(int) - PICTURE).mean() < 2


def test_of_several_pictures_the_primary_one_is_read() -> None:
    both = pillow_heif.from_pillow(Image.new("RGB", (128, 96), "red"))
    both.add_from_pillow(Image.fromarray(PICTURE))
    file = io.BytesIO()
    both.save(file, quality=95, primary_index=1)
    assert np.abs(image.load(file.getvalue(), SPEC).astype(int) - PICTURE).mean() < 2


def test_a_sequence_is_read_by_its_picture_and_counted_or_refused_by_its_name() -> None:
    """Laid out by hand after ISO/IEC 23008-12, 7 (a track in `moov`): no library of the tests writes such files."""
    brands = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"heic", 0, b"mif1", b"hevc")
    track = struct.pack(">I4s", 16, b"moov") + bytes(8)
    alone = brands.replace(b"heic", b"hevc") + track
    with pytest.raises(ImageError, match="The HEIC is a sequence without a picture of its own") as refusal:
        image.open(alone)
    assert refusal.value.code == "unsupported"
    assert is_animated(alone)
    whole = FILES["HEIC"]
    size = struct.unpack_from(">I", whole)[0]
    named = struct.pack(">I", size) + whole[4 : size - 4] + b"hevc" + whole[size:] + track
    assert is_animated(named)
    assert not is_animated(whole)
    assert np.abs(image.load(named, SPEC).astype(int) - PICTURE).mean() < 2


def test_transparency_shows_white() -> None:
    clear = Image.fromarray(np.dstack([PICTURE, np.zeros((96, 128), np.uint8)]))
    for data in (heic(clear), saved("AVIF", clear), saved("JPEG2000", clear)):
        assert image.load(data, SPEC).min() > 250


@pytest.mark.parametrize("orientation", range(1, 9))
def test_avif_is_turned_once(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = image.decode(saved("PNG", exif=exif))
    ours = image.decode(saved("AVIF", exif=exif, quality=95))  # which takes the orientation out of `exif`
    assert ours.size == turned.size
    assert np.abs(np.asarray(ours).astype(int) - np.asarray(turned)).mean() < 2


def test_gray_jpeg_2000_of_sixteen_bits() -> None:
    deep = Image.fromarray(PICTURE[..., 0].astype(np.uint16) * 257)
    found = image.load(saved("JPEG2000", deep), ImageSpec(96, 128, "gray"))
    np.testing.assert_array_equal(found[..., 0], PICTURE[..., 0])


def test_without_the_library_heic_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ImageError, match=r"a HEIC or HEIF.*pip install 'thirtyfive\[heif\]'") as refusal:
        image.open(FILES["HEIC"])
    assert refusal.value.code == "unsupported"


@pytest.mark.parametrize("name", FILES)
def test_too_large_a_picture_is_refused_by_its_header(name: str) -> None:
    with pytest.raises(ImageError) as refusal:
        image.open(FILES[name], image.Limits(pixels=1000))
    assert refusal.value.code == "too_many_pixels"
    with pytest.raises(ImageError) as refusal:
        image.load(FILES[name], SPEC, image.Limits(working_bytes=50_000))
    assert refusal.value.code == "too_many_pixels"
