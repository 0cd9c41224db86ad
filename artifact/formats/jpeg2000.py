"""JPEG 2000, as archives and slide scanners write it, by Pillow (OpenJPEG)."""

import numpy as np
from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.errors import ImageError
from artifact.formats import codestream, iso_boxes
from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

_WORKING_BYTES = {"L": 8, "I;16": 10, "LA": 16, "RGB": 20, "RGBA": 26}
"""OpenJPEG keeps four bytes for each sample, beside a tile of them and Pillow's pixels."""
_SIZ = b"\xff\x4f\xff\x51"
"""Start of a codestream, and the marker of its sizes."""
_HEADER = 4 * 1024**2
"""Bytes within which the boxes lie that precede the codestream."""
_RARE = {14: "CIELab", 19: "CIEJab", 20: "e-sRGB", 21: "ROMM-RGB", 24: "e-sYCC"}
"""Colours by their number (ITU-T T.801, table M.25) that are neither sRGB, sYCC, gray nor inks."""
_WHOLE = (0.0, 65535.0)


class Jpeg2000File(PillowFile):
    """A JPEG 2000; gray of 9 to 15 bits declares what is white, and Pillow moves it to the whole of 16 bits."""

    def __init__(self, data: bytes) -> None:
        """Read the header."""
        super().__init__(data, ["JPEG2000"])
        self._least_bytes = _WORKING_BYTES.get(self.mode, 26)
        codestream.check_jpeg_2000(data)
        self.declare(_profile(data))
        place = data.find(_SIZ)
        self._precision = (data[place + 42] & 0x7F) + 1 if 0 <= place < len(data) - 42 else 8

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the picture."""
        self.file.load()
        if not self.deep:
            return self.file
        return Samples(np.asarray(self.file), _WHOLE if self._precision < 16 else None, info=dict(self.file.info))


def _profile(data: bytes) -> bytes | None:
    """Return the colour profile of a box `colr`, which Pillow passes over; raises `ImageError` for rarer colours."""
    header = next((body for kind, body in iso_boxes.boxes(data[:_HEADER]) if kind == b"jp2h"), b"")
    for kind, body in iso_boxes.boxes(header):
        if kind == b"colr" and body[:1] in (b"\2", b"\3"):
            return body[3:]
        number = int.from_bytes(body[3:7], "big")
        if kind == b"colr" and body[:1] == b"\1" and number in _RARE:
            raise ImageError(
                "unsupported", f"The JPEG 2000's colours are {_RARE[number]}, which is not read here. Save it as sRGB."
            )
    return None


FORMAT = Format(
    name="JPEG 2000",
    suffixes=(".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"),
    media_types=("image/jp2", "image/jpx", "image/j2c"),
    recognises=lambda head: head.startswith((_SIZ, b"\0\0\0\x0cjP  \r\n\x87\n")),
    open=Jpeg2000File,
)
