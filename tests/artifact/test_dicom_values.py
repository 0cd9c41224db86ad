"""What a DICOM's numbers mean, against pydicom 3.0's own functions: curves, tables, padding, shared colours."""

import io
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut, convert_color_space
from pydicom.pixels.utils import pixel_array
from pydicom.sequence import Sequence

from artifact import deep, image
from artifact.card import ImageSpec, Reading
from tests.artifact.pictures import smooth
from tests.artifact.test_dicom import TWELVE, written

RAMP = np.arange(4096) / 4095


def table_of(entries: Any, first: int = 0) -> Sequence:
    """A VOI LUT of 16 bits, as mammography has one of the form of a sigmoid."""
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(entries), first, 16])
    item.add_new("LUTData", "OW", np.rint(entries * 65535).astype("<u2").tobytes())
    return Sequence([item])


def shown_by_pydicom(data: bytes) -> Any:
    """Its picture from black to white, 0 to 255."""
    read = pydicom.dcmread(io.BytesIO(data))
    shown = apply_voi_lut(apply_modality_lut(read.pixel_array, read), read)
    low, high = (0, 65535) if "VOILUTSequence" in read else (shown.min(), shown.max())
    return (shown - low) / (high - low) * 255


@pytest.mark.parametrize(
    "elements",
    [
        {"VOILUTFunction": "LINEAR_EXACT"},
        {"VOILUTFunction": "SIGMOID"},
        {"VOILUTFunction": "SIGMOID", "RescaleSlope": 0.5, "RescaleIntercept": -100, "WindowCenter": 900},
        {"VOILUTSequence": table_of(RAMP**2.2)},
        {"VOILUTSequence": table_of(RAMP[::-1])},
        {"VOILUTSequence": table_of(1 / (1 + np.exp((0.5 - RAMP) * 12)))},
        {"VOILUTSequence": table_of(RAMP[::4] ** 0.5, 1500)},
    ],
)
def test_curves_and_tables_show_what_pydicom_shows(elements: dict[str, Any]) -> None:
    data = written(TWELVE, **({"WindowCenter": 2000, "WindowWidth": 1500} | elements))
    expected = shown_by_pydicom(data)
    if elements.get("VOILUTFunction") == "SIGMOID":  # pydicom gives the curve in the units of the samples
        read = pydicom.dcmread(io.BytesIO(data))
        values = apply_modality_lut(read.pixel_array, read)
        expected = 255 / (1 + np.exp(-4 * (values - read.WindowCenter) / read.WindowWidth))
    found = np.asarray(image.decode(data), np.float64)
    assert np.abs(found - expected).max() < 0.51


@pytest.mark.parametrize("padding", [0, 4095, -2000])
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("window", [{}, {"WindowCenter": 2000, "WindowWidth": 3000}])
def test_padding_is_as_dark_as_the_rest_can_be_and_does_not_count_for_the_range(
    padding: int, inverted: bool, window: Any
) -> None:
    values = np.clip(TWELVE, 500, 3500).astype(np.int16)
    padded = values.copy()
    padded[:10] = padding
    kind = "MONOCHROME1" if inverted else "MONOCHROME2"
    elements = {"PhotometricInterpretation": kind, "BitsStored": 16, "HighBit": 15} | window
    data = written(padded, PixelPaddingValue=padding, **elements)
    found = image.open(data).measure(Reading())
    assert 500 <= found.least <= found.most <= 3500
    spec = ImageSpec(48, 64, "gray", reading=Reading(scale=deep.choose([found])))
    pixels, plain = image.load(data, spec)[..., 0], image.load(written(values, **elements), spec)[..., 0]
    assert pixels[:10].max() <= (0 if window else pixels[10:].min())
    np.testing.assert_array_equal(pixels[10:], plain[10:])


def test_colours_that_two_pixels_share_are_what_pydicom_makes_of_them() -> None:
    rgb = smooth(48, 64).astype(np.uint8)
    planes = convert_color_space(rgb, "RGB", "YBR_FULL")
    pairs = np.concatenate([planes[:, ::2, :1], planes[:, 1::2, :1], planes[:, ::2, 1:]], axis=2)
    data = written(planes, PhotometricInterpretation="YBR_FULL_422", PixelData=pairs.tobytes())
    expected = pixel_array(io.BytesIO(data))  # its decoder makes RGB of it
    np.testing.assert_array_equal(np.asarray(image.decode(data)), expected)
    assert np.abs(expected.astype(int) - rgb).mean() < 3


def test_a_slope_for_each_file_gives_the_same_picture_in_one_scale() -> None:
    files = [written(TWELVE // slope, RescaleSlope=slope, RescaleIntercept=0) for slope in (1, 2, 4)]
    scale = deep.choose([image.open(data).measure(Reading()) for data in files])
    spec = ImageSpec(48, 64, "gray", reading=Reading(scale=scale))
    first, *others = (image.load(data, spec).astype(int) for data in files)
    assert max(np.abs(other - first).max() for other in others) <= 1
