"""Parameters of an address that are nearly those of its route, and would be left aside without a word."""

import difflib
from collections.abc import Collection, Iterable

from service.problems import Problem

_NEAR = 0.8  # difflib's ratio: one letter changed, left out or added in six, two letters exchanged in five


def refuse_misspelt(given: Iterable[str], known: Collection[str]) -> None:
    """Raise the 422 `Problem` where a parameter is a misspelt one; others may be there for programs between."""
    for name in given:
        near = [] if name in known else difflib.get_close_matches(name[:64], known, n=1, cutoff=_NEAR)
        if near:
            detail = f"{name[:64]!r} is no parameter of this route. Did you mean {near[0]}?"
            raise Problem(422, "invalid_parameter", f"{detail} See /openapi.json.", people=detail)
