"""The images of an inference request: pixels as a UINT8 tensor, or image files as a BYTES tensor."""

import base64
import binascii
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from artifact.network import INPUT
from service.openinference import message
from service.openinference.message import malformed
from service.problems import Problem

PIXELS = INPUT
FILES = "image_bytes"
RAW_HEADER: dict[str, Any] = {"parameters": {"binary_data_output": True}}
"""What a raw binary request stands for, beside its one image file: every output, as binary data."""


def read(header: dict[str, Any], binary: memoryview, spec: ImageSpec, most: int) -> NDArray[np.uint8] | list[bytes]:
    """Return the images of a request: pixels as uint8 `[N, height, width, channels]`, or N image files.

    Args:
        header: The JSON part.
        binary: What follows it.
        spec: The shape that the model takes.
        most: The most images in one request.

    Raises:
        Problem: 400 or 422 where there is not exactly one input of a declared name, type and shape; 413 where it holds
            too many images.
    """
    tensor = _only_input(header)
    name, shape = tensor.get("name"), _shape(tensor.get("shape"))
    if shape[0] > most:
        raise Problem(
            413, "too_many_images", f"The batch has {shape[0]} images; at most {most} are read at once.", most
        )
    data = _binary_part(tensor, binary)
    if (name, tensor.get("datatype")) == (PIXELS, "UINT8"):
        return _pixels(tensor, data, shape, spec)
    if (name, tensor.get("datatype")) == (FILES, "BYTES"):
        return _files(tensor, data, shape)
    raise unusable(f"The input is {name!r:.60} of type {tensor.get('datatype')!r:.20}.")


def unusable(found: str) -> Problem:
    """Return the 422 of an input that the model does not take."""
    detail = f"{found} One input was expected: {PIXELS} (UINT8, [N, height, width, channels]) or {FILES} (BYTES, [N])."
    return Problem(422, "wrong_input", f"{detail} GET /v2/models/NAME gives the sizes.")


def _only_input(header: dict[str, Any]) -> dict[str, Any]:
    inputs = header.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise malformed("There are no inputs.")
    if len(inputs) > 1 or not isinstance(inputs[0], dict):
        raise unusable(f"There are {len(inputs)} inputs.")
    return inputs[0]


def _shape(value: Any) -> tuple[int, ...]:
    whole = isinstance(value, list) and all(type(side) is int and 0 < side < 2**31 for side in value)
    if not whole or not 1 <= len(value) <= 4:
        raise malformed("The shape of the input is not a list of one to four positive whole numbers.")
    return tuple(value)


def _binary_part(tensor: dict[str, Any], binary: memoryview) -> memoryview | None:
    """Return the tensor's binary data, or None where its data is in the JSON."""
    parameters = tensor.get("parameters")
    size = parameters.get("binary_data_size") if isinstance(parameters, dict) else None
    if size is None:
        if len(binary):
            raise malformed("There is data behind the JSON that no input claims with binary_data_size.")
        return None
    if type(size) is not int or size != len(binary):
        raise malformed(f"binary_data_size does not equal the {len(binary)} bytes behind the JSON.")
    return binary


def _pixels(
    tensor: dict[str, Any], data: memoryview | None, shape: tuple[int, ...], spec: ImageSpec
) -> NDArray[np.uint8]:
    expected = (spec.height, spec.width, spec.channels)
    if shape[1:] != expected:
        raise unusable(f"The shape is {list(shape)}; the model takes [N, {', '.join(map(str, expected))}].")
    values = np.frombuffer(data, np.uint8) if data is not None else _numbers(tensor.get("data"))
    if values.size != math.prod(shape):
        raise unusable(f"The data has {values.size} values; the shape {list(shape)} needs {math.prod(shape)}.")
    return values.reshape(shape)


def _numbers(data: Any) -> NDArray[np.uint8]:
    """Return JSON data, flat or nested, as bytes."""
    try:
        values = np.array(data, np.float64)  # of known size; without a type, strings could make an array of any size
    except (ValueError, TypeError, OverflowError) as error:
        raise malformed("The data is not an array of numbers.") from error
    if not ((values >= 0) & (values <= 255) & (values == np.rint(values))).all():
        raise unusable("The data holds something other than whole numbers from 0 to 255.")
    return values.astype(np.uint8)


def _files(tensor: dict[str, Any], data: memoryview | None, shape: tuple[int, ...]) -> list[bytes]:
    if math.prod(shape) != shape[0]:
        raise unusable(f"The shape is {list(shape)}; one image file for each row was expected.")
    files = message.unpack_bytes(data) if data is not None else _decoded(tensor.get("data"))
    if len(files) != shape[0]:
        raise unusable(f"The data has {len(files)} image files; the shape {list(shape)} needs {shape[0]}.")
    return files


def _decoded(data: Any) -> list[bytes]:
    """Return JSON data, flat or of one column, as files: each string is the base64 of one."""
    if not isinstance(data, list):
        raise malformed("The data is not a list.")
    flat = [item[0] if isinstance(item, list) and len(item) == 1 else item for item in data]
    try:
        return [base64.b64decode(item, validate=True) for item in flat]
    except (binascii.Error, ValueError, TypeError) as error:
        raise unusable("The data holds something other than the base64 of image files.") from error
