"""One name for several values: `LOSS train 0.53 valid 0.45`, `loss 0.5 (train) 0.4 (val)`, `Loss (train/val): 0.5/0.4`.

Read value by value, the first would stand under the name and the others under none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from doctor.columns import SPLITS, role
from doctor.readers.console.printed import NUMBER

_SPLIT = "(?:" + "|".join(sorted((word for words in SPLITS.values() for word in words), key=len, reverse=True)) + ")"
_NAME = r"([A-Za-z][\w]*)"
_SHARING = (
    re.compile(rf"\b{_NAME}\W{{1,4}}((?:\b{_SPLIT}\b\W{{1,4}}{NUMBER}(?![\w.])\W{{0,4}}){{2,}})", re.IGNORECASE),
    re.compile(rf"\b{_NAME}\W{{1,4}}((?:{NUMBER}\s*[(\[]\s*{_SPLIT}\s*[)\]]\W{{0,4}}){{2,}})", re.IGNORECASE),
)
_SLASHED = re.compile(
    rf"\b{_NAME}\s*[(\[]?({_SPLIT})\s*/\s*({_SPLIT})[)\]]?\s*[:=]?\s*({NUMBER})\s*%?\s*/\s*({NUMBER})", re.IGNORECASE
)
_NAMED_BEHIND = re.compile(
    rf"\b{_NAME}\s*[:=]?\s*({NUMBER})\s*%?\s*/\s*({NUMBER})\s*%?\s*[(\[]\s*({_SPLIT})\s*/\s*({_SPLIT})\s*[)\]]",
    re.IGNORECASE,
)
_TWO_NAMES = re.compile(rf"\b{_NAME}\s*/\s*{_NAME}\s*[:=]?\s*({NUMBER})\s*%?\s*/\s*({NUMBER})", re.IGNORECASE)
_WORD, _VALUE = re.compile(rf"\b{_SPLIT}\b", re.IGNORECASE), re.compile(rf"(?<![\w.]){NUMBER}(?![\w.])", re.IGNORECASE)


def spelled_out(line: str) -> str:
    """Return the line with the name before each of the values that share it: `train LOSS: 0.53 valid LOSS: 0.45`."""
    if not _WORD.search(line) and "/" not in line:
        return line
    for pattern in _SHARING:
        line = pattern.sub(_each, line)
    if "/" not in line:
        return line
    return _TWO_NAMES.sub(_each_name, _SLASHED.sub(_both, _NAMED_BEHIND.sub(_behind, line)))


def _each(found: re.Match[str]) -> str:
    name, listed = found.group(1), found.group(2)
    if role(name) is None:
        return found.group(0)
    return _said(name, zip(_WORD.findall(listed), _VALUE.findall(listed), strict=False))


def _each_name(found: re.Match[str]) -> str:
    """Spell out `loss/acc: 0.5/0.9`."""
    first, second, one, other = found.groups()
    return found.group(0) if role(first) is None or role(second) is None else f"{first}: {one} ; {second}: {other}"


def _both(found: re.Match[str]) -> str:
    name, first, second, one, other = found.groups()
    return found.group(0) if role(name) is None else _said(name, ((first, one), (second, other)))


def _behind(found: re.Match[str]) -> str:
    """Spell out `loss 0.5 / 0.4 (train/val)`."""
    name, one, other, first, second = found.groups()
    return found.group(0) if role(name) is None else _said(name, ((first, one), (second, other)))


def _said(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    return " " + " ; ".join(f"{split} {name}: {value}" for split, value in pairs) + " ; "
