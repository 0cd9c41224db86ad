"""Draw a training run's curves with the doctor's marks, for a page."""

from typing import Any

from markupsafe import Markup

import doctor
from doctor import plot


def picture(run: dict[str, Any]) -> Markup | None:
    """Return the curves of one run as inline SVG, or None where the run has none that the doctor can read.

    Args:
        run: A part of report.json with `epochs`: column names to one value an epoch.
    """
    history = run.get("epochs")
    if not isinstance(history, dict):
        return None
    try:
        return Markup(plot.svg(history, doctor.diagnose(history, None)))  # the doctor escapes what it draws
    except doctor.HistoryError:
        return None
