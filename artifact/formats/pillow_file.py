"""A file that Pillow reads: the header by one of its plugins and no other, and the memory that its modes take."""

import io
import warnings
from collections.abc import Sequence

from PIL import Image, ImageChops

from artifact.card import Reading
from artifact.deep import Samples
from artifact.formats.interface import Source
from artifact.provenance import Provenance, of_picture

# `Picture` refuses large pictures itself, by a limit that the caller sets.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# What Pillow finds odd in a file is said once, by our error, and not as a line of Pillow's code in the terminal.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

# A picture's memory is used again for the next (Pillow's "Block allocator"), at most two blocks of 4 MB. Given back to
# the system and asked for anew, it costs 300 page faults for each photograph, a third of the time of a small JPEG.
Image.core.set_block_size(4 * 1024**2)  # type: ignore[attr-defined]
Image.core.set_blocks_max(2)  # type: ignore[attr-defined]

_WORKING_BYTES = {
    "1": 2,
    "L": 2,
    "P": 9,
    "PA": 9,
    "LA": 9,
    "RGB": 8,
    "RGBA": 9,
    "CMYK": 8,
    "YCbCr": 8,
    "LAB": 8,
    "I;16": 8,
    "I;16B": 8,
}
"""Bytes a pixel while decoding, converting and turning, by Pillow's mode (it keeps a colour pixel in four bytes).

Measured, as those of the formats are, as the highest resident size of a process of its own (docs/images.md).
"""
_OTHER_WORKING_BYTES = 16
_TRANSPARENT_WORKING_BYTES = 9
"""Where one colour or palette entries are declared transparent, so that RGBA is made of any mode."""
_BITS = {"1": 1, "I": 32, "F": 32}


class PillowFile(Source):
    """A file opened by Pillow."""

    def __init__(self, data: bytes, plugins: Sequence[str], least_bytes: int = 0) -> None:
        """Read the header.

        Args:
            data: The whole file.
            plugins: Pillow's names of the formats that are tried, and no others.
            least_bytes: Working memory a pixel below which this format's decoder never stays.
        """
        self.file = Image.open(io.BytesIO(data), formats=list(plugins))
        self._least_bytes = least_bytes
        self.size = self.file.size
        self.mode = self.file.mode
        self.bits = 16 if self.mode.startswith("I;16") else _BITS.get(self.mode, 8)

    def declare(self, profile: bytes | None) -> None:
        """Take a colour profile for the picture's where it has none of its own."""
        if profile is not None:
            self.file.info.setdefault("icc_profile", profile)

    @property
    def pages(self) -> int:
        """Return the number of frames or pages."""
        return int(getattr(self.file, "n_frames", 1))

    @property
    def decoded_as(self) -> tuple[tuple[int, int], str]:
        """The size and mode that Pillow's plugin will give."""
        return self.file.size, self.file.mode

    def provenance(self) -> Provenance:
        """Read EXIF data and XMP."""
        xmp = self.file.info.get("xmp", b"")
        return of_picture(self.file.getexif(), xmp if isinstance(xmp, bytes) else str(xmp).encode())

    def working_bytes(self) -> int:
        """Return the bytes that its mode takes."""
        each = max(self._least_bytes, _WORKING_BYTES.get(self.file.mode, _OTHER_WORKING_BYTES))
        if "transparency" in self.file.info:
            each = max(each, _OTHER_WORKING_BYTES if self.deep else _TRANSPARENT_WORKING_BYTES)
        return self.file.width * self.file.height * each

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the first frame, or the one that the reading names."""
        if reading.pages in (None, "first") or self.pages == 1:
            self.file.load()
            return self.file
        if reading.pages == "middle":
            self.file.seek(self.pages // 2)
            return self.file.copy()
        return self._brightest()

    def _brightest(self) -> Image.Image:
        brightest: Image.Image | None = None
        for page in range(self.pages):
            self.file.seek(page)
            frame = self.file.convert("RGB")
            brightest = frame if brightest is None else ImageChops.lighter(brightest, frame)
        return brightest or self.file
