"""What one example is called: the checks speak of examples, and of images where it is known that they are images."""

from __future__ import annotations

import re
from dataclasses import replace

from doctor.findings import Cause, Finding

_WORD = re.compile(r"\bexample(s?)\b")


def called(text: str, plural: str | None) -> str:
    """Return `text` with its examples called by `plural`, such as `images`; unchanged where that is not known."""
    if plural is None or not plural.endswith("s") or plural == "examples":
        return text
    return _WORD.sub(lambda found: plural if found[1] else plural[:-1], text)


def worded(finding: Finding, plural: str | None) -> Finding:
    """Return the finding with its examples called by `plural`."""
    return replace(
        finding,
        summary=called(finding.summary, plural),
        causes=tuple(Cause(called(c.cause, plural), called(c.told_apart_by, plural)) for c in finding.causes),
        remedy=replace(finding.remedy, advice=called(finding.remedy.advice, plural)),
    )
