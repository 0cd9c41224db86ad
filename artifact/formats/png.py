"""PNG; of an animated one, the picture that programs without animation show.

Pillow reads colour of 16 bits by dropping the lower eight, which leaves next to nothing of a 12-bit camera's;
imagecodecs (the extra `scientific`) reads it where that is installed.
"""

import numpy as np
from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.errors import ImageError
from artifact.formats import choosing
from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

_DEPTH, _KIND = 24, 25
"""Where the header has the bits of a sample, and the kind of colour: 0 gray, 2 colour, 4 and 6 with transparency."""
_DARK = 64
"""Of 255: a picture that stays below has lost too much with its lower bits."""


class PngFile(PillowFile):
    """A PNG, of 1 to 16 bits."""

    def __init__(self, data: bytes) -> None:
        """Read the header."""
        super().__init__(data, ["PNG"])
        self._colour16 = data[_DEPTH : _DEPTH + 1] == b"\x10" and data[_KIND] in (2, 4, 6)
        self._data = data
        if self._colour16:
            self.bits, self._least_bytes = 16, 25

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the picture, in all of its bits where that can be done."""
        if not self._colour16 or "transparency" in self.file.info or reading.pages in ("middle", "max"):
            return super().decode(reading)
        try:
            values = choosing.library("imagecodecs", "a PNG of 16-bit colour", "scientific").png_decode(self._data)
        except ImageError:
            self.file.load()
            if max(high for _, high in self.file.convert("RGB").getextrema()) < _DARK:  # type: ignore[misc]
                raise
            return self.file
        samples = values.shape[-1]
        alpha = (values[..., -1] >> 8).astype(np.uint8) if samples in (2, 4) else None
        colour = values[..., 0] if samples == 2 else values[..., :3]
        return Samples(np.ascontiguousarray(colour), alpha=alpha, info=dict(self.file.info))


FORMAT = Format(
    name="PNG",
    suffixes=(".png",),
    media_types=("image/png",),
    recognises=lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    open=PngFile,
)
