"""TIFFs that are refused, each by name and before anything is decoded."""

import importlib
import io
from typing import Any

import numpy as np
import pytest
import tifffile

from artifact.errors import ImageError
from tests.artifact.test_tiff_kinds import PICTURE, STACK, WHOLE, read, written


@pytest.mark.parametrize("compression", [None, "lzw", "zlib"])
@pytest.mark.parametrize("deep", [False, True])
def test_a_tile_that_is_far_larger_than_the_picture_is_refused(compression: str | None, deep: bool) -> None:
    values = PICTURE.astype(np.uint16) if deep else PICTURE
    data = bytearray(written(values, photometric="rgb", tile=(32, 32), compression=compression))
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        place = file.pages.first.tags["TileLength"].offset
    data[place + 2 : place + 12] = b"\4\0\1\0\0\0" + (16_000_000).to_bytes(4, "little")
    with pytest.raises(ImageError, match="tiles of 32 x 16,000,000 pixels") as refusal:
        read(bytes(data), scale=WHOLE)
    assert refusal.value.code == "unreadable"


def test_without_the_library_the_format_and_the_way_to_install_it_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    data = written(PICTURE.astype(np.float32), photometric="rgb")
    with pytest.raises(
        ImageError, match=r"TIFF of 3 channels, floating-point.*pip install 'thirtyfive\[scientific\]'"
    ) as refusal:
        read(data)
    assert refusal.value.code == "unsupported"


@pytest.mark.parametrize("values", [PICTURE.astype(np.uint16), STACK.astype(np.float32)], ids=["colour", "stack"])
def test_a_tiff_that_declares_more_than_it_holds_is_refused(values: Any) -> None:
    data = written(values, photometric="rgb" if values.shape[-1] == 3 else "minisblack", metadata=None)
    place = data.index(np.array([257, 4, 1], "<u2").tobytes()[:4])
    for height, code in ((2**31, "too_many_pixels"), (40_000, "unreadable")):
        broken = data[: place + 8] + height.to_bytes(4, "little") + data[place + 12 :]
        with pytest.raises(ImageError) as refusal:
            read(broken, scale=WHOLE, pages="max")
        assert refusal.value.code in (code, "unreadable")


def test_a_picture_inside_that_is_larger_than_its_tile_is_refused_before_it_is_decoded() -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    large = imagecodecs.jpeg2k_encode(np.zeros((480, 640, 3), np.uint8), codecformat="j2k")
    data = bytearray(written(PICTURE, photometric="rgb", compression="jpeg2000"))
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        offsets, counts = page.tags["StripOffsets"], page.tags["StripByteCounts"]
    place = len(data)
    data += large
    for tag, value in ((offsets, place), (counts, len(large))):
        data[tag.offset + 8 : tag.offset + 12] = value.to_bytes(4, "little")
    with pytest.raises(ImageError, match="640 x 480 pixels"):
        read(bytes(data))


def test_another_compression_is_named() -> None:
    with pytest.raises(ImageError, match=r"JPEGXL.* inside, which is not read here") as refusal:
        read(written(PICTURE, photometric="rgb", compression="jpegxl"))
    assert refusal.value.code == "unsupported"
