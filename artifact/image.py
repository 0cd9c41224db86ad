"""From the bytes of an image file to the pixels that a model takes; training and serving both call `load`.

The steps, in their order: look at the header and refuse what is too large before any pixel is decoded; decode (a JPEG
at a reduced scale where that loses nothing, see `_decode`); turn upright by the EXIF orientation; composite
transparency on white; bring 16-bit and float samples to 8 bits; resize with one antialiasing filter.
"""

import io
import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile

from artifact.card import ImageSpec
from artifact.errors import ImageError
from artifact.samples import to_eight_bits

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
"""The file formats that are read; each by content, never by the file's name. Pillow opens MPO files as JPEG."""

# `check_size` refuses large pictures itself, by a limit that the caller sets.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Limits:
    """What `load` refuses before decoding.

    Attributes:
        bytes: The largest file, in bytes.
        pixels: The largest picture, as declared in its header.
        working_bytes: The most memory that decoding one picture may take, estimated from its header.
    """

    bytes: int = 32 * 1024**2
    pixels: int = 64_000_000
    working_bytes: int = 256 * 1024**2


DEFAULT_LIMITS = Limits()

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
}
"""Bytes a pixel while decoding, converting and turning, by Pillow's mode (it keeps a colour pixel in four bytes)."""
_OTHER_WORKING_BYTES = 16
_TRANSPARENT_WORKING_BYTES = 9
"""Where one colour or palette entries are declared transparent, so that RGBA is made of any mode."""
_WEBP_WORKING_BYTES = 20
"""libwebp's animation decoder, which Pillow uses for still pictures too, keeps two canvases of its own."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its EXIF orientation; 1 is upright (Pillow's angles are counterclockwise)."""


def load(data: bytes, spec: ImageSpec, limits: Limits = DEFAULT_LIMITS) -> NDArray[np.uint8]:
    """Decode an image file and fit it to a model's input.

    Args:
        data: The whole file: JPEG, PNG, WebP, GIF, BMP, TIFF or PPM; of an animation, the first frame.
        spec: Height, width, colour and fit of the tensor.
        limits: Files and pictures over them are refused before decoding.

    Returns:
        uint8 `[height, width, channels]`, 0 to 255, channels in the order red, green, blue.

    Raises:
        ImageError: The bytes are not an image, are damaged, or pass a limit; its `code` says which.
    """
    picture = _fit(_to_color(decode(data, spec, limits), spec), spec)
    pixels = np.asarray(picture, dtype=np.uint8)
    return pixels.reshape(spec.height, spec.width, spec.channels)


def decode(data: bytes, spec: ImageSpec | None = None, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """Decode an image file, upright, in Pillow mode L, RGB or RGBA.

    With a `spec`, a JPEG may come at a reduced scale that still covers the model's input. Raises `ImageError`.
    """
    file = _open(data, limits)
    file_format = file.format
    try:
        if spec is not None:
            _reduce_scale(file, spec)
        _check_working_bytes(file, limits)
        file.load()
        picture = to_eight_bits(file)
        del file  # its pixels make room for the turned ones
        return _upright(picture)
    except ImageError:
        raise
    except Exception as error:  # Pillow's decoders raise a dozen types on damaged files; all mean the same to a user
        raise ImageError(
            "unreadable",
            f"The {file_format} file is damaged or cut short ({_first_line(error)}); a complete file was expected. "
            "Export or upload it again.",
        ) from error


def flatten(picture: Image.Image) -> Image.Image:
    """Composite transparency on white, as a browser shows it; an opaque picture passes."""
    if picture.mode != "RGBA":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)


def _open(data: bytes, limits: Limits) -> ImageFile.ImageFile:
    if not data:
        raise ImageError("empty", "The file has no bytes; an image file was expected. Choose the file again.")
    if len(data) > limits.bytes:
        raise ImageError(
            "too_many_bytes",
            f"The file has {len(data):,} bytes; at most {limits.bytes:,} are read. Save it smaller or as JPEG.",
            limits.bytes,
        )
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels("more pixels than any limit", limits) from error
    except Exception as error:  # as in decode: unknown and hostile headers raise many types
        raise ImageError(
            "not_an_image",
            "The bytes are not an image that is read here; JPEG, PNG, WebP, GIF, BMP, TIFF or PPM was expected. "
            "Convert the picture to JPEG or PNG.",
        ) from error
    if picture.width * picture.height > limits.pixels:
        raise _too_many_pixels(f"{picture.width:,} x {picture.height:,} pixels", limits)
    return picture


def _too_many_pixels(found: str, limits: Limits) -> ImageError:
    return ImageError(
        "too_many_pixels",
        f"The picture declares {found}; at most {limits.pixels:,} pixels are decoded. Scale it down first.",
        limits.pixels,
    )


def _reduce_scale(picture: ImageFile.ImageFile, spec: ImageSpec) -> None:
    """Let libjpeg decode at 1/2, 1/4 or 1/8 where both sides still cover the model's input.

    Scaled decoding keeps the low frequencies of each block's cosine transform (libjpeg's `scale_denom`), so it is
    itself antialiased, and several times faster. Other formats ignore this.
    """
    kept = spec.keep if spec.fit == "crop" else 1.0
    side = math.ceil(max(spec.height, spec.width) / kept)  # both ways: the EXIF orientation may swap the sides
    picture.draft("L" if spec.color == "gray" else None, (side, side))  # None keeps the mode


def _check_working_bytes(picture: ImageFile.ImageFile, limits: Limits) -> None:
    each = _WORKING_BYTES.get(picture.mode, _OTHER_WORKING_BYTES)
    if "transparency" in picture.info:
        each = max(each, _TRANSPARENT_WORKING_BYTES)
    if picture.format == "WEBP":
        each = _WEBP_WORKING_BYTES
    need = picture.width * picture.height * each
    if picture.info.get("progressive"):  # libjpeg holds every plane's 16-bit coefficients at full size
        need += 2 * getattr(picture, "layers", 4) * _declared_pixels(picture)
    if need > limits.working_bytes:
        raise ImageError(
            "too_many_pixels",
            f"Decoding this {picture.mode} {picture.format} of {picture.width:,} x {picture.height:,} pixels takes "
            f"{need / 2**20:.0f} MB; at most {limits.working_bytes / 2**20:.0f} MB are given. Scale it down first.",
            limits.working_bytes,
        )


def _declared_pixels(picture: ImageFile.ImageFile) -> int:
    """Return the pixels of a JPEG before `draft` changed its size."""
    scale: int = picture.decoderconfig[0] if picture.decoderconfig else 1
    return picture.width * scale * picture.height * scale


def _upright(picture: Image.Image) -> Image.Image:
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # EXIF data that cannot be read do not spoil the pixels: it is shown as it is stored
        return picture
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _to_color(picture: Image.Image, spec: ImageSpec) -> Image.Image:
    if picture.mode == "RGBA":
        return picture
    return picture.convert("L") if spec.color == "gray" and picture.mode != "L" else picture


def _fit(picture: Image.Image, spec: ImageSpec) -> Image.Image:
    """Resize by `spec.fit`, then flatten transparency and settle the channels, which is cheaper on few pixels."""
    size = _size_inside(picture, spec) if spec.fit == "pad" else (spec.width, spec.height)
    box = crop_box(picture.size, spec) if spec.fit == "crop" else None
    small = flatten(picture.resize(size, Image.Resampling.BILINEAR, box))
    small = small.convert("L" if spec.color == "gray" else "RGB")
    if small.size == (spec.width, spec.height):
        return small
    padded = Image.new(small.mode, (spec.width, spec.height))
    padded.paste(small, ((spec.width - small.width) // 2, (spec.height - small.height) // 2))
    return padded


def _size_inside(picture: Image.Image, spec: ImageSpec) -> tuple[int, int]:
    """Return the largest size of the picture's aspect ratio that lies inside the input, 1 pixel at the least."""
    scale = min(spec.width / picture.width, spec.height / picture.height)
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def crop_box(size: tuple[int, int], spec: ImageSpec) -> tuple[float, float, float, float]:
    """Return the centred box of a picture, of the input's aspect ratio, that `crop` keeps: left, top, right, bottom."""
    width, height = size
    scale = spec.keep * min(width / spec.width, height / spec.height)
    # rounding may pass the picture's edge by a hair, which Pillow refuses
    left = max(0.0, (width - spec.width * scale) / 2)
    top = max(0.0, (height - spec.height * scale) / 2)
    return left, top, width - left, height - top


def _first_line(error: Any) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
