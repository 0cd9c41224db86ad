"""JSON as logs hold it: a string may have half of a surrogate pair, which no other text can hold or print."""

from __future__ import annotations

import json
import re
from typing import Any

_ESCAPE = re.compile(
    r"\\(?:u(?P<half>d[89ab][0-9a-f]{2})(?P<other>\\ud[c-f][0-9a-f]{2})?|u(?P<rest>d[c-f][0-9a-f]{2})|.)", re.I | re.S
)


def loads(data: str | bytes) -> Any:
    r"""Parse JSON; half of a surrogate pair (``\ud83d`` without its other half, as a cut name has it) becomes U+FFFD.

    Raises:
        ValueError: It is not JSON, or not text.
        RecursionError: It is nested too deep.
    """
    text = data if isinstance(data, str) else data.decode(json.detect_encoding(data))
    return json.loads(_ESCAPE.sub(_whole, text) if "\\ud" in text or "\\uD" in text else text)


def _whole(escape: re.Match[str]) -> str:
    alone = (escape["half"] and not escape["other"]) or escape["rest"]
    return r"\ufffd" if alone else escape[0]
