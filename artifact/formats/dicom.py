"""DICOM, as scanners and radiography write it, by pydicom and imagecodecs (the extra `dicom`).

Rescaled to its units; the window, or else the bits that are stored, declare black and white; MONOCHROME1 (0 is white)
is inverted. Of several frames one must be chosen.
"""

import io
from typing import Any

from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.errors import ImageError
from artifact.formats import choosing, dicom_frame, dicom_values
from artifact.formats.interface import Format, Source
from artifact.provenance import Provenance, of_dicom

_EXTRA = "dicom"
_LONGEST_HEADER = 4 * 1024**2
"""Bytes before the pixels, which pydicom reads one element after the other."""
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_WITHOUT_PREAMBLE = (b"\x02\0\0\0UL", b"\x08\0\0\0", b"\x08\0\x05\0", b"\x08\0\x08\0", b"\x08\0\x16\0")
"""How files begin that lack the 128 bytes and DICM: the group of meta information, or that of identification."""


class DicomFile(Source):
    """A DICOM whose elements before the pixels were read."""

    def __init__(self, data: bytes) -> None:
        """Read the header; raises `ImageError` where it is not read here, or the library is not installed."""
        pydicom: Any = choosing.library("pydicom", "a DICOM", _EXTRA)
        if _DEFLATED in data[:2048]:
            raise ImageError("unsupported", "The DICOM is deflated as a whole, which is not read here. Save it anew.")
        head = io.BytesIO(data[:_LONGEST_HEADER])
        self._header = pydicom.dcmread(head, stop_before_pixels=True, force=True)
        self._data, self._place = data, head.tell()
        if "Rows" not in self._header or "Columns" not in self._header:
            raise ImageError(
                "unsupported", "The DICOM holds no picture (it is a report, a plan or a directory). Choose the images."
            )
        self.size = int(self._header.Columns), int(self._header.Rows)
        self.mode = str(self._header.get("PhotometricInterpretation", "MONOCHROME2"))
        self.bits = int(self._header.get("BitsStored", 8))
        self._samples = int(self._header.get("SamplesPerPixel", 1))

    @property
    def deep(self) -> bool:
        """Whether it is of one channel: a window can be of 8 bits too."""
        return self._samples == 1 and self.mode.startswith("MONOCHROME")

    @property
    def pages(self) -> int:
        """Return the number of frames."""
        return max(1, int(self._header.get("NumberOfFrames", 1) or 1))

    def provenance(self) -> Provenance:
        """Read the patient and the device."""
        return of_dicom(self._header)

    def working_bytes(self) -> int:
        """Return the bytes of a frame as stored, decoded, rescaled, and as a picture."""
        allocated = max(1, int(self._header.get("BitsAllocated", 16)) // 8)
        return self.size[0] * self.size[1] * (self._samples * 3 * allocated + 12)

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the chosen frame."""
        choosing.library("imagecodecs", "a DICOM", _EXTRA)
        chosen = choosing.pages(reading, self.pages, "DICOM", "frames")
        frames = (dicom_frame.decode(self._header, self._data, self._place, number) for number in chosen)
        return dicom_values.build(self._header, frames)


def _recognises(head: bytes) -> bool:
    return head[128:132] == b"DICM" or head.startswith(_WITHOUT_PREAMBLE)


FORMAT = Format(
    name="DICOM",
    suffixes=(".dcm", ".dicom"),
    media_types=("application/dicom",),
    recognises=_recognises,
    open=DicomFile,
    extra=_EXTRA,
)
