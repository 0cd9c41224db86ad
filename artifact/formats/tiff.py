"""TIFF: what Pillow reads exactly is read by Pillow, everything else by tifffile (the extra `scientific`)."""

import math

import numpy as np
from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.errors import ImageError
from artifact.formats import choosing, tiff_tags
from artifact.formats.interface import Format, Source
from artifact.formats.pillow_file import PillowFile
from artifact.formats.tiff_samples import TiffSamples
from artifact.formats.tiff_tags import Directory

_COMPRESSIONS = {1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946}
"""None, CCITT, LZW, JPEG, Deflate, PackBits: what Pillow's wheels decode."""
_FAX = {2, 3, 4}
"""CCITT, which of several pages Pillow decodes too, and imagecodecs does not."""
_WHITE_IS_ZERO = 0
_LARGE_TILE = 1024 * 1024
"""Pixels of a tile that small pictures may have too."""
_RAW = {32803, 34892}
"""Photometric interpretations of a sensor's own samples (DNG)."""


def _open(data: bytes) -> Source:
    """Read the directories, and choose who reads the picture."""
    directories = tiff_tags.read(data)
    if data[8:10] == b"CR" or any(directory.one(262, 1) in _RAW for directory in directories):
        raise ImageError(
            "unsupported",
            "The file is a camera's raw picture (DNG, CR2, NEF, ...), which is not read here; its preview is not the "
            "picture. Develop it, and save it as JPEG or TIFF.",
        )
    main = _main(directories)
    for page in main:
        _check_tile(directories[page])
    sheets = len(main) > 1 and all(_is_fax(directory) for directory in directories)
    if sheets or (len(main) == 1 and _plain(directories[main[0]])):
        try:
            return FaxSheets(data, main, directories) if sheets else PlainTiff(data, main[0], directories[main[0]])
        except (SyntaxError, OSError, ValueError, KeyError):  # it has a layout that Pillow does not know
            pass
    return TiffSamples(data, [directories[page] for page in main])


def _main(directories: list[Directory]) -> list[int]:
    """Return the numbers of the directories that are pictures: not previews, masks, or smaller copies of another."""
    own = [number for number, directory in enumerate(directories) if not directory.below] or [0]
    whole = [number for number in own if not directories[number].reduced] or own
    widest = max(whole, key=lambda number: math.prod(directories[number].size))
    size = directories[widest].size
    return [number for number in whole if not _smaller_copy(directories[number].size, size)]


def _smaller_copy(size: tuple[int, int], whole: tuple[int, int]) -> bool:
    """Tell whether a page without a mark is a smaller copy of another: half its size at most, and of its shape.

    A smaller page of another shape is another picture, as where a scanner took sheets of two sizes.
    """
    ratio = size[0] * whole[1] / max(1, size[1] * whole[0])
    rounding = 2 / max(1, min(size))
    return 2 * min(size) <= min(whole) and abs(ratio - 1) <= max(0.02, rounding)


def _check_tile(directory: Directory) -> None:
    """Refuse a tile that is far larger than its picture, since a decoder makes room for all of it."""
    width, height = directory.one(322, 0), directory.one(323, 0)
    if width * height > max(_LARGE_TILE, 2 * math.prod(directory.size)):
        raise ImageError(
            "unreadable",
            f"The TIFF declares tiles of {width:,} x {height:,} pixels, larger than its picture. Export it again.",
        )


def _plain(directory: Directory) -> bool:
    """Tell whether Pillow reads every sample as it is meant."""
    if directory.one(259, 1) not in _COMPRESSIONS or any(kind != 1 for kind in directory.tags.get(339, (1,))):
        return False
    if max(directory.bits) > 8:
        return directory.bits == (16,) and directory.one(277, 1) == 1 and directory.one(262, 1) in (0, 1)
    unnamed = directory.one(277, 1) > 4 or (directory.one(277, 1) > 1 and directory.one(262, 1) in (0, 1))
    return not unnamed or _gray_with_alpha(directory)


def _is_fax(directory: Directory) -> bool:
    return directory.one(259, 1) in _FAX and not directory.below and _plain(directory)


def _gray_with_alpha(directory: Directory) -> bool:
    return directory.one(277, 1) == 2 and directory.one(338, 0) in (1, 2)


class PlainTiff(PillowFile):
    """A TIFF of one picture, of 1 to 8 bits or of gray in 16 bits, which Pillow reads exactly."""

    def __init__(self, data: bytes, page: int, directory: Directory) -> None:
        """Open the page that is the picture, which may stand behind a preview."""
        super().__init__(data, ["TIFF"])
        if page:
            self.file.seek(page)
            self.size, self.mode = self.file.size, self.file.mode
        self.bits = int(max(directory.bits))
        self._directory = directory

    @property
    def pages(self) -> int:
        """Return 1: what else the file holds is a smaller copy."""
        return 1

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the picture; of 16 bits, with what the file says is black and white."""
        description = str(self.file.tag_v2.get(270, "")) if self.deep else ""  # type: ignore[attr-defined]
        self.file.load()
        if not self.deep:
            return self.file
        white_is_zero = self._directory.one(262, 1) == _WHITE_IS_ZERO
        return Samples(
            np.asarray(self.file), _declared(self._directory, description), white_is_zero, info=self.file.info
        )


class FaxSheets(PlainTiff):
    """Several sheets in black and white, as scanners and faxes write them, of which one is the picture."""

    def __init__(self, data: bytes, sheets: list[int], directories: list[Directory]) -> None:
        """Open the first sheet; `sheets` are the numbers of their directories."""
        super().__init__(data, sheets[0], directories[sheets[0]])
        self._sheets = [(number, directories[number].size) for number in sheets]

    @property
    def pages(self) -> int:
        """Return how many sheets there are."""
        return len(self._sheets)

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the chosen sheet; raises `ImageError` where that is none of the first one's size."""
        chosen = choosing.pages(reading, self.pages, "TIFF")
        number, size = self._sheets[chosen[0]]
        if len(chosen) > 1 or size != self.size:
            raise ImageError(
                "unsupported",
                f"This TIFF has {self.pages} sheets in black and white, of which --pages {reading.pages} makes nothing"
                ". Train with --pages first, or save the one that is meant as a file.",
            )
        self.file.seek(number)
        return super().decode(reading)


def _declared(directory: Directory, description: str) -> tuple[float, float] | None:
    """Return ImageJ's display range, or that of the tags SMinSampleValue and SMaxSampleValue."""
    ends = [directory.tags.get(tag, (None,))[0] for tag in (340, 341)]
    if description.startswith("ImageJ="):
        lines = dict(line.partition("=")[::2] for line in description.splitlines())
        ends = [_number(lines.get(end, "")) for end in ("min", "max")]
    low, high = ends
    return (float(low), float(high)) if low is not None and high is not None and low < high else None


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


FORMAT = Format(
    name="TIFF",
    suffixes=(".tif", ".tiff"),
    media_types=("image/tiff",),
    recognises=lambda head: head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    open=_open,
)
