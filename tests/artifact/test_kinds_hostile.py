"""Whatever the bytes of the further formats are, reading them ends in a tensor or in an `ImageError`, within bounds."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artifact import image
from artifact.card import ImageSpec, Reading, Scale
from artifact.errors import ImageError
from tests.artifact import test_dicom, test_phones, test_tiff_kinds

LIMITS = image.Limits(bytes=1024**2, pixels=1_000_000, working_bytes=64 * 1024**2)
SPEC = ImageSpec(16, 16, reading=Reading(Scale(0, 4095, 0, 4095), "max", (1, 2, 3)))
RGB = test_tiff_kinds.PICTURE
FILES = {
    **test_phones.FILES,
    "DICOM": test_dicom.written(test_dicom.TWELVE),
    "TIFF, LZW": test_tiff_kinds.written(RGB.astype(np.uint16), photometric="rgb", compression="lzw", predictor=True),
    "TIFF, JPEG 2000": test_tiff_kinds.written(RGB, photometric="rgb", compression="jpeg2000", tile=(32, 32)),
    "TIFF, floats": test_tiff_kinds.written(RGB.astype(np.float32), photometric="rgb", compression="zlib"),
    "TIFF, OME": test_tiff_kinds.written(test_tiff_kinds.STACK, photometric="minisblack", ome=True),
}
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def check(data: bytes) -> bool:
    """Decode; tell whether it went well; anything but a tensor and a refusal is a failure."""
    try:
        pixels = image.load(data, SPEC, LIMITS)
    except ImageError as error:
        return False if error.detail else pytest.fail("a refusal without words")
    return pixels.shape == (16, 16, 3)


@pytest.mark.parametrize("name", FILES)
def test_every_length_of_a_file_that_is_cut_short(name: str) -> None:
    file = FILES[name]
    assert check(file)
    for length in range(0, len(file), max(1, len(file) // 20)):
        check(file[:length])


@given(st.sampled_from(sorted(FILES)), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_files_with_flipped_bits(name: str, data: st.DataObject) -> None:
    damaged = bytearray(FILES[name])
    reach = data.draw(st.sampled_from([64, 512, len(damaged)]))  # headers are where damage is of interest
    for place in data.draw(st.lists(st.integers(0, min(reach, len(damaged)) * 8 - 1), min_size=1, max_size=8)):
        damaged[place // 8] ^= 1 << place % 8
    check(bytes(damaged))
