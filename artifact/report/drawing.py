"""Draw the numbers of a report as inline SVG: an interval, bars, a calibration curve.

Every picture takes the page's text colour, scales to the width that it is given, says in a title what it shows, and
writes its numbers out, so that it can be read without colour and by a screen reader.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from artifact.counting import counted

_INK = "currentColor"


@dataclass(frozen=True)
class Bar:
    """One bar of a comparison: its name, its length, and whether it is the one that was chosen."""

    name: str
    value: float
    chosen: bool


@dataclass(frozen=True)
class Point:
    """One group of images on a calibration curve: mean probability said, share that were positive, and how many."""

    probability: float
    share: float
    n: int


@dataclass(frozen=True)
class Reached:
    """The share told right by models that learned from so many images, as it was measured."""

    images: float
    accuracy: float


@dataclass(frozen=True)
class Expected:
    """The share of new images that a model of so many images is expected to tell right, with its 95 % interval."""

    images: int
    value: float
    low: float
    high: float


def interval(value: float, low: float, high: float) -> str:
    """Draw a share of 0 to 1 with its interval, on a line from 0 to 100 of 100."""
    left, width, y = 20, 380, 22
    ticks = "".join(
        f'<line x1="{left + width * share:.0f}" x2="{left + width * share:.0f}" y1="{y - 5}" y2="{y + 5}" '
        f'stroke="{_INK}" stroke-opacity=".4"/>'
        f'<text x="{left + width * share:.0f}" y="{y + 24}" text-anchor="middle">{100 * share:.0f}</text>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    )
    start, end, middle = (left + width * share for share in (low, high, value))
    return _svg(
        420,
        54,
        f"{100 * value:.0f} of 100, 95 % interval {100 * low:.0f} to {100 * high:.0f}",
        f'<line x1="{left}" x2="{left + width}" y1="{y}" y2="{y}" stroke="{_INK}" stroke-opacity=".4"/>{ticks}'
        f'<rect x="{start:.1f}" y="{y - 7}" width="{max(end - start, 2):.1f}" height="14" rx="7" class="accent" '
        f'fill-opacity=".45"/><circle cx="{middle:.1f}" cy="{y}" r="7" class="accent"/>',
    )


def bars(found: Sequence[Bar], title: str, guess: float) -> str:
    """Draw bars from 0, a dashed line where guessing lies, and the values in a column right of both."""
    left, row, right, width = 156, 30, 376, 448
    widest = max(1.15 * guess, min(3 * guess, max(bar.value for bar in found)))
    scale, bottom = (right - left) / widest, row * len(found) + 8
    at = left + guess * scale
    line = (
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="{bottom}" stroke="{_INK}" stroke-dasharray="4 3"/>'
        f'<text x="{at:.1f}" y="{bottom + 16}" text-anchor="middle">guessing: {guess:.2f}</text>'
    )
    parts = [_bar(bar, left, row * position, min(bar.value, widest) * scale) for position, bar in enumerate(found)]
    values = [
        f'<text x="{width - 2}" y="{row * position + 19}" text-anchor="end">{_short(bar.value)}</text>'
        for position, bar in enumerate(found)
    ]
    return _svg(width, bottom + 24, title, line + "".join(parts + values))


def _short(value: float) -> str:
    return f"{value:.3f}" if value < 1000 else f"{value:.0e}"


def calibration(points: Sequence[Point]) -> str:
    """Draw how often images were positive against the probability that they were given; the diagonal is right."""
    side, left, top = 260, 64, 10

    def x(share: float) -> float:
        return left + side * share

    def y(share: float) -> float:
        return top + side * (1 - share)

    grid = "".join(
        f'<line x1="{x(0)}" x2="{x(1)}" y1="{y(share):.0f}" y2="{y(share):.0f}" stroke="{_INK}" stroke-opacity=".18"/>'
        f'<text x="{left - 8}" y="{y(share) + 5:.0f}" text-anchor="end">{100 * share:.0f} %</text>'
        f'<text x="{x(share):.0f}" y="{y(0) + 20:.0f}" text-anchor="middle">{100 * share:.0f} %</text>'
        for share in (0, 0.5, 1)
    )
    path = " ".join(f"{x(point.probability):.1f},{y(point.share):.1f}" for point in points)
    dots = "".join(
        f'<circle cx="{x(point.probability):.1f}" cy="{y(point.share):.1f}" r="5" class="accent">'
        f"<title>{counted(point.n, 'image')}: said {100 * point.probability:.0f} %, "
        f"were {100 * point.share:.0f} %</title>"
        "</circle>"
        for point in points
    )
    axes = (
        f'<text x="{x(0.5):.0f}" y="{y(0) + 42:.0f}" text-anchor="middle">probability said</text>'
        f'<text transform="translate(14 {y(0.5):.0f}) rotate(-90)" text-anchor="middle">share that were</text>'
    )
    diagonal = f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="{_INK}" stroke-dasharray="4 3"/>'
    line = f'<polyline points="{path}" fill="none" class="accent-line" stroke-width="2"/>'
    title = "How often images were positive, against the probability said; on the dashed line it is right"
    return _svg(360, 330, title, grid + axes + diagonal + line + dots)


def growth(measured: Sequence[Reached], expected: Sequence[Expected], title: str) -> str:
    """Draw what was measured with fewer images as dots, and what is expected of more as a dashed line in its band.

    The numbers of images are on a scale of logarithms, on which a law of powers above a floor bends evenly.
    """
    left, width, top, side = 64, 400, 10, 240
    sizes = [*(one.images for one in measured), *(one.images for one in expected)]
    first, last = math.log(min(sizes)), math.log(max(sizes))
    lowest = min(0.5, *(one.accuracy for one in measured), *(one.low for one in expected))
    floor = math.floor(10 * lowest) / 10

    def x(images: float) -> float:
        return left + width * (math.log(images) - first) / max(last - first, 1e-9)

    def y(share: float) -> float:
        return top + side * (1 - share) / (1 - floor)

    def path(points: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{x(images):.1f},{y(share):.1f}" for images, share in points)

    ticks = [tenth / 10 for tenth in range(round(10 * floor), 11)]
    grid = "".join(
        f'<line x1="{left}" x2="{left + width}" y1="{y(share):.1f}" y2="{y(share):.1f}" stroke="{_INK}" '
        f'stroke-opacity=".18"/><text x="{left - 8}" y="{y(share) + 5:.1f}" text-anchor="end">{100 * share:.0f}</text>'
        for share in ticks
    )
    band = path([(one.images, one.high) for one in expected] + [(one.images, one.low) for one in reversed(expected)])
    ahead = path([(one.images, one.value) for one in expected])
    dots = "".join(
        f'<circle cx="{x(one.images):.1f}" cy="{y(one.accuracy):.1f}" r="5" class="accent">'
        f"<title>{one.images:.0f} images: {100 * one.accuracy:.0f} of 100</title></circle>"
        for one in measured
    )
    behind = path([(one.images, one.accuracy) for one in measured])
    return _svg(
        490,
        310,
        title,
        f'{grid}<polygon points="{band}" class="accent" fill-opacity=".25"/>'
        f'<polyline points="{behind}" fill="none" class="accent-line" stroke-width="2"/>'
        f'<polyline points="{ahead}" fill="none" class="accent-line" stroke-width="2" stroke-dasharray="6 4"/>{dots}'
        f"{_numbers_of_images([*measured[:1], *expected[:1], *expected[-1:]], x, top + side + 20)}"
        f'<text x="{left + width / 2:.0f}" y="{top + side + 44}" text-anchor="middle">images learned from</text>'
        f'<text transform="translate(14 {top + side / 2:.0f}) rotate(-90)" text-anchor="middle">told right of 100'
        "</text>",
    )


def _numbers_of_images(found: Sequence[Reached | Expected], x: Callable[[float], float], y: float) -> str:
    return "".join(
        f'<text x="{x(one.images):.1f}" y="{y:.0f}" text-anchor="middle">{one.images:.0f}</text>' for one in found
    )


def _bar(bar: Bar, left: int, top: int, length: float) -> str:
    name = f"{bar.name} \N{CHECK MARK}" if bar.chosen else bar.name
    style = 'class="accent"' if bar.chosen else f'fill="{_INK}" fill-opacity=".35"'
    return (
        f'<text x="{left - 8}" y="{top + 19}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{left}" y="{top + 4}" width="{max(length, 1):.1f}" height="20" {style}/>'
    )


def _svg(width: int, height: int, title: str, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'fill="{_INK}" font-size="14"><title>{escape(title)}</title>{content}</svg>'
    )
