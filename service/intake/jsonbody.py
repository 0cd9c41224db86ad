"""Parse JSON from strangers: bounded in elements and depth before and while parsing, and never NaN."""

import json
from typing import Any

from service.problems import Problem


def read(body: bytes, elements: int) -> Any:
    """Return the value of a JSON body.

    Args:
        body: UTF-8 bytes.
        elements: The most commas and the most opening brackets. Each costs a few dozen bytes once parsed, so a small
            body of them could fill the memory; counting them first costs next to nothing.

    Raises:
        Problem: 400 where it is empty, malformed or nested too deep, 413 where it has too many elements.
    """
    if not body.strip():
        raise Problem(400, "empty", "The body is empty; a JSON object was expected.")
    if max(body.count(b","), body.count(b"[") + body.count(b"{")) > elements:
        detail = f"The JSON has more than {elements} elements, the most that this route reads. Send several requests."
        raise Problem(413, "too_many_elements", detail, elements)
    try:
        return json.loads(body, parse_constant=_refuse)
    except RecursionError as error:
        raise Problem(400, "malformed_json", "The JSON is nested too deep. See /openapi.json.") from error
    except ValueError as error:
        raise Problem(400, "malformed_json", f"The body is not valid JSON ({_brief(error)}).") from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _brief(error: ValueError) -> str:
    return "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)[:120]
