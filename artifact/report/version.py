"""The form of `report.json`, by number: what may be read is known before a section is looked at."""

from typing import Any

from artifact.errors import ArtifactError

SCHEMA_VERSION = 1
"""Raised where a section changes its meaning or gains a field; a section that is added leaves it, as readers pass over
it."""


def check(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report if it can be read here; one that says no version is of the first form.

    Raises:
        ArtifactError: It is of a newer form, or says nothing that is a version.
    """
    found = report.get("schema_version", SCHEMA_VERSION)
    if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= SCHEMA_VERSION:
        return report
    raise ArtifactError(
        f"report.json has schema_version {str(found)[:40]!r}; this release reads up to {SCHEMA_VERSION}. Use the "
        "release that published the model, or train it again with this one."
    )
