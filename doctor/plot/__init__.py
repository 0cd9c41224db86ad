"""Draws curves: `svg` for pages, `chart` for a terminal, `save` for files."""

from doctor.plot.drawing import svg
from doctor.plot.picture import save
from doctor.plot.terminal import chart

__all__ = ["chart", "save", "svg"]
