"""What is left of a report's numbers where no share of right answers can be promised (`belonging.why_withheld`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from artifact.report import verdict

SHARES = ("accuracy", "auroc")
"""What is a share of right answers, and so a promise."""


def withhold(section: Mapping[str, Any], why: str | None) -> dict[str, Any]:
    """Return a section of measures without its shares, which say why; as it is where there is no reason to."""
    if why is None:
        return dict(section)
    hidden = {"value": None, "low": None, "high": None, "undefined": why}
    shares = {name: {**section[name], **hidden} for name in SHARES if name in section}
    return {**section, **shares, "withheld": why}


def withhold_rows(rows: Sequence[Mapping[str, Any]], why: str | None) -> list[dict[str, Any]]:
    """Return the rows of the comparison without their shares, where nothing can be promised; losses are compared."""
    shares = {} if why is None else dict.fromkeys(SHARES)
    return [{**row, **shares} for row in rows]


def describe_test(test: Mapping[str, Any]) -> str:
    """Return the sentence on the test images: their accuracy and its interval, or why it is not said."""
    accuracy = test["accuracy"]
    if test.get("withheld"):
        return f"On the {test['n']} test images nothing can be said of new ones: {_lower(test['withheld'])}"
    low, high = (verdict.of_hundred(accuracy[end]) for end in ("low", "high"))
    right = round(test["n"] * accuracy["value"])
    return f"Of the {test['n']} test images {right} were told right; of 100 new ones that would be {low} to {high}."


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
