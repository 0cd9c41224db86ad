"""The curves as one inline SVG that needs no network, no script and no style sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from doctor.findings import Diagnosis
from doctor.plot.lines import Line, Mark, lines_of, load_all, marks_of
from doctor.plot.panel import Frame, panel
from doctor.plot.scale import Scale, accuracy_scale, loss_scale

_WIDTH, _LEFT, _RIGHT = 480, 58, 84
_PANEL, _HEAD, _GAP = 196, 40, 12


def svg(history: Any, diagnosis: Diagnosis | None = None, *, standalone: bool = False) -> str:
    """Draw loss and accuracy of one run, or of several with a band from the lowest to the highest.

    Args:
        history: What `doctor.diagnose` takes, or a list of such histories (folds).
        diagnosis: Its findings mark the epochs they speak of; its verdict becomes the description.
        standalone: Limit the width by a style of its own, for a file that is opened by itself; a page sets the width,
            and may forbid such styles.

    Returns:
        An `<svg>` element: scales to the width it is given, takes the page's text colour, and carries a title
        and a description for screen readers.

    Raises:
        HistoryError: A history cannot be understood.
    """
    runs = load_all(history)
    marks = marks_of(diagnosis)
    last = max(float(run.epochs[-1]) for run in runs)
    across = Scale(1.0, max(last, 1.0), _LEFT, _WIDTH - _RIGHT)
    parts, top = [], 0
    for title, curve, make in _PANELS:
        lines = lines_of(runs, curve)
        if lines:
            parts.append(panel(title, lines, Frame(across, make(lines, top + _PANEL, top + _HEAD)), marks))
            top += _PANEL + _GAP
    parts.append(_epochs(across, top + 10))
    parts += [_explained(number, mark, top + 16 + 18 * number) for number, mark in enumerate(marks, 1)]
    style = f' style="max-width:{_WIDTH * 3 // 2}px"' if standalone else ""
    return _framed(parts, top + 26 + 18 * len(marks), diagnosis, len(runs), style)


def _epochs(across: Scale, y: float) -> str:
    ticks = [tick for tick in across.ticks() if tick >= 1 and tick == int(tick)]
    marks = "".join(f'<text x="{across(t):.1f}" y="{y}" text-anchor="middle">{t:.0f}</text>' for t in ticks)
    return f'{marks}<text x="{_WIDTH - 4}" y="{y}" text-anchor="end">epoch</text>'


def _explained(number: int, mark: Mark, y: float) -> str:
    return f'<text x="8" y="{y}">{number}: {escape(mark.symptom.replace("_", " "))}, epoch {mark.epoch}</text>'


def _framed(parts: Sequence[str], height: float, diagnosis: Diagnosis | None, runs: int, style: str) -> str:
    several = f", {runs} runs with the band from lowest to highest" if runs > 1 else ""
    verdict = escape(diagnosis.verdict) if diagnosis else "Training and validation by epoch."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="100%" role="img" '
        f'fill="currentColor" font-family="system-ui, sans-serif" font-size="15"{style}>'
        f"<title>Loss and accuracy by epoch{several}</title><desc>{verdict}</desc>{''.join(parts)}</svg>"
    )


_PANELS: tuple[tuple[str, str, Callable[[Sequence[Line], float, float], Scale]], ...] = (
    ("Loss", "loss", loss_scale),
    ("Accuracy", "accuracy", accuracy_scale),
)
