"""Parse JSON from strangers: bounded in elements and depth before and while parsing, and never NaN."""

import json
import re
from dataclasses import dataclass
from typing import Any

from service.problems import Problem

_HALF = re.compile(rb"\\\0{0,3}u\0{0,3}[dD]\0{0,3}[89a-fA-F]")
"""How an escape of half a surrogate pair begins, in UTF-8, UTF-16 or UTF-32; it may be whole with the next one."""


@dataclass(frozen=True)
class Bounds:
    """What a JSON body may hold; each thing costs dozens of bytes once parsed, so that few bytes could fill the memory.

    Attributes:
        elements: The most commas.
        containers: The most opening brackets, and the most colons.
    """

    elements: int
    containers: int


def read(body: bytes, most: Bounds) -> Any:
    """Return the value of a JSON body; it is counted first, which costs next to nothing, then parsed.

    Raises:
        Problem: 400 where it is empty, malformed or nested too deep, 413 where it holds more than it may.
    """
    if not body.strip():
        raise Problem(400, "empty", "The body is empty; a JSON object was expected.")
    _check(body.count(b","), most.elements)
    _check(max(body.count(b"[") + body.count(b"{"), body.count(b":")), most.containers)
    try:
        value = json.loads(body.decode(json.detect_encoding(body)), parse_constant=_refuse, object_pairs_hook=_unique)
        if _HALF.search(body):
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except RecursionError as error:
        raise Problem(400, "malformed_json", "The JSON is nested too deep. See /openapi.json.") from error
    except ValueError as error:
        raise Problem(400, "malformed_json", f"The body is not valid JSON ({_brief(error)}).") from error


def _check(found: int, most: int) -> None:
    if found > most:
        detail = f"The JSON has {found} elements; at most {most} are read here. Send several requests."
        raise Problem(413, "too_many_elements", detail, most)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"an object has {json.dumps(twice[:40])} more than once, and which is meant is not known")
    return found


def _brief(error: ValueError) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "a string has half of a surrogate pair, which is no character"
    return "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)[:120]
