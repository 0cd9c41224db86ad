"""TIFF beyond what Pillow reads, by tifffile: floats, bands, stacks, channels, OME, JPEG 2000 or WebP inside."""

import functools
import io
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.errors import Damage, ImageError
from artifact.formats import choosing, codestream, tiff_values
from artifact.formats.interface import Source
from artifact.formats.tiff_tags import Directory

_EXTRA = "scientific"
_FLOAT = 3
_PLAIN = {1, 5, 8, 32773, 32946, 34925, 50000}
"""Compressions that fill a buffer of the declared size: none, LZW, Deflate, PackBits, LZMA, Zstandard."""
_PICTURES = {7, 33003, 33004, 33005, 34712, 50001}
"""Those that are pictures with a size of their own: JPEG, JPEG 2000 (also of Aperio's slides), WebP."""
_METADATA = 100_000
"""Letters of metadata that names are looked for in."""
_SAME_MACHINE_ONLY = {"_multifile": False, "is_mmstack": False, "is_ndtiff": False}
"""tifffile opens other files that some metadata name; here there is only the one in memory."""


class TiffSamples(Source):
    """The picture, or the pictures, that a TIFF holds; of pictures of several sizes only the first can be chosen."""

    def __init__(self, data: bytes, directories: Sequence[Directory]) -> None:
        """Take the directories of the pictures; the samples are read later."""
        first = directories[0]
        self.size = first.size
        self.bits = int(max(first.bits))
        self._samples = max(first.one(277, 1), 1)
        self._float = first.one(339, 1) == _FLOAT
        self.mode = f"{self._samples}-channel {self.bits}-bit"
        self._data, self._directories = data, directories
        if min(self.size) < 1 or first.one(32997, 1) > 1 or self.bits > 64:
            raise Damage("it declares no picture")

    @property
    def deep(self) -> bool:
        """Whether there are more than 8 bits."""
        return self.bits > 8 or self._float

    @property
    def pages(self) -> int:
        """Return how many pictures there are."""
        return len(self._directories)

    def working_bytes(self) -> int:
        """Return the bytes of the samples as they are stored, twice over, and of the picture that is made of them."""
        stored = self._samples * (1 if self.bits <= 8 else 2 ** math.ceil(math.log2(self.bits / 8)))
        return self.size[0] * self.size[1] * (2 * stored + 9)

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the chosen page and channels."""
        self._check_sizes(reading)
        tifffile = choosing.library("tifffile", self._describe(), _EXTRA)
        if self._directories[0].one(259, 1) != 1 or self.bits not in (8, 16, 32, 64):
            choosing.library("imagecodecs", self._describe(), _EXTRA)
        with tifffile.TiffFile(io.BytesIO(self._data), **_SAME_MACHINE_ONLY) as file:
            sizes = [(found.keyframe.imagewidth, found.keyframe.imagelength) for found in file.series]
            series = file.series[sizes.index(self.size)]
            _check_inside(series.pages, self._data)
            values = _stack(series, reading, file.ome_metadata or "")
            return tiff_values.build(values, series.keyframe, tiff_values.declared(file, series.keyframe), reading)

    def _check_sizes(self, reading: Reading) -> None:
        """Refuse sheets of several sizes, unless the first of them is meant; they make no stack."""
        sizes = len({directory.size for directory in self._directories})
        if sizes == 1 or reading.pages == "first":
            return
        choosing.pages(reading, self.pages, "TIFF")
        raise ImageError(
            "unreadable",
            f"This TIFF has {self.pages} pages of {sizes} sizes, of which --pages {reading.pages} makes nothing. Train "
            "with --pages first, or save the one that is meant as a file.",
        )

    def _describe(self) -> str:
        inside = {34712: "JPEG 2000", 50001: "WebP", 34892: "JPEG", 50000: "Zstandard"}
        first = self._directories[0]
        kind = "floating-point samples" if self._float else f"{self.bits} bits a sample"
        pages = f", {self.pages} pages" if self.pages > 1 else ""
        compression = inside.get(first.one(259, 1))
        return f"a TIFF of {self._samples} channels, {kind}{pages}{f', {compression} inside' if compression else ''}"


def _check_inside(pages: Any, data: bytes) -> None:
    """Refuse pages whose compressed pictures are larger than their place in the TIFF, before any is decoded.

    Raises:
        ImageError: The samples are compressed in a way that is not read here.
        ValueError: A picture inside is larger than its strip or tile.
    """
    for page in filter(None, pages):
        compression = int(page.compression)
        if compression not in _PLAIN and compression not in _PICTURES:
            kind = page.compression.name
            raise ImageError(
                "unsupported", f"The TIFF has {kind} inside, which is not read here. Save it with LZW or none."
            )
        if compression not in _PICTURES:
            continue
        chunk = math.prod(page.chunks) if page.chunks else math.prod(page.shape)
        for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
            if count:
                codestream.check(data[offset : offset + count], chunk)


def _stack(series: Any, reading: Reading, metadata: str) -> NDArray[Any]:
    """Return the chosen page, `[height, width]` or `[height, width, channels]`; of several pages, their brightest."""
    lead = [(axis, length) for axis, length in zip(series.axes, series.shape, strict=True) if axis not in "YXS"]
    names = _channel_names(series, metadata)
    counts = math.prod(length for axis, length in lead if axis != "C")
    chosen = choosing.pages(reading, counts, "TIFF", _words(lead))
    channels = choosing.channels(reading, names, "TIFF") if len(names) > 1 else [None]
    planes = _Planes(series, lead)
    pictures = ([planes.get(page, channel) for channel in channels] for page in chosen)
    stacked = (found[0] if len(found) == 1 else np.stack(found, axis=-1) for found in pictures)
    return functools.reduce(np.maximum, stacked)


def _words(lead: list[tuple[str, int]]) -> str:
    names = {"Z": "planes in depth", "T": "moments"}
    several = [f"{length} {names.get(axis, 'pages')}" for axis, length in lead if axis != "C" and length > 1]
    return f"pages ({' x '.join(several)})" if any(axis in "ZT" for axis, length in lead if length > 1) else "pages"


def _channel_names(series: Any, metadata: str) -> list[str]:
    """Return the channels by number, with their names where OME's metadata have one for each."""
    count = dict(zip(series.axes, series.shape, strict=True)).get("C", 1)
    names = re.findall(r"<(?:\w+:)?Channel\b[^>]{0,2000}?\bName=\"([^\"]{1,40})\"", metadata[:_METADATA])
    numbers = map(str, range(1, count + 1))
    return [" ".join(pair) for pair in zip(numbers, names, strict=True)] if len(names) == count else list(numbers)


class _Planes:
    """The planes of a series, by page and channel; each is decoded by itself where the file has it so."""

    def __init__(self, series: Any, lead: list[tuple[str, int]]) -> None:
        self._series, self._lead = series, lead
        self._whole: NDArray[Any] | None = None

    def get(self, page: int, channel: int | None) -> NDArray[Any]:
        """Return one plane `[height, width]` or `[height, width, samples]`."""
        others = [length for axis, length in self._lead if axis != "C"]
        places = list(np.unravel_index(page, others)) if others else []
        index = [int(channel or 0) if axis == "C" else int(places.pop(0)) for axis, _ in self._lead]
        count = math.prod(length for _, length in self._lead)
        number = int(np.ravel_multi_index(index, [length for _, length in self._lead])) if index else 0
        if len(self._series.pages) == count:
            found = self._series.pages[number]
            if found is None:
                raise ImageError("unreadable", "The TIFF lacks a page that it lists. Export it again.")
            return _samples_last(found.asarray(maxworkers=1), found.axes)
        if self._whole is None:
            self._whole = self._series.asarray(maxworkers=1)
        rest = "".join(axis for axis in self._series.axes if axis in "YXS")
        return _samples_last(self._whole.reshape(count, *self._whole.shape[len(self._lead) :])[number], rest)


def _samples_last(values: NDArray[Any], axes: str) -> NDArray[Any]:
    return np.moveaxis(values, axes.index("S"), -1) if "S" in axes and axes[-1] != "S" else values
