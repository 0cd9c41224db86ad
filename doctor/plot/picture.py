"""The curves as a picture file: SVG by this package itself, PNG by matplotlib where that is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from doctor.errors import HistoryError
from doctor.findings import Diagnosis
from doctor.plot.drawing import svg
from doctor.plot.lines import lines_of, load_all, marks_of
from doctor.plot.scale import loss_scale


def save(path: Path, history: Any, diagnosis: Diagnosis) -> None:
    """Write the curves to `path`; its ending decides the format.

    Raises:
        HistoryError: The ending is neither .svg nor .png, matplotlib is needed and not installed, or the file
            cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise HistoryError(f"The picture {path.name!r} should end in .svg or .png.")
    try:
        if ending == ".svg":
            path.write_text(svg(history, diagnosis, standalone=True), encoding="utf-8")
        else:
            _png(path, history, diagnosis)
    except OSError as error:
        raise HistoryError(f"The picture {path.name!r} cannot be written: {error.__class__.__name__}.") from None


def _png(path: Path, history: Any, diagnosis: Diagnosis) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise HistoryError("A .png needs matplotlib, which is not installed. Install it, or ask for a .svg.") from None
    runs = load_all(history)
    panels = [(curve, lines) for curve in ("loss", "accuracy") if (lines := lines_of(runs, curve))]
    figure = Figure(figsize=(7, 3.2 * len(panels)), layout="constrained")
    for axes, (curve, lines) in zip(figure.subplots(len(panels), 1, squeeze=False)[:, 0], panels, strict=True):
        for line in lines:
            style = {"training": "o-", "validation": "s--"}[line.name]
            axes.plot(line.epochs, line.middle, style, label=line.name, markevery=max(1, len(line.epochs) // 10))
        for mark in marks_of(diagnosis):
            axes.axvline(mark.epoch, linestyle=":", color="grey")
        if curve == "loss" and loss_scale(lines, 0, 1).logarithmic:
            axes.set_yscale("log")
        axes.set(xlabel="epoch", ylabel=curve)
        axes.legend()
    figure.suptitle(diagnosis.verdict, wrap=True, fontsize="medium")
    figure.savefig(path)
