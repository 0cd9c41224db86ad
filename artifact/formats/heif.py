"""HEIC and HEIF, as phones write them, by pillow-heif (the extra `heif`); of several pictures the primary one.

libheif turns the picture by the file's own properties (irot, imir), so the EXIF orientation, which repeats them, is not
applied again. Depth maps, gain maps and thumbnails are not pictures of their own. Of a sequence beside a picture (a
burst) the picture is read, and counted as an animation; a sequence without one is refused.
"""

from typing import Any

from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.errors import ImageError
from artifact.formats import choosing, iso_boxes, zero_tail
from artifact.formats.interface import Format, Source
from artifact.formats.iso_brands import brands
from artifact.provenance import Provenance, of_picture

_BRANDS = frozenset([b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"])
_WORKING_BYTES = 13
"""libde265 keeps its planes, libheif the pixels of the whole beside the tile, and Pillow its own copy."""


class HeifFile(Source):
    """A HEIF file opened by libheif."""

    def __init__(self, data: bytes) -> None:
        """Read the header; raises `ImageError` where the library is not installed."""
        _refuse_sequence(data)
        library: Any = choosing.library("pillow_heif", "a HEIC or HEIF", "heif")
        iso_boxes.check_transfer(data, "HEIC")
        zero_tail.check_boxes(data)
        file = library.HeifFile(data, convert_hdr_to_8bit=True)
        self._image = file[file.primary_index]
        self._profile = self._image.info.get("icc_profile") or iso_boxes.profile(data)
        self.size = self._image.size
        self.mode = self._image.mode
        self.bits = int(self._image.info.get("bit_depth", 8))

    @property
    def deep(self) -> bool:
        """Return False: 10 and 12 bits fill their range, so they are brought to 8 without a scale."""
        return self.mode.startswith("I;16")

    def provenance(self) -> Provenance:
        """Read EXIF data and XMP."""
        exif = Image.Exif()
        exif.load(self._image.info.get("exif") or b"")
        return of_picture(exif, self._image.info.get("xmp") or b"")

    def working_bytes(self) -> int:
        """Return the bytes that decoding takes."""
        return self.size[0] * self.size[1] * _WORKING_BYTES

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the primary picture, upright."""
        picture: Image.Image = self._image.to_pillow()
        picture.info = {"icc_profile": self._profile} if self._profile else {}
        return picture


def _refuse_sequence(data: bytes) -> None:
    """Refuse by its name a file that holds a track of pictures (a burst, an animation) and no picture of its own."""
    kinds = {kind for kind, _ in iso_boxes.boxes(data)}
    if b"moov" in kinds and b"meta" not in kinds:
        raise ImageError(
            "unsupported",
            "The HEIC is a sequence without a picture of its own, which is not read here. Save the one that is meant.",
        )


FORMAT = Format(
    name="HEIC",
    suffixes=(".heic", ".heif", ".hif", ".heics", ".heifs"),
    media_types=("image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"),
    recognises=lambda head: not _BRANDS.isdisjoint(brands(head)),
    open=HeifFile,
    extra="heif",
)
