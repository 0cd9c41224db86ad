"""What the samples of a DICOM mean: rescaled to units, black and white by its window, inverted, or colours."""

import functools
import importlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact.deep import Samples
from artifact.errors import ImageError

_EXACT = ("LINEAR_EXACT", "SIGMOID")


def build(header: Any, frames: Iterable[NDArray[Any]]) -> Image.Image | Samples:
    """Return the picture of one frame, or of the brightest of several at each place.

    Args:
        header: pydicom's data set of the elements before the pixels.
        frames: Each `[height, width]` or `[height, width, 3]`.

    Raises:
        ImageError: The colours are of a kind that is not read.
    """
    kind = str(header.get("PhotometricInterpretation", "MONOCHROME2"))
    if kind in ("MONOCHROME1", "MONOCHROME2"):
        inverted = kind == "MONOCHROME1" or header.get("PresentationLUTShape") == "INVERSE"
        brightest = np.minimum if inverted else np.maximum
        window = _window(header)
        units = (_blacken(header, frame, _shape(header, _rescale(header, frame)), window, inverted) for frame in frames)
        return Samples(functools.reduce(brightest, units), window, inverted)
    pixels = functools.reduce(np.maximum, frames)
    if kind == "PALETTE COLOR":
        pixels = importlib.import_module("pydicom.pixels").apply_color_lut(pixels, header)
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ImageError("unsupported", f"The DICOM's colours are {kind}, which is not read here. Save it as RGB.")
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(pixels.astype(np.uint8)))


def _rescale(header: Any, frame: NDArray[Any]) -> NDArray[Any]:
    """Return a frame in the units that its modality gives (PS3.3 C.11.1), where it gives any."""
    if header.get("ModalityLUTSequence"):
        return np.asarray(importlib.import_module("pydicom.pixels").apply_modality_lut(frame, header), np.float32)
    slope, intercept = _number(header, "RescaleSlope", 1.0), _number(header, "RescaleIntercept", 0.0)
    if slope == 1.0 and intercept == 0.0:
        return frame
    return frame.astype(np.float32) * np.float32(slope) + np.float32(intercept)


def _shape(header: Any, values: NDArray[Any]) -> NDArray[Any]:
    """Return samples by the file's curve or table (PS3.3 C.11.2), from black to white within the same units.

    So a straight window over them, of this file or of all, shows what the table shows; a table that inverts does.
    """
    table = _table(header)
    if table is not None:
        first, last, bits = table
        whole = np.rint(values).astype(np.int32)
        shown = importlib.import_module("pydicom.pixels").apply_voi(whole, header, 0).astype(np.float32)
        return np.asarray(first + shown * np.float32((last - first) / (2**bits - 1)))
    center, width = _number(header, "WindowCenter", np.nan), _number(header, "WindowWidth", np.nan)
    if header.get("VOILUTFunction") != "SIGMOID" or not (width >= 1 and np.isfinite(center)):
        return values
    steps = np.clip(-4 * (values.astype(np.float32) - center) / width, -50, 50)
    return np.asarray(center - width / 2 + width / (1 + np.exp(steps)), np.float32)


def _table(header: Any) -> tuple[float, float, int] | None:
    """Return the first and the last sample of the first table of interest, and the bits of its entries; or None."""
    if not header.get("VOILUTSequence"):
        return None
    entries, first, bits = (int(value) for value in header.VOILUTSequence[0].LUTDescriptor)
    if first > 0x7FFF and int(header.get("PixelRepresentation", 0)):
        first -= 0x10000  # written as unsigned
    return float(first), float(first + max(entries or 0x10000, 2) - 1), bits


def _blacken(
    header: Any, stored: NDArray[Any], values: NDArray[Any], window: tuple[float, float] | None, inverted: bool
) -> NDArray[Any]:
    """Return samples whose padding (PS3.3 C.7.5.1.1.2) is black, whatever number stands for it."""
    padding = header.get("PixelPaddingValue")
    if padding is None or padding == "":
        return values
    ends = [int(padding), int(header.get("PixelPaddingRangeLimit") or padding)]
    if int(header.get("PixelRepresentation", 0)):
        ends = [end - 0x10000 if end > 0x7FFF and stored.dtype.itemsize == 2 else end for end in ends]
    padded = (stored >= min(ends)) & (stored <= max(ends))
    if not padded.any() or padded.all():
        return values
    rest = values[~padded]
    black = (window[1] if inverted else window[0]) if window else rest.max() if inverted else rest.min()
    return np.where(padded, np.asarray(black, values.dtype if not window else np.float32), values)


def _window(header: Any) -> tuple[float, float] | None:
    """Return the samples that are black and white: by the first window (PS3.3 C.11.2), a table, or the bits stored."""
    table = _table(header)
    if table is not None:
        return table[:2]
    center, width = _number(header, "WindowCenter", np.nan), _number(header, "WindowWidth", np.nan)
    if width >= 1 and np.isfinite(center):
        if header.get("VOILUTFunction", "LINEAR") in _EXACT:
            return center - width / 2, center + width / 2
        return center - 0.5 - max(width - 1, 1) / 2, center - 0.5 + max(width - 1, 1) / 2
    bits = int(header.get("BitsStored", 16))
    if int(header.get("PixelRepresentation", 0)) or bits >= 16 or header.get("ModalityLUTSequence"):
        return None
    slope, intercept = _number(header, "RescaleSlope", 1.0), _number(header, "RescaleIntercept", 0.0)
    ends = (intercept, (2**bits - 1) * slope + intercept)
    return min(ends), max(ends)


def _number(header: Any, name: str, missing: float) -> float:
    """Return the first value of an element as a number."""
    value = header.get(name)
    if value is None or value == "":
        return missing
    try:
        return float(value[0] if hasattr(value, "__getitem__") and not isinstance(value, str) else value)
    except (TypeError, ValueError, IndexError):
        return missing
