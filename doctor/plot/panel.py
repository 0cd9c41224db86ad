"""One panel of the picture: axes, lines told apart by dash, marker and a word, and marked epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from doctor.plot.lines import Line, Mark
from doctor.plot.scale import Scale
from doctor.points import Array

_MOST_MARKERS = 10
# The words, dashes and markers tell the lines apart; colour only helps. Training takes the colour of the text
# around the picture, so it is seen in light and dark pages; this orange has enough contrast on both.
_STYLES = {"training": ("currentColor", ""), "validation": ("#d9730d", ' stroke-dasharray="7 4"')}


@dataclass(frozen=True)
class Frame:
    """The two axes of a panel."""

    x: Scale
    y: Scale


def panel(title: str, lines: Sequence[Line], frame: Frame, marks: Sequence[Mark]) -> str:
    """Return the SVG elements of one panel."""
    parts = [f'<text x="8" y="{frame.y.stop - 20:.0f}" font-weight="bold">{escape(title)}</text>']
    parts += [_horizontal(tick, frame) for tick in frame.y.ticks()]
    parts += [_vertical(number, mark, frame) for number, mark in enumerate(marks, 1)]
    parts += [_drawn(line, frame) for line in lines]
    parts += _labels(lines, frame)
    return "".join(parts)


def _horizontal(tick: float, frame: Frame) -> str:
    y = frame.y(tick)
    return (
        f'<line x1="{frame.x.start:.0f}" x2="{frame.x.stop:.0f}" y1="{y:.1f}" y2="{y:.1f}" '
        'stroke="currentColor" stroke-opacity=".18"/>'
        f'<text x="{frame.x.start - 6:.0f}" y="{y + 4:.1f}" text-anchor="end">{tick:.4g}</text>'
    )


def _vertical(number: int, mark: Mark, frame: Frame) -> str:
    x = frame.x(mark.epoch)
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{frame.y.stop:.0f}" y2="{frame.y.start:.0f}" '
        'stroke="currentColor" stroke-opacity=".6" stroke-dasharray="1 3"/>'
        f'<text x="{x:.1f}" y="{frame.y.stop - 3:.0f}" text-anchor="middle">{number}</text>'
    )


def _drawn(line: Line, frame: Frame) -> str:
    colour, dash = _STYLES[line.name]
    band = _band(line, frame, colour)
    path = f'<path d="{_path(line.epochs, line.middle, frame)}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
    known = np.flatnonzero(np.isfinite(line.middle))
    chosen = known[np.unique(np.linspace(0, len(known) - 1, _MOST_MARKERS).round().astype(int))]
    marker = _circle if line.name == "training" else _square
    return band + path + "".join(marker(frame.x(line.epochs[i]), frame.y(line.middle[i]), colour) for i in chosen)


def _band(line: Line, frame: Frame, colour: str) -> str:
    if line.low is None or line.high is None:
        return ""
    known = np.flatnonzero(np.isfinite(line.low) & np.isfinite(line.high))
    there = [f"{frame.x(line.epochs[i]):.1f},{frame.y(line.high[i]):.1f}" for i in known]
    back = [f"{frame.x(line.epochs[i]):.1f},{frame.y(line.low[i]):.1f}" for i in known[::-1]]
    return f'<polygon points="{" ".join(there + back)}" fill="{colour}" fill-opacity=".15"/>'


def _path(epochs: Array, values: Array, frame: Frame) -> str:
    steps, pen_down = [], False
    for epoch, value in zip(epochs, values, strict=True):
        if np.isfinite(value):
            steps.append(f"{'L' if pen_down else 'M'}{frame.x(epoch):.1f} {frame.y(value):.1f}")
        pen_down = bool(np.isfinite(value))
    return "".join(steps)


def _labels(lines: Sequence[Line], frame: Frame) -> list[str]:
    """Write each line's name at its right end, moved apart where they would overlap."""
    ends = [(frame.y(line.middle[np.isfinite(line.middle)][-1]), line.name) for line in lines]
    placed: list[str] = []
    above = -np.inf
    for y, name in sorted(ends):
        above = max(y, above + 19)
        colour = _STYLES[name][0]
        placed.append(f'<text x="{frame.x.stop + 6:.0f}" y="{above + 4:.1f}" fill="{colour}">{name}</text>')
    return placed


def _circle(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def _square(x: float, y: float, colour: str) -> str:
    return f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="none" stroke="{colour}"/>'
