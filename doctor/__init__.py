"""The doctor reads loss curves and says what they mean, why, and what mends it. Pure Python and numpy.

Public surface:
    diagnose(history, context=None) -> Diagnosis: findings with evidence, causes and remedies.
    read(path_or_bytes, format=None, run=None) -> (history, context): training logs of the common frameworks.
    read_run(path_or_bytes, format=None, run=None) -> Run: the same, with its axis, owners and what was not used.
    plot.svg(history, diagnosis) -> str: the curves as an inline picture.
    Context, Diagnosis, Finding, Evidence, Cause, Remedy, Change, CheckNotRun: what goes in and comes out.
    HistoryError: the one error for input that cannot be understood.
    LABELS, SETTINGS: the words used for symptoms and for settings to change.

`python -m doctor FILE` does the same in a terminal.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from doctor import plot
    from doctor.context import Context
    from doctor.diagnosis import diagnose
    from doctor.errors import HistoryError
    from doctor.findings import LABELS, SETTINGS, Cause, Change, CheckNotRun, Diagnosis, Evidence, Finding, Remedy
    from doctor.readers import read, read_run
    from doctor.run import History, Reading, Run, Series

__all__ = [
    "LABELS",
    "SETTINGS",
    "Cause",
    "Change",
    "CheckNotRun",
    "Context",
    "Diagnosis",
    "Evidence",
    "Finding",
    "History",
    "HistoryError",
    "Reading",
    "Remedy",
    "Run",
    "Series",
    "diagnose",
    "plot",
    "read",
    "read_run",
]

_HOMES = {
    "Context": "context",
    "diagnose": "diagnosis",
    "HistoryError": "errors",
    **dict.fromkeys(("LABELS", "SETTINGS", "Cause", "Change", "CheckNotRun", "Diagnosis", "Evidence"), "findings"),
    **dict.fromkeys(("Finding", "Remedy"), "findings"),
    **dict.fromkeys(("read", "read_run"), "readers"),
    **dict.fromkeys(("History", "Reading", "Run", "Series"), "run"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: a service that nobody asks about curves then starts without the readers."""
    if name == "plot":
        return import_module("doctor.plot")
    if name in _HOMES:
        return getattr(import_module(f"doctor.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
