"""Lists of files, cut to a length that can be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from artifact import store

T = TypeVar("T")
MOST = 10
"""Entries of a list of files that are shown; the rest is in the report as data."""
REST = f"{store.PAGE_FILE} and {store.REPORT_FILE} of the model"
"""Where the terminal says that the rest is."""


@dataclass(frozen=True)
class Listed(Generic[T]):
    """The first entries of a list, how many more there are, and where in `report.json` all of them are."""

    first: Sequence[T]
    more: int
    place: str

    @classmethod
    def cut(cls, entries: Sequence[T], place: str, most: int = MOST) -> "Listed[T]":
        """Keep the first entries."""
        return cls(entries[:most], max(0, len(entries) - most), place)


class Named(Protocol):
    """A file, and what is said of it."""

    @property
    def file(self) -> str:
        """Its name."""
        ...

    @property
    def reason(self) -> str:
        """Why it is named."""
        ...


def name(entries: Sequence[Named], where: str) -> list[str]:
    """Return a line for each of the first files with its reason, and one that says `where` others are."""
    return [*(f"{one.file}: {one.reason}" for one in entries[:MOST]), *rest(len(entries) - MOST, where)]


def rest(more: int, where: str = REST) -> Iterator[str]:
    """Yield the line that says how many more there are, if any."""
    if more > 0:
        yield f"and {more} more: {where}"
