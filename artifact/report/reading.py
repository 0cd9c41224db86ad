"""Between `report.json` and its sections: strict, and one by one, so that a damaged section hides no other."""

from collections.abc import Mapping
from typing import Any

from artifact import schema
from artifact.errors import ArtifactError
from artifact.report import table
from artifact.report.section import Report, Section, T, plain


def read(document: Mapping[str, Any]) -> Report:
    """Return what a report says; `unreadable` names the section and the field where it says something else.

    A section that this release does not know is kept as it is; one that it knows has to have the form of its type: a
    field that is missing, unknown or of another kind makes the section unreadable, and the rest is read.
    """
    sections, unreadable = dict(document), {}
    for section in table.SECTIONS:
        if section.key in document:
            try:
                sections[section.key] = read_section(section, document[section.key])
            except ArtifactError as error:
                del sections[section.key]
                unreadable[section.key] = str(error)
    return Report(sections, unreadable)


def find(document: Mapping[str, Any], section: Section[T]) -> T | None:
    """Return one section of a report, None where it has none; raises `ArtifactError` as `read_section` does."""
    return read_section(section, document.get(section.key))


def read_section(section: Section[T], value: object) -> T | None:
    """Return a section of its type from its JSON value, null as None; raises `ArtifactError` naming the field."""
    try:
        found: T | None = None if value is None else schema.convert(section.kind, value, section.key, strict=True)
    except schema.SchemaError as error:
        raise ArtifactError(
            f"The section {section.key} of report.json cannot be read: {error} Restore the file from a copy, or use "
            "the release that published the model."
        ) from error
    return found


def write(report: Report) -> dict[str, Any]:
    """Return the object of `report.json`, its sections in the report's order."""
    return {key: plain(value) for key, value in report.sections.items()}
