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
        return Samples(
            functools.reduce(brightest, (_rescale(header, frame) for frame in frames)), _window(header), inverted
        )
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


def _window(header: Any) -> tuple[float, float] | None:
    """Return the samples that are black and white: by the first window (PS3.3 C.11.2), a table, or the bits stored."""
    center, width = _number(header, "WindowCenter", np.nan), _number(header, "WindowWidth", np.nan)
    if width >= 1 and np.isfinite(center):
        if header.get("VOILUTFunction", "LINEAR") in _EXACT:
            return center - width / 2, center + width / 2
        return center - 0.5 - max(width - 1, 1) / 2, center - 0.5 + max(width - 1, 1) / 2
    table = header.get("VOILUTSequence")
    if table:
        entries, first = (int(value) for value in table[0].LUTDescriptor[:2])
        return float(first), float(first + max(entries or 65536, 2) - 1)
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
