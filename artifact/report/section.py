"""A section of a report: its key in `report.json`, its type, and how page, terminal and model card render it."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")

LEFT_OUT = {"left_out": True}
"""Metadata of a field that is not written where it is None; any other is written as null."""


@dataclass(frozen=True)
class Page:
    """A part of the page: a fragment of `templates/`, and what it shows of a report, as `shown`; None for no part."""

    template: str
    shown: Callable[["Report"], object]


Lines = Callable[["Report"], Iterable[str]]


@dataclass(frozen=True)
class Section(Generic[T]):
    """One row of `table.SECTIONS`.

    Attributes:
        key: Where it stands in `report.json`.
        kind: A frozen dataclass, a scalar, a tuple of such, or a dictionary; the reader and the writer follow it.
        page: Its part of the page, if it has one of its own.
        terminal: Gives its lines at the end of a training.
        card: Gives its paragraph of the model card, without a blank line at either end.
    """

    key: str
    kind: type[T]
    page: Page | None = None
    terminal: Lines | None = None
    card: Lines | None = None

    def holds(self, value: T | None) -> tuple[str, T | None]:
        """Return the entry of a report whose section this is."""
        return self.key, value


@dataclass(frozen=True)
class Report:
    """What `report.json` holds, by key, in its order.

    Attributes:
        sections: Each of the type that its row says; None where nothing could be said; what no row knows, as it is.
        unreadable: Why each section that has another form than its type could not be read.
    """

    sections: Mapping[str, object]
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def get(self, section: Section[T]) -> T | None:
        """Return a section; None where the report has none, or one that could not be read."""
        return cast("T | None", self.sections.get(section.key))

    def rows(self, section: Section[tuple[T, ...]]) -> tuple[T, ...]:
        """Return a section that is a list; an empty one where the report has none."""
        return self.get(section) or ()

    def adding(self, *entries: tuple[str, object]) -> "Report":
        """Return the report with more sections, each made by `Section.holds`."""
        return dataclasses.replace(self, sections={**self.sections, **dict(entries)})


def plain(value: Any) -> Any:
    """Return a section as JSON values: fields in their order, without those that are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found = ((one, getattr(value, one.name)) for one in dataclasses.fields(value))
        return {one.name: plain(held) for one, held in found if held is not None or not one.metadata.get("left_out")}
    if isinstance(value, Mapping):
        return {key: plain(held) for key, held in value.items()}
    return [plain(held) for held in value] if isinstance(value, tuple | list) else value
