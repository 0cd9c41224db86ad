"""What is left of a report's numbers where no share of right answers can be promised (`belonging.why_withheld`)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from artifact.report.comparison import Compared
from artifact.report.estimate import SHARES, Estimate, Test

E = TypeVar("E", Estimate, Test)


def withhold(section: E, why: str | None) -> E:
    """Return a section of measures without its shares, which say why; as it is where there is no reason to."""
    if why is None:
        return section
    measures = {name: getattr(section, name) for name in SHARES}
    hidden: dict[str, Any] = {
        name: replace(measure, value=None, low=None, high=None, undefined=why)
        for name, measure in measures.items()
        if measure is not None
    }
    return replace(section, **hidden, withheld=why)


def withhold_rows(rows: Sequence[Compared], why: str | None) -> tuple[Compared, ...]:
    """Return the rows of the comparison without their shares, where nothing can be promised; losses are compared."""
    return tuple(rows if why is None else (replace(row, accuracy=None, auroc=None) for row in rows))
