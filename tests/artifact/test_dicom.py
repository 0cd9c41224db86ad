"""DICOM, written by pydicom 3.0 and compressed by dcmtk, against the arrays that were written and dcmtk itself."""

import importlib
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    SecondaryCaptureImageStorage,
)

from artifact import image
from artifact.card import ImageSpec, Reading, Scale
from artifact.errors import ImageError
from tests.artifact.pictures import smooth

PICTURE = smooth(48, 64)
PICTURE[:16, :16], PICTURE[-16:, -16:] = 0, 255  # dcmcjpeg moves the least of a gray picture to 0 before it compresses
GRAY = PICTURE[..., 0]
TWELVE = np.rint(GRAY / 255 * 4095).astype(np.uint16)


def written(values: Any, syntax: Any = ExplicitVRLittleEndian, **elements: Any) -> bytes:
    """A file of one or several frames `[frames,] height, width[, 3]`."""
    colour = values.shape[-1] == 3
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = SecondaryCaptureImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = UID("1.2.3")
    frames = values.shape[:-3] if colour else values.shape[:-2]
    data.Rows, data.Columns = values.shape[-3:-1] if colour else values.shape[-2:]
    if frames:
        data.NumberOfFrames = frames[0]
    data.SamplesPerPixel = 3 if colour else 1
    if colour:
        data.PlanarConfiguration = 0
    data.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    data.BitsAllocated = 8 * values.dtype.itemsize
    data.BitsStored = 8 if values.dtype.itemsize == 1 else 12
    data.HighBit = data.BitsStored - 1
    data.PixelRepresentation = int(values.dtype.kind == "i")
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    data.PixelData = values.astype(values.dtype.newbyteorder(order)).tobytes()
    for name, value in elements.items():
        setattr(data, name, value)
    file = io.BytesIO()
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    pydicom.dcmwrite(file, data, implicit_vr=implicit, little_endian=little, enforce_file_format=True)
    return file.getvalue()


def read(data: bytes, **reading: Any) -> Any:
    return image.load(data, ImageSpec(48, 64, reading=Reading(**reading)))


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_twelve_stored_bits_are_the_whole_range(syntax: Any) -> None:
    data = written(TWELVE, syntax)
    assert image.open(data).format.name == "DICOM"
    np.testing.assert_array_equal(read(data)[..., 0], GRAY)


def test_monochrome1_is_inverted() -> None:
    np.testing.assert_array_equal(read(written(4095 - TWELVE, PhotometricInterpretation="MONOCHROME1"))[..., 0], GRAY)


def test_units_and_window_are_applied() -> None:
    stored = (GRAY.astype(np.int16) * 4) + 24  # units are 2 x stored - 1048, so -1000 to 1040
    elements = {"RescaleSlope": 2, "RescaleIntercept": -1048, "BitsStored": 16, "HighBit": 15}
    data = written(stored, **elements, WindowCenter=20.5, WindowWidth=2041)
    np.testing.assert_allclose(read(data)[..., 0], GRAY, atol=1)
    exact = written(stored, **elements, WindowCenter=20, WindowWidth=2040, VOILUTFunction="LINEAR_EXACT")
    np.testing.assert_array_equal(read(exact)[..., 0], GRAY)
    without = written(stored, **elements)
    np.testing.assert_array_equal(read(without, scale=Scale(-1000, 1040, 0, 1040))[..., 0], GRAY)


@pytest.mark.skipif(shutil.which("dcmj2pnm") is None, reason="dcmtk's tools are not installed (dcmtk)")
@pytest.mark.parametrize("kind", ["MONOCHROME1", "MONOCHROME2"])
def test_a_windowed_picture_is_what_dcmtk_makes_of_it(kind: str, tmp_path: Path) -> None:
    data = written(TWELVE, PhotometricInterpretation=kind, WindowCenter=1500, WindowWidth=2000)
    (tmp_path / "a.dcm").write_bytes(data)
    subprocess.run(["dcmj2pnm", "+on", "+Wi", "1", "a.dcm", "a.png"], cwd=tmp_path, check=True, timeout=20)
    with Image.open(tmp_path / "a.png") as other:
        np.testing.assert_allclose(read(data)[..., 0], np.asarray(other.convert("L")), atol=1)


COMPRESSED = [
    ("dcmcjpeg", "+e1", 0),  # JPEG lossless, the first selection value
    ("dcmcjpeg", "+el", 0),  # JPEG lossless
    ("dcmcjpeg", "+ee", 4),  # JPEG extended, 12 bits
    ("dcmcjpeg", "+eb", 4),  # JPEG baseline
    ("dcmcrle", "", 0),
]


@pytest.mark.parametrize(("tool", "option", "tolerance"), COMPRESSED)
@pytest.mark.parametrize("colour", [False, True])
def test_compressed_pixels(tool: str, option: str, tolerance: int, colour: bool, tmp_path: Path) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"dcmtk's {tool} is not installed (dcmtk)")
    values = PICTURE if colour else GRAY if option == "+eb" else TWELVE
    (tmp_path / "a.dcm").write_bytes(written(values))
    command = [tool, *filter(None, [option]), "a.dcm", "b.dcm"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=20, capture_output=True)
    data = (tmp_path / "b.dcm").read_bytes()
    expected = PICTURE if colour else np.repeat(GRAY[..., None], 3, axis=2)
    np.testing.assert_allclose(read(data), expected, atol=4 * tolerance)
    assert np.abs(read(data).astype(int) - expected).mean() <= tolerance


@pytest.mark.skipif(shutil.which("dcmcjpls") is None, reason="dcmtk's tools are not installed (dcmtk)")
def test_jpeg_ls_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(written(TWELVE))
    subprocess.run(["dcmcjpls", "a.dcm", "b.dcm"], cwd=tmp_path, check=True, timeout=20, capture_output=True)
    with pytest.raises(ImageError, match=r"JPEG-LS Lossless.*not read here.*dcmdjpls") as refusal:
        read((tmp_path / "b.dcm").read_bytes())
    assert refusal.value.code == "unsupported"


def test_a_frame_that_is_larger_than_the_file_declares_is_refused_before_it_is_decoded() -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    for codestream, syntax in (
        (imagecodecs.jpeg2k_encode(np.zeros((480, 640), np.uint16), codecformat="j2k"), pydicom.uid.JPEG2000Lossless),
        (imagecodecs.jpeg8_encode(np.zeros((480, 640), np.uint8)), pydicom.uid.JPEGBaseline8Bit),
    ):
        data = pydicom.dcmread(io.BytesIO(written(TWELVE)))
        data.PixelData = pydicom.encaps.encapsulate([codestream])
        data.file_meta.TransferSyntaxUID = syntax
        file = io.BytesIO()
        data.save_as(file)
        with pytest.raises(ImageError, match="640 x 480 pixels"):
            read(file.getvalue())


@pytest.mark.parametrize("signed", [False, True])
def test_jpeg_2000_inside(signed: bool) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    data = pydicom.dcmread(io.BytesIO(written(TWELVE)))
    values = TWELVE.astype(np.int16) - 2048 if signed else TWELVE
    data.PixelRepresentation = int(signed)
    codestream = imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", bitspersample=12)
    data.PixelData = pydicom.encaps.encapsulate([codestream])
    data.file_meta.TransferSyntaxUID = pydicom.uid.JPEG2000Lossless
    file = io.BytesIO()
    data.save_as(file)
    scale = Scale(-2048, 2047, 0, 2047) if signed else None
    np.testing.assert_array_equal(read(file.getvalue(), scale=scale)[..., 0], GRAY)


def test_a_palette_becomes_colours() -> None:
    table: dict[str, Any] = {
        f"{colour}PaletteColorLookupTableData": (np.arange(256) * 256).astype("<u2").tobytes() for colour in ("Red",)
    }
    ramps = {"Green": np.zeros(256), "Blue": np.arange(256)[::-1] * 256}
    table |= {f"{name}PaletteColorLookupTableData": ramp.astype("<u2").tobytes() for name, ramp in ramps.items()}
    table |= {f"{name}PaletteColorLookupTableDescriptor": [256, 0, 16] for name in ("Red", "Green", "Blue")}
    found = read(written(GRAY, PhotometricInterpretation="PALETTE COLOR", **table))
    np.testing.assert_array_equal(found, np.dstack([GRAY, np.zeros_like(GRAY), 255 - GRAY]))


def test_several_frames_need_a_choice() -> None:
    frames = np.stack([TWELVE // 4, TWELVE, TWELVE // 2])
    data = written(frames)
    assert image.open(data).pages == 3
    with pytest.raises(ImageError, match=r"DICOM has 3 frames.*--pages first, middle or max") as refusal:
        read(data)
    assert refusal.value.code == "ambiguous"
    for pages in ("middle", "max"):
        np.testing.assert_array_equal(read(data, pages=pages)[..., 0], GRAY)


def test_bits_beyond_those_that_are_stored_do_not_count() -> None:
    np.testing.assert_array_equal(read(written(TWELVE | 0xF000))[..., 0], GRAY)


def test_bits_that_stand_at_the_top_of_sixteen_are_moved_down_where_nothing_is_below_them() -> None:
    np.testing.assert_array_equal(read(written(TWELVE << 4, HighBit=15))[..., 0], GRAY)  # as dcmtk 3.6.7's dcmj2pnm
    with pytest.raises(ImageError, match=r"HighBit 15.*dcmodify -m HighBit=11"):
        read(written(TWELVE, HighBit=15))


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (written(TWELVE)[:-100], "unreadable", "damaged or cut short"),
        (written(TWELVE)[:200], "unsupported", "holds no picture"),
        (written(TWELVE, syntax=pydicom.uid.DeflatedExplicitVRLittleEndian), "unsupported", "deflated as a whole"),
        (written(TWELVE, Rows=60_000, Columns=60_000), "too_many_pixels", "60,000 x 60,000"),
        (written(TWELVE, Rows=400), "unreadable", "damaged"),
    ],
    ids=["cut short", "no picture", "deflated", "too large", "more than it holds"],
)
def test_what_is_not_read_is_refused_by_name(data: bytes, code: str, words: str) -> None:
    with pytest.raises(ImageError, match=words) as refusal:
        read(data)
    assert refusal.value.code == code


def test_without_the_library_dicom_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    data = written(TWELVE)
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ImageError, match=r"a DICOM.*pip install 'thirtyfive\[dicom\]'"):
        image.open(data)
