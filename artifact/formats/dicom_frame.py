"""One frame of a DICOM's pixels, as numbers: stored as they are, or compressed in one of a dozen ways."""

import importlib
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.errors import Damage, ImageError
from artifact.formats import codestream

_PIXELS = 0x7FE00010
_JPEG = {f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 57, 70)}
_JPEG_2000 = {f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 201, 202, 203)}
_RLE = "1.2.840.10008.1.2.5"


def decode(header: Any, data: bytes, place: int, number: int) -> NDArray[Any]:
    """Return a frame, `[height, width]` or `[height, width, 3]`; colours are red, green and blue.

    Args:
        header: pydicom's data set of the elements before the pixels.
        data: The whole file.
        place: Where the element of the pixels begins.
        number: Of the frame, from 0.

    Raises:
        ImageError: The pixels are compressed in a way that is not read here.
        ValueError: They are damaged or missing.
    """
    syntax = header.file_meta.get("TransferSyntaxUID", None) if hasattr(header, "file_meta") else None
    value = memoryview(data)[_value_begins(header, data, place) :]
    if syntax is None or not syntax.is_compressed:
        return _stored(header, value, number)
    frames = max(1, int(header.get("NumberOfFrames", 1) or 1))
    encapsulation = importlib.import_module("pydicom.encaps")
    frame = bytes(encapsulation.get_frame(bytes(value), number, number_of_frames=frames))
    return _signed(header, _decompress(header, str(syntax), syntax.name, frame))


def _value_begins(header: Any, data: bytes, place: int) -> int:
    """Return where the value of the pixels' element begins, behind its tag, type and length."""
    order = "<" if header.is_little_endian is not False else ">"
    group, element = struct.unpack_from(order + "HH", data, place)
    if group << 16 | element != _PIXELS:
        raise Damage("it has no pixels of whole numbers")
    return place + (8 if header.is_implicit_VR else 12)


def _stored(header: Any, value: memoryview, number: int) -> NDArray[Any]:
    rows, columns, samples = int(header.Rows), int(header.Columns), int(header.get("SamplesPerPixel", 1))
    allocated = int(header.BitsAllocated)
    count = rows * columns * samples
    if allocated == 1:
        start = number * count
        bits = np.unpackbits(np.frombuffer(value[start // 8 : (start + count + 7) // 8], np.uint8), bitorder="little")
        return bits[start % 8 :][:count].reshape(rows, columns)
    if str(header.get("PhotometricInterpretation")) == "YBR_FULL_422":
        return _to_rgb(header, _upsample(value, rows, columns, number))
    order = "<" if header.is_little_endian is not False else ">"
    kind = np.dtype(f"{order}u{allocated // 8}")
    values = np.frombuffer(value, kind, count, number * count * kind.itemsize)
    if samples > 1 and int(header.get("PlanarConfiguration", 0)):
        values = np.moveaxis(values.reshape(samples, rows, columns), 0, -1)
    shape = (rows, columns) if samples == 1 else (rows, columns, samples)
    return _signed(header, _to_rgb(header, values.reshape(shape)))


def _upsample(value: memoryview, rows: int, columns: int, number: int) -> NDArray[np.uint8]:
    """Return the planes of YBR_FULL_422, of which two pixels share their colour (PS3.3 C.7.6.3.1.2)."""
    pairs = np.frombuffer(value, np.uint8, 2 * rows * columns, number * 2 * rows * columns).reshape(
        rows, columns // 2, 4
    )
    planes = np.empty((rows, columns, 3), np.uint8)
    planes[:, ::2, 0], planes[:, 1::2, 0] = pairs[..., 0], pairs[..., 1]
    planes[..., 1:] = np.repeat(pairs[..., 2:], 2, axis=1)
    return planes


def _decompress(header: Any, syntax: str, name: str, frame: bytes) -> NDArray[Any]:
    codecs = importlib.import_module("imagecodecs")
    rows, columns, samples = int(header.Rows), int(header.Columns), int(header.get("SamplesPerPixel", 1))
    if syntax in _JPEG | _JPEG_2000:
        codestream.check(frame, rows * columns)
    if syntax in _JPEG:
        plain = {"colorspace": "RGB", "outcolorspace": "RGB"} if header.PhotometricInterpretation == "RGB" else {}
        values = codecs.jpeg8_decode(frame, **plain)
    elif syntax in _JPEG_2000:
        values = codecs.jpeg2k_decode(frame)
    elif syntax == _RLE:
        decoder = importlib.import_module("pydicom.pixels.decoders.rle")
        raw = decoder._rle_decode_frame(frame, rows, columns, samples, int(header.BitsAllocated))
        planes = np.frombuffer(raw, f"<u{int(header.BitsAllocated) // 8}").reshape(samples, rows, columns)
        values = planes[0] if samples == 1 else _to_rgb(header, np.moveaxis(planes, 0, -1))
    else:  # among them JPEG-LS, whose decoder can take a minute for some kilobytes that are damaged
        raise ImageError(
            "unsupported",
            f"The DICOM's pixels are compressed as {name}, which is not read here. Save it without compression ("
            "dcmtk's dcmdjpls, dcmdjpeg or dcmconv do so).",
        )
    if values.shape[:2] != (rows, columns):
        raise Damage(f"its frame is of {values.shape[1]} x {values.shape[0]} pixels, not of {columns} x {rows}")
    return np.asarray(values)


def _to_rgb(header: Any, values: NDArray[Any]) -> NDArray[Any]:
    if str(header.get("PhotometricInterpretation")) not in ("YBR_FULL", "YBR_FULL_422"):
        return values
    convert = importlib.import_module("pydicom.pixels").convert_color_space
    return np.asarray(convert(np.ascontiguousarray(values), "YBR_FULL", "RGB"))


def _signed(header: Any, values: NDArray[Any]) -> NDArray[Any]:
    """Return samples without what stands in bits beyond those that are stored; negative where they are signed.

    Raises:
        ImageError: Where HighBit says that they stand is not where they are.
    """
    stored = int(header.get("BitsStored", 8 * values.dtype.itemsize))
    spare = 8 * values.dtype.itemsize - stored
    if values.dtype.kind not in "ui" or spare < 0 or values.ndim == 3:
        return values
    size = values.dtype.itemsize
    moved = values.astype(f"=u{size}") << (spare - _below(header, values, stored, spare))
    return np.asarray((moved.view(f"=i{size}") if int(header.get("PixelRepresentation", 0)) else moved) >> spare)


def _below(header: Any, values: NDArray[Any], stored: int, spare: int) -> int:
    """Return how many bits below the samples are not theirs: of old files that put 12 bits at the top of 16.

    Today's standard has none (PS3.5 8.1.1), so a HighBit that speaks of some is believed only where these are empty.
    """
    below = int(header.get("HighBit", stored - 1)) - stored + 1
    if not 0 < below <= spare:
        return 0
    if np.any(values & ((1 << below) - 1)):
        raise ImageError(
            "unsupported",
            f"The DICOM says that its {stored} bits begin above {below} others (HighBit {stored + below - 1}), and "
            f"these are in use. If that is wrong, mend it with dcmtk: dcmodify -m HighBit={stored - 1}.",
        )
    return below
