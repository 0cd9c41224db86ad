"""The body of the protocol: a JSON header, and with the binary tensor extension raw tensors behind it, in order."""

import json
import struct
from typing import Any

import numpy as np
from flask import Response
from numpy.typing import NDArray

from service.intake import jsonbody
from service.problems import Problem

HEADER_LENGTH = "Inference-Header-Content-Length"
_LENGTH = struct.Struct("<I")


def read(body: bytes, header_length: str | None, most: jsonbody.Bounds) -> tuple[dict[str, Any], memoryview]:
    """Split a body into its JSON header and the binary tensors behind it.

    Args:
        body: The whole body.
        header_length: The header `Inference-Header-Content-Length`; absent where all is JSON.
        most: What the JSON may hold.

    Raises:
        Problem: 400 where the length is wrong or the header is not a JSON object.
    """
    length = len(body)
    if header_length is not None:
        if not (header_length.isascii() and header_length.isdigit() and int(header_length[:12]) <= len(body)):
            raise malformed(f"{HEADER_LENGTH} is not a length within the body.")
        length = int(header_length)
    header = jsonbody.read(body[:length], most)
    if not isinstance(header, dict):
        raise malformed("The JSON is not an object.")
    return header, memoryview(body)[length:]


def is_raw(header_length: str | None) -> bool:
    """Tell whether a body is a raw binary request: no JSON, only the data of the one input."""
    return bool(header_length) and set(str(header_length)) == {"0"}


def write(header: dict[str, Any], parts: list[bytes]) -> Response:
    """Return the answer: JSON alone, or JSON and the binary tensors behind it."""
    text = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    if not parts:
        return Response(text, content_type="application/json")
    answer = Response(b"".join([text, *parts]), content_type="application/octet-stream")
    answer.headers[HEADER_LENGTH] = str(len(text))
    return answer


def unpack_bytes(data: memoryview) -> list[bytes]:
    """Return the elements of a binary BYTES tensor: each is preceded by its length, four bytes, little endian."""
    elements, start = [], 0
    while start < len(data):
        if start + _LENGTH.size > len(data):
            raise malformed("A BYTES tensor ends within a length.")
        (length,) = _LENGTH.unpack_from(data, start)
        start += _LENGTH.size
        if start + length > len(data):
            raise malformed("A BYTES tensor ends within an element.")
        elements.append(bytes(data[start : start + length]))
        start += length
    return elements


def pack(values: NDArray[Any] | list[str]) -> bytes:
    """Return a tensor as binary data, little endian; strings as a BYTES tensor."""
    if isinstance(values, list):
        encoded = [value.encode() for value in values]
        return b"".join(_LENGTH.pack(len(element)) + element for element in encoded)
    return np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()


def malformed(detail: str) -> Problem:
    """Return the 400 of a request that does not follow the protocol."""
    return Problem(400, "malformed_request", f"{detail} See the Open Inference Protocol and GET /v2/models/NAME.")
