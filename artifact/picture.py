"""One image file, opened once: asked for its format, size, bits and pages before it is decoded, and then for pixels."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact import fitting, formats
from artifact.card import AS_THEY_ARE, ImageSpec, Reading
from artifact.deep import Range, explain_range
from artifact.errors import Damage, ImageError
from artifact.formats import Format, Source, named
from artifact.limits import DEFAULT_LIMITS, Limits
from artifact.profiles import to_srgb
from artifact.provenance import UNKNOWN, Provenance
from artifact.samples import deep, to_eight_bits
from artifact.upright import turn

_SHORTEST = 64  # bytes; what begins like a picture and is shorter is none, rather than a damaged one
_ALL_PAGES = 16
"""All pages of a file together may have so many times the pixels of the largest picture."""


class Picture:
    """An image file whose header was read and is within the limits; it is decoded once, when it is asked for pixels.

    Attributes:
        format: The row of `artifact.formats.TABLE` that it is of.
        size: Width and height in pixels, as the header declares them, before any turning.
        bits: Bits of one sample.
        note: Why the picture, once it was decoded, may be read too dark or too bright, as a sentence; or None.
    """

    def __init__(self, data: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
        """Read the header of a whole file; raises `ImageError` where it is not an image or passes a limit."""
        self._limits = limits
        self.format = _recognise(data, limits)
        source = _open(data, self.format, limits)
        self.size, self.bits, self._mode = source.size, source.bits, source.mode
        self.note: str | None = None
        self._source: Source | None = source
        width, height = self.size
        if width * height > limits.pixels:
            raise _too_many_pixels(f"{width:,} x {height:,} pixels", limits)

    @property
    def pages(self) -> int:
        """Pictures in the file: pages, planes or frames; to be asked before decoding."""
        return self._opened().pages

    @property
    def deep(self) -> bool:
        """Whether what is black and white is told by the data set's scale: samples of more than 8 bits."""
        return self._opened().deep

    def provenance(self) -> Provenance:
        """Return what the file says of its origin, nothing where that is damaged; to be asked before decoding."""
        try:
            return self._opened().provenance()
        except Exception:  # as with the orientation: what cannot be read does not spoil the pixels
            return UNKNOWN

    def working_bytes(self, spec: ImageSpec) -> int:
        """Return the most memory that `load(spec)` takes, estimated from the header; to be asked before decoding.

        Raises:
            ImageError: The header is damaged.
        """
        source = self._opened()
        with _damage_named(self.format):
            source.reduce(_least_side(spec), spec.color == "gray")
            return source.working_bytes()

    def plan(self, spec: ImageSpec) -> tuple[tuple[int, int], str]:
        """Return the size and mode in which `decode(spec)` has it decoded: where they are the same, so are the pixels.

        Raises:
            ImageError: The header is damaged.
        """
        source = self._opened()
        with _damage_named(self.format):
            source.reduce(_least_side(spec), spec.color == "gray")
            return source.decoded_as

    def decode(self, spec: ImageSpec | None = None) -> Image.Image:
        """Decode, upright, in Pillow mode L, RGB or RGBA.

        With a `spec`, a JPEG may come at a reduced scale that still covers the model's input. Raises `ImageError`.
        """
        source, self._source = self._opened(), None
        reading = spec.reading if spec else AS_THEY_ARE
        with _damage_named(self.format):
            if spec is not None:
                source.reduce(_least_side(spec), spec.color == "gray")
            self._check_work(source, reading)
            decoded = source.decode(reading)
            del source  # its pixels make room for the turned ones
            samples = deep(decoded)
            if samples is not None:
                self.note = explain_range(samples.measure(), reading.scale)
            if isinstance(decoded, Image.Image) and decoded.mode == "CMYK":
                decoded = to_srgb(decoded)
            picture = to_srgb(to_eight_bits(decoded, reading.scale))
            del decoded, samples
            return turn(picture)

    def measure(self, reading: Reading) -> Range:
        """Decode a deep picture, and return where its samples lie; raises `ImageError`."""
        source, self._source = self._opened(), None
        with _damage_named(self.format):
            self._check_work(source, reading)
            samples = deep(source.decode(reading))
        return samples.measure() if samples else Range(0.0, 0.0, 255.0, 255.0, (0.0, 255.0))

    def load(self, spec: ImageSpec) -> NDArray[np.uint8]:
        """Return the pixels that a model takes, uint8 `[height, width, channels]`; raises `ImageError`."""
        return fitting.to_array(self.decode(spec), spec)

    def _opened(self) -> Source:
        if self._source is None:
            raise RuntimeError("The picture was decoded, which happens once; keep what that returned.")
        return self._source

    def _check_work(self, source: Source, reading: Reading) -> None:
        width, height = self.size
        need, limit = source.working_bytes(), self._limits.working_bytes
        if need > limit:
            raise ImageError(
                "too_many_pixels",
                f"Decoding this {self._mode} {self.format.name} of {width:,} x {height:,} pixels takes "
                f"{need / 2**20:.0f} MB; at most {limit / 2**20:.0f} MB are given. Scale it down first.",
                limit,
            )
        if reading.pages in ("middle", "max") and source.pages * width * height > _ALL_PAGES * self._limits.pixels:
            raise _too_many_pixels(f"{source.pages:,} pages of {width:,} x {height:,} pixels", self._limits)


def _least_side(spec: ImageSpec) -> int:
    """Return how wide and high a picture must be so that nothing is enlarged that was reduced before."""
    kept = spec.keep if spec.fit == "crop" else 1.0
    return math.ceil(max(spec.height, spec.width) / kept)  # both ways: the EXIF orientation may swap the sides


def _recognise(data: bytes, limits: Limits) -> Format:
    if not data:
        raise ImageError("empty", "The file has no bytes; an image file was expected. Choose the file again.")
    if len(data) > limits.bytes:
        raise ImageError(
            "too_many_bytes",
            f"The file has {len(data):,} bytes; at most {limits.bytes:,} are read. Save it smaller or as JPEG.",
            limits.bytes,
        )
    found = formats.recognise(data)
    if found is None:
        raise _not_an_image(limits, data)
    if limits.formats is not None and found.name not in limits.formats:
        raise ImageError(
            "not_an_image",
            f"The file is a {found.name}, which is switched off here; {formats.names(limits.formats)} was expected. "
            "Convert the picture, or switch the format on.",
        )
    return found


def _open(data: bytes, found: Format, limits: Limits) -> Source:
    try:
        return found.open(data)
    except ImageError:
        raise
    except Damage as error:
        raise _damaged(found, error) from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels("more pixels than any limit", limits) from error
    except Exception as error:  # as in decoding: unknown and hostile headers raise many types
        if len(data) < _SHORTEST:
            raise _not_an_image(limits) from error
        raise ImageError(
            "unreadable",
            f"The {found.name} file is damaged or cut short, or of a kind that is not read here; a complete file was "
            "expected. Export or upload it again, or convert it to JPEG or PNG.",
        ) from error


def _not_an_image(limits: Limits, data: bytes = b"") -> ImageError:
    what, fix = named.name(data) or ("", "Convert the picture to JPEG or PNG.")
    found = f", but {what}" if what else ""
    return ImageError(
        "not_an_image",
        f"The bytes are not an image that is read here{found}; {formats.names(limits.formats)} was expected. {fix}",
    )


def _too_many_pixels(found: str, limits: Limits) -> ImageError:
    return ImageError(
        "too_many_pixels",
        f"The picture declares {found}; at most {limits.pixels:,} pixels are decoded. Scale it down first.",
        limits.pixels,
    )


@contextmanager
def _damage_named(found: Format) -> Iterator[None]:
    """Say of whatever a decoder raises that the file is damaged."""
    try:
        yield
    except ImageError:
        raise
    except Damage as error:
        raise _damaged(found, error) from error
    except Exception as error:  # decoders raise a dozen types on damaged files; all mean the same to a user
        raise ImageError(
            "unreadable",
            f"The {found.name} file is damaged or cut short; a complete file was expected. Export or upload it again.",
        ) from error


def _damaged(found: Format, damage: Damage) -> ImageError:
    return ImageError(
        "unreadable",
        f"The {found.name} file is damaged ({damage}); a complete file was expected. Export or upload it again.",
    )
