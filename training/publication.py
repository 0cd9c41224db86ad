"""What is said at the end of a training: where the model is, whether it is served, and the exact next command."""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from artifact import store
from artifact.report.estimate import THAN_BEFORE
from training.settings import Settings

if TYPE_CHECKING:
    from training.pipeline import Outcome

_FILES = "model.onnx, card.json, report.json, report.html, README.md"


def describe(outcome: "Outcome", settings: Settings) -> Iterator[str]:
    """Yield the lines, of which the last is a command that can be run as it stands."""
    name, version = outcome.card.name, outcome.card.version
    folder = settings.models / name / version
    if outcome.unchanged:
        yield f"Unchanged: {folder} is this very model."
    else:
        yield f"Published as {folder} ({_FILES})."
    yield f"Read the report: {folder / store.PAGE_FILE}"
    match = outcome.report.get(THAN_BEFORE)
    if outcome.why_not_served is None:
        if match is not None and not outcome.unchanged:
            yield match.summary
        yield f"Serve it: {_command(settings, 'service', SERVICE_MODEL=name)}"
        return
    served = store.current(settings.models, name)
    yield f"Version {served} stays served, {outcome.why_not_served.format(version=version)}"
    yield f"Serve version {version} all the same: {_command(settings, f'service use {name} {version}')}"


def _command(settings: Settings, words: str, **environment: str) -> str:
    """Return a command line of the service, with the variables that it needs here."""
    if settings.models != Path("models"):
        environment = {"SERVICE_MODELS": str(settings.models), **environment}
    if environment.get("SERVICE_MODEL") == "default":
        del environment["SERVICE_MODEL"]
    variables = "".join(f"{variable}={shlex.quote(value)} " for variable, value in environment.items())
    return f"{variables}{interpreter()} -m {words}"


def interpreter() -> str:
    """Return this interpreter as it is typed from here."""
    path = os.path.relpath(sys.executable)
    return shlex.quote(sys.executable if path.startswith(os.pardir) else path)
