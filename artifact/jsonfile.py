"""JSON as this project writes it: UTF-8, sorted where order means nothing, and never NaN or infinity."""

import json
import math
from typing import Any

from artifact.errors import ArtifactError


def encode(value: Any) -> bytes:
    """Return `value` as readable UTF-8 JSON; a NaN or infinity in it is a `ValueError`, never invalid JSON."""
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def decode(data: bytes, what: str) -> Any:
    """Return the value that the JSON bytes hold; raises `ArtifactError` naming `what` where they are damaged."""
    try:
        return json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ArtifactError(
            f"{what} is not valid JSON ({error}). It was written whole when it was published, so the file was "
            "damaged since: restore it from a copy, or roll back to another version."
        ) from error


def number(value: float) -> float | None:
    """Return a finite number as it is and None for NaN and infinities, which JSON cannot hold."""
    return float(value) if math.isfinite(value) else None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
