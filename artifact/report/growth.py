"""What more images would bring, in the words of the verdict."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from artifact.report import data, drawing
from artifact.report.drawing import Expected, Reached
from artifact.report.estimate import ESTIMATE, Measure
from artifact.report.numbers import of_hundred
from artifact.report.photos import WRONG, Wrong
from artifact.report.section import Page, Report, Section

HARDLY = 0.01
"""Gain of the share told right, of five times as many images, below which they will hardly help."""
UNSURE = 0.1
"""From this far below the expected share on that may be the true one, more images at least show which it is."""
MOST_OF = 0.75
"""Share of the wrong ones that are of one class from which on that is worth a word."""


@dataclass(frozen=True)
class MoreImages:
    """What came of it.

    Attributes:
        measured: What models of fewer images told right, all asked about the same ones.
        expected: For the numbers of images that are spoken of.
        curve: For those of the plot.
        helps_most: The class of which more images help most; None where the errors do not tell.
        unknown: Why nothing can be said; None where something can.
        summary: All that in words (`describe`).
    """

    measured: tuple[Reached, ...] = ()
    expected: tuple[Expected, ...] = ()
    curve: tuple[Expected, ...] = ()
    helps_most: str | None = None
    unknown: str | None = None
    summary: str = ""


@dataclass(frozen=True)
class Shown:
    """What the page says of it."""

    summary: str
    figure: str | None


def describe(report: Report) -> str:
    """Return what is to be said of more images; the empty text where the report has nothing on it.

    Read are `more_images`, `estimate`, `data` (its groups) and `wrong`.
    """
    section = report.get(MORE_IMAGES) or MoreImages()
    if section.unknown:
        return section.unknown
    estimate, expected = report.get(ESTIMATE), section.expected
    accuracy = estimate.accuracy if estimate else None
    if not expected or accuracy is None or accuracy.value is None:
        return ""
    last, now = expected[-1], accuracy.value
    if of_hundred(last.value) <= of_hundred(now) or last.value - now < HARDLY:
        told = f"More images of this kind will {_hardly(accuracy)}: {_promise(last, report, first=True)}"
        return f"{told}, and {of_hundred(now)} are expected now.{_wrong(report)}"
    said = ", ".join(_promise(one, report, first=position == 0) for position, one in enumerate(expected))
    more = f"; more images of {section.helps_most} help most" if section.helps_most else ""
    return f"{said[0].upper()}{said[1:]}{more}."


def figure(report: Report) -> str | None:
    """Draw what more images would bring, beside what fewer brought."""
    section = report.get(MORE_IMAGES)
    if section is None or not section.measured or not section.curve:
        return None
    title = f"How many are told right by the number of images learned from. {section.summary}"
    return drawing.growth(section.measured, section.curve, title.strip())


def _hardly(accuracy: Measure) -> str:
    if accuracy.value is None or accuracy.low is None or accuracy.value - accuracy.low < UNSURE:
        return "hardly help"
    return "hardly make it better, but show how good it is"


def _promise(one: Expected, report: Report, first: bool) -> str:
    value, low, high = (of_hundred(end) for end in (one.value, one.low, one.high))
    images = f"{one.images:,}{' images' if first else ''}{_of_groups(one, report)}"
    about = f"expect about {value} of 100 told right" if first else f"about {value}"
    return f"with {images} {about} ({low} to {high})"


def _of_groups(one: Expected, report: Report) -> str:
    """Return how many patients (videos, sites) that is, as more images of the same ones do not help."""
    section = data.of(report)
    if section.groups is None or not section.groups.train or not section.n_train:
        return ""
    return f" of {round(section.groups.train * one.images / section.n_train):,} {section.groups.called}s"


def _wrong(report: Report) -> str:
    """Return what the wrong ones have in common."""
    images = [one for one in (report.get(WRONG) or Wrong()).images if one.part == "train"]
    if len(images) < 2:
        return ""
    ((name, count),) = Counter(one.actual for one in images).most_common(1)
    doubted = sum(one.doubted for one in images)
    told = [f"{count} of the {len(images)} told wrong are {name}"] if count >= MOST_OF * len(images) else []
    told += [f"{doubted} of the {len(images)} told wrong may have the wrong label"] if doubted else []
    return "".join(f" {sentence}." for sentence in told)


def _shown(report: Report) -> Shown | None:
    section = report.get(MORE_IMAGES)
    return Shown(section.summary, figure(report)) if section and section.summary else None


def _lines(report: Report) -> Iterator[str]:
    section = report.get(MORE_IMAGES)
    if section and section.summary:
        yield section.summary


MORE_IMAGES = Section("more_images", MoreImages, Page("growth.html", _shown), terminal=_lines, card=_lines)
