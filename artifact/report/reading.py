"""Read a report that may lack a section, or hold something odd in its place."""

from typing import Any


def mapping(value: Any) -> dict[str, Any]:
    """Return a section of a report; an absent or damaged one is empty."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """Return the entries of a list in a report that are mappings."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def number(value: Any) -> float | None:
    """Return a number as a float, and None for whatever is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
