"""The files that were not used, for people: the first ten with their reasons, and where the rest is."""

from collections.abc import Sequence

from artifact.report import sections

MOST = sections.MOST


def name(files: Sequence[dict[str, str]], rest: str) -> list[str]:
    """Return a line for each of the first files, each with `file` and `reason`, and one that says where others are."""
    lines = [f"{entry['file']}: {entry['reason']}" for entry in files[:MOST]]
    return [*lines, *([f"and {len(files) - MOST} more: {rest}"] if len(files) > MOST else [])]
