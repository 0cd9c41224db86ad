"""TIFF in all its kinds, written by tifffile and imagecodecs (2026.3), against the arrays that were written."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from artifact import image
from artifact.card import ImageSpec, Reading, Scale
from artifact.errors import ImageError
from tests.artifact.pictures import smooth

PICTURE = smooth(48, 64)
GRAY = PICTURE[..., 0]
WHOLE = Scale(0, 65535, 0, 65535)
SPEC = ImageSpec(48, 64)


def written(values: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def read(data: bytes, **reading: Any) -> Any:
    return image.load(data, ImageSpec(48, 64, reading=Reading(**reading)))


def test_the_versions_are_those_that_the_files_were_looked_at_with() -> None:
    assert tifffile.__version__.startswith("2026.")


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "zstd", "lzma", "packbits"])
@pytest.mark.parametrize("predictor", [False, True])
@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_eight_bits_of_every_lossless_layout_pass_unchanged(
    compression: str | None, predictor: bool, planar: str
) -> None:
    if predictor and compression in (None, "packbits"):
        pytest.skip("a predictor goes with a compression that has one")
    values = PICTURE if planar == "contig" else np.moveaxis(PICTURE, -1, 0)
    options = {"compression": compression, "predictor": predictor, "planarconfig": planar, "photometric": "rgb"}
    np.testing.assert_array_equal(read(written(values, **options, rowsperstrip=7)), PICTURE)


@pytest.mark.parametrize("compression", ["jpeg", "webp", "jpeg2000"])
def test_other_formats_inside(compression: str) -> None:
    data = written(PICTURE, compression=compression, photometric="rgb", tile=(32, 32))
    np.testing.assert_allclose(read(data), tifffile.imread(io.BytesIO(data)), atol=2)
    assert np.abs(read(data).astype(int) - PICTURE).mean() < 8


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("white_is_zero", [False, True])
def test_gray_of_sixteen_bits(byteorder: str, bigtiff: bool, white_is_zero: bool) -> None:
    deep = GRAY.astype(np.uint16) * 257
    values = (65535 - deep if white_is_zero else deep).astype(byteorder + "u2")
    kind = "miniswhite" if white_is_zero else "minisblack"
    data = written(values, photometric=kind, byteorder=byteorder, bigtiff=bigtiff)
    np.testing.assert_array_equal(read(data)[..., 0], GRAY)
    assert image.open(data).deep


@pytest.mark.skipif(shutil.which("tiff2rgba") is None, reason="libtiff's tools are not installed (libtiff-tools)")
def test_white_is_zero_is_read_as_libtiff_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(written(65535 - GRAY.astype(np.uint16) * 257, photometric="miniswhite"))
    subprocess.run(["tiff2rgba", "a.tif", "b.tif"], cwd=tmp_path, check=True, timeout=20)
    other = tifffile.imread(tmp_path / "b.tif")[..., :3]
    np.testing.assert_allclose(read((tmp_path / "a.tif").read_bytes()), other, atol=1)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_packed_bits_declare_their_white(bits: int) -> None:
    values = np.rint(GRAY / 255 * (2**bits - 1)).astype(np.uint16)
    np.testing.assert_allclose(read(written(values, bitspersample=bits))[..., 0], GRAY, atol=0)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_floats_are_read_by_the_scale_of_the_data_set(dtype: str) -> None:
    data = written((PICTURE / 255).astype(dtype), photometric="rgb")
    np.testing.assert_array_equal(read(data, scale=Scale(0, 1, 0, 1)), PICTURE)
    with pytest.raises(ImageError, match="no agreed black and white"):
        read(data)


def test_signed_samples_and_nan() -> None:
    values = (GRAY.astype(np.int16) - 100) * 8
    np.testing.assert_array_equal(read(written(values), scale=Scale(-800, 1240, 0, 1240))[..., 0], GRAY)
    holes = (GRAY / 255).astype(np.float32)
    holes[3, 5], holes[4, 5], holes[5, 5] = np.nan, np.inf, -np.inf
    found = read(written(holes), scale=Scale(0, 1, 0, 1))[..., 0]
    assert [found[row, 5] for row in (3, 4, 5)] == [0, 255, 0]


def test_colour_of_sixteen_bits_keeps_more_than_its_upper_eight() -> None:
    twelve = np.rint(PICTURE / 255 * 4095).astype(np.uint16)
    np.testing.assert_array_equal(read(written(twelve, photometric="rgb"), scale=Scale(0, 4095, 0, 4095)), PICTURE)


def test_alpha_of_sixteen_bits_shows_white() -> None:
    alpha = np.zeros((48, 64), np.uint16)
    alpha[:, :32] = 65535
    values = np.dstack([GRAY.astype(np.uint16) * 257, alpha])
    data = written(values, photometric="minisblack", extrasamples=["unassalpha"])
    found = read(data)[..., 0]
    np.testing.assert_array_equal(found[:, :32], GRAY[:, :32])
    assert (found[:, 32:] == 255).all()


def test_inks_of_sixteen_bits() -> None:
    inks = np.zeros((48, 64, 4), np.uint16)
    inks[..., 0] = 65535  # cyan
    assert read(written(inks, photometric="separated"))[9, 9].tolist() == [0, 255, 255]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_orientation_is_applied_once(orientation: int, dtype: type[np.uint8] | type[np.uint16]) -> None:
    values = PICTURE.astype(dtype) * (257 if dtype == np.uint16 else 1)
    tags = [(274, "H", 1, orientation, True)]
    data = written(values, photometric="rgb", extratags=tags, compression="zstd")  # zstd: not by Pillow
    plain = written(PICTURE, photometric="rgb", extratags=tags)
    ours = image.decode(data, ImageSpec(48, 64, reading=Reading(WHOLE)))
    with Image.open(io.BytesIO(plain)) as pillow:
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(pillow))


STACK = np.stack([GRAY // 4, GRAY, GRAY // 2])


@pytest.mark.parametrize("imagej", [False, True])
def test_a_stack_is_refused_with_the_choice_and_read_once_it_is_made(imagej: bool) -> None:
    data = written(
        STACK, **({"imagej": True, "metadata": {"axes": "ZYX"}} if imagej else {"photometric": "minisblack"})
    )
    with pytest.raises(ImageError, match=r"TIFF has 3 pages.*--pages first, middle or max") as refusal:
        read(data)
    assert refusal.value.code == "ambiguous"
    assert image.open(data).pages == 3
    for pages, expected in (("first", STACK[0]), ("middle", STACK[1]), ("max", STACK.max(axis=0))):
        np.testing.assert_array_equal(read(data, pages=pages)[..., 0], expected)


def test_channels_are_refused_by_their_names_and_read_once_they_are_chosen() -> None:
    values = np.moveaxis(PICTURE, -1, 0)
    data = written(
        values,
        ome=True,
        photometric="minisblack",
        metadata={"axes": "CYX", "Channel": {"Name": ["DAPI", "GFP", "RFP"]}},
    )
    with pytest.raises(ImageError, match=r"3 channels \(1 DAPI, 2 GFP, 3 RFP\).*--channels 1,2,3"):
        read(data)
    np.testing.assert_array_equal(read(data, channels=(1, 2, 3)), PICTURE)
    np.testing.assert_array_equal(read(data, channels=(2,))[..., 0], PICTURE[..., 1])
    with pytest.raises(ImageError, match="channels 1,2,4 were asked for"):
        read(data, channels=(1, 2, 4))


def test_a_hyperstack_needs_both_choices() -> None:
    stack = np.stack([[plane // 2, plane] for plane in np.moveaxis(PICTURE, -1, 0)]).swapaxes(0, 1)  # ZCYX
    data = written(stack.astype(np.uint16) * 257, imagej=True, metadata={"axes": "ZCYX"})
    np.testing.assert_array_equal(read(data, pages="max", channels=(1, 2, 3), scale=WHOLE), PICTURE)
    np.testing.assert_array_equal(read(data, pages="middle", channels=(3,), scale=WHOLE)[..., 0], PICTURE[..., 2])
    with pytest.raises(ImageError, match="2 planes in depth"):
        read(data, channels=(1, 2, 3))


def test_five_bands_need_a_choice() -> None:
    bands = np.dstack([PICTURE, GRAY, GRAY])
    data = written(bands, photometric="minisblack", planarconfig="contig")
    with pytest.raises(ImageError, match="5 channels"):
        read(data)
    np.testing.assert_array_equal(read(data, channels=(1, 2, 3)), PICTURE)


@pytest.mark.parametrize("flagged", [False, True])
@pytest.mark.parametrize("first", [False, True])
def test_a_preview_is_not_taken_for_the_picture(flagged: bool, first: bool) -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        pages = [(PICTURE, 0), (PICTURE[::4, ::4], 1 if flagged else 0)]
        for values, kind in reversed(pages) if first else pages:
            writer.write(values, photometric="rgb", subfiletype=kind, metadata=None)
    np.testing.assert_array_equal(read(file.getvalue()), PICTURE)
    assert image.open(file.getvalue()).size == (64, 48)


@pytest.mark.parametrize("second", [PICTURE[:20, :40], PICTURE[:46, :62]], ids=["small", "nearly-as-large"])
def test_sheets_of_two_sizes_are_two_pages_and_none_is_read_in_silence(second: NDArray[np.uint8]) -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for values in (PICTURE, second, PICTURE):
            writer.write(values, photometric="rgb", metadata=None)
    with pytest.raises(ImageError, match="3 pages, and which one is meant is not known"):
        read(file.getvalue())
    with pytest.raises(ImageError, match=r"3 pages of 2 sizes.*--pages first"):
        read(file.getvalue(), pages="max")
    np.testing.assert_array_equal(read(file.getvalue(), pages="first"), PICTURE)


@pytest.mark.parametrize("compression", ["group3", "group4"])
def test_of_several_sheets_of_a_fax_the_one_that_is_chosen_is_read(compression: str) -> None:
    """Written by Pillow with libtiff; black and white need no scale, and lose nothing."""
    white = np.array([plane > 100 for plane in (GRAY, GRAY.T.reshape(48, 64), 255 - GRAY)])
    sheets = [Image.fromarray(plane) for plane in white]
    file = io.BytesIO()
    sheets[0].save(file, "TIFF", compression=compression, save_all=True, append_images=sheets[1:])
    data = file.getvalue()
    assert image.open(data).pages == 3
    for pages, expected in (("first", white[0]), ("middle", white[1])):
        np.testing.assert_array_equal(read(data, pages=pages)[..., 0], 255 * expected)
    with pytest.raises(ImageError, match="3 pages, and which one is meant is not known"):
        read(data)
    with pytest.raises(ImageError, match="3 sheets in black and white, of which --pages max makes nothing"):
        read(data, pages="max")


def test_a_raw_picture_is_refused_and_not_its_preview_read() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(PICTURE[::4, ::4], photometric="rgb", subfiletype=1, subifds=1, metadata=None)
        cfa = [(33421, "H", 2, (2, 2), True), (33422, "B", 4, b"\0\1\1\2", True)]
        writer.write(GRAY.astype(np.uint16), photometric="cfa", extratags=cfa, metadata=None)
    with pytest.raises(ImageError, match=r"raw picture.*Develop it") as refusal:
        image.open(file.getvalue())
    assert refusal.value.code == "unsupported"


def test_imagej_s_display_range_and_the_tags_are_declarations() -> None:
    twelve = np.rint(GRAY / 255 * 4095).astype(np.uint16)
    data = written(twelve, imagej=True, metadata={"min": 0.0, "max": 4095.0})
    np.testing.assert_array_equal(read(data)[..., 0], GRAY)
    tagged = written(twelve, extratags=[(340, "H", 1, 0, True), (341, "H", 1, 4095, True)])
    np.testing.assert_array_equal(read(tagged)[..., 0], GRAY)
