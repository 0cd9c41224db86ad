"""The sections of a report as the page shows them: what is there, sorted, and cut to a length that can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from artifact.report.reading import mapping, mappings, number

T = TypeVar("T")
MOST = 10
"""Entries of a list of files that are shown; the rest is in the report as data."""


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


@dataclass(frozen=True)
class Repeated:
    """Images that repeat each other: what they are called together, and the names, a row for each set."""

    title: str
    rows: Listed[Sequence[str]]


def duplicates(report: dict[str, Any]) -> list[Repeated]:
    """Return the sets of images that nearly repeat each other, by what is wrong with them."""
    found = []
    for check in mappings(report.get("checks")):
        title, evidence = _TITLES.get(str(check.get("check"))), mapping(check.get("evidence"))
        listed = evidence.get("groups")  # of the check of groups it is their number
        rows = (
            [[str(file) for file in group] for group in listed if isinstance(group, list)]
            if isinstance(listed, list)
            else []
        )
        rows += [[str(pair.get("test")), str(pair.get("train"))] for pair in mappings(evidence.get("pairs"))]
        if title and rows:
            found.append(Repeated(title, Listed.cut(rows, "checks")))
    return found


_TITLES = {
    "near duplicates": "Training images that nearly repeat another one; each set counts as one image",
    "contradictory labels": "Nearly identical images with both labels; at least one of each set is wrong",
    "leaks between train and test": "Test images that repeat a training image (after it); left out of the test result",
}


def unused(report: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Return the files that were not used, each with `file` and `reason`."""
    return Listed.cut(mappings(mapping(report.get("data")).get("skipped")), "data.skipped")


def wrong(report: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Return the images that were told wrong, those with a thumbnail first."""
    section = mapping(report.get("wrong"))
    images = mappings(section.get("images"))
    count = int(number(section.get("count")) or len(images))
    return Listed(images, max(0, count - len(images)), "recorded and confusion")


def others_to_look_at(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the images worth a look that are not among those told wrong."""
    shown = {image.get("file") for image in wrong(report).first}
    return [image for image in mappings(report.get("images_to_look_at")) if image.get("file") not in shown]


def confusion(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the cells by what was shown and what was said."""
    cells: dict[str, dict[str, Any]] = {}
    for row in mappings(mapping(report.get("confusion")).get("rows")):
        cells.setdefault(str(row.get("actual")), {})[str(row.get("predicted"))] = row
    return cells


def training(report: dict[str, Any]) -> dict[str, Any]:
    """Return the findings on the final fit, and what was tried on the doctor's advice."""
    section = mapping(report.get("training"))
    diagnosis = mapping(mapping(section.get("final")).get("diagnosis"))
    findings = [one for one in mappings(diagnosis.get("findings")) if one.get("symptom") != "healthy"]
    return {"findings": findings, "attempts": mappings(section.get("attempts"))}


def has_times(report: dict[str, Any]) -> bool:
    """Say whether the comparison has measured how long an image takes."""
    return any(number(row.get("milliseconds")) is not None for row in mappings(report.get("comparison")))


def more_images(report: dict[str, Any]) -> str:
    """Return what more images would bring, in words."""
    return str(mapping(report.get("more_images")).get("summary") or "")


def passed(report: dict[str, Any]) -> list[str]:
    """Return the names of the checks that had nothing to say."""
    names = report.get("checks_passed")
    return [_PASSED.get(str(name), str(name)) for name in names] if isinstance(names, list) else []


_PASSED = {"unreadable": "every file was read"}
