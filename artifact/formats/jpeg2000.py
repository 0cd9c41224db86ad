"""JPEG 2000, as archives and slide scanners write it, by Pillow (OpenJPEG)."""

import numpy as np
from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.formats import codestream
from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

_WORKING_BYTES = {"L": 8, "I;16": 10, "LA": 16, "RGB": 20, "RGBA": 26}
"""OpenJPEG keeps four bytes for each sample, beside a tile of them and Pillow's pixels."""
_SIZ = b"\xff\x4f\xff\x51"
"""Start of a codestream, and the marker of its sizes."""
_WHOLE = (0.0, 65535.0)


class Jpeg2000File(PillowFile):
    """A JPEG 2000; gray of 9 to 15 bits declares what is white, and Pillow moves it to the whole of 16 bits."""

    def __init__(self, data: bytes) -> None:
        """Read the header."""
        super().__init__(data, ["JPEG2000"])
        self._least_bytes = _WORKING_BYTES.get(self.mode, 26)
        codestream.check_jpeg_2000(data)
        place = data.find(_SIZ)
        self._precision = (data[place + 42] & 0x7F) + 1 if 0 <= place < len(data) - 42 else 8

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the picture."""
        self.file.load()
        if not self.deep:
            return self.file
        return Samples(np.asarray(self.file), _WHOLE if self._precision < 16 else None, info=dict(self.file.info))


FORMAT = Format(
    name="JPEG 2000",
    suffixes=(".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"),
    media_types=("image/jp2", "image/jpx", "image/j2c"),
    recognises=lambda head: head.startswith((_SIZ, b"\0\0\0\x0cjP  \r\n\x87\n")),
    open=Jpeg2000File,
)
