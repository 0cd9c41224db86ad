"""The images that were told wrong, and others to look at first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from artifact.report.listed import MOST, REST, Listed, rest
from artifact.report.numbers import percent
from artifact.report.section import Page, Report, Section


@dataclass(frozen=True)
class WrongImage:
    """An image that was told wrong.

    Attributes:
        part: Whether it is a training image, answered by models that had not seen it, or a test image.
        probability: Of the class that was `said`.
        doubted: Whether its label is the likelier mistake.
        thumbnail: A small copy, JPEG in base64.
    """

    file: str = ""
    part: Literal["train", "test"] = "train"
    actual: str = ""
    said: str = ""
    probability: float | None = None
    doubted: bool = False
    thumbnail: str | None = None


@dataclass(frozen=True)
class Wrong:
    """How many were told wrong, and those that are shown, the surest first."""

    count: int | None = None
    images: tuple[WrongImage, ...] = ()

    @property
    def listed(self) -> Listed[WrongImage]:
        """The images, and how many more there are."""
        count = len(self.images) if self.count is None else self.count
        return Listed(self.images, max(0, count - len(self.images)), "recorded and confusion")


@dataclass(frozen=True)
class Look:
    """One image to look at, with a small copy (JPEG, base64) and what is remarkable about it."""

    file: str
    label: str = ""
    probability: float | None = None
    reason: str = ""
    thumbnail: str | None = None


def others(report: Report) -> list[Look]:
    """Return the images worth a look that are not among those told wrong."""
    shown = {image.file for image in _wrong(report).images}
    return [image for image in report.rows(LOOKS) if image.file not in shown]


def _wrong(report: Report) -> Wrong:
    return report.get(WRONG) or Wrong()


def _shown(report: Report) -> Listed[WrongImage] | None:
    listed = _wrong(report).listed
    return listed if listed.first or listed.more else None


def _lines(report: Report) -> Iterator[str]:
    listed = _wrong(report).listed
    if listed.first:
        yield "Photos it got wrong, each answered by models that had not seen it:"
    for image in listed.first[:MOST]:
        where = ", a test image" if image.part == "test" else ""
        question = " Is the label right?" if image.doubted else ""
        sure = "" if image.probability is None else f", {percent(image.probability)}"
        yield f"  {image.file}: was {image.actual}, said {image.said}{sure}{where}.{question}"
    yield from (f"  {line}" for line in rest(len(listed.first) - MOST + listed.more, REST))


def _paragraph(report: Report) -> list[str]:
    listed = _wrong(report).listed
    named = [f"- {image.file}: was {image.actual}, said {image.said}" for image in listed.first[:MOST]]
    more = [f"- {line}" for line in rest(len(listed.first) - len(named) + listed.more, "`report.html`")]
    return ["Photos that it got wrong:", "", *named, *more] if named else []


def _shown_others(report: Report) -> list[Look] | None:
    return others(report) or None


def _lines_of_others(report: Report) -> Iterator[str]:
    found = others(report)
    if found:
        yield "Also worth a look:"
    yield from (f"  {image.file}: {image.reason}" for image in found[:MOST])


WRONG = Section("wrong", Wrong, Page("wrong.html", _shown), terminal=_lines, card=_paragraph)
LOOKS = Section("images_to_look_at", tuple[Look, ...], Page("others.html", _shown_others), terminal=_lines_of_others)
