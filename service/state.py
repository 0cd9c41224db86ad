"""What the routes of one application share: its settings, its models, its queue, its numbers."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from artifact.image import Limits
from service.feedback import FeedbackFolder
from service.inference.registry import Registry
from service.intake.gate import Gate
from service.intake.memory import WorkingMemory
from service.monitoring.drift import Drift
from service.monitoring.metrics import Metrics
from service.settings import Settings

_KEY = "thirtyfive"


@dataclass(frozen=True)
class State:
    """The parts of one application, made once by the factory."""

    settings: Settings
    limits: Limits
    registry: Registry
    gate: Gate
    memory: WorkingMemory
    metrics: Metrics
    drift: Drift
    feedback: FeedbackFolder | None

    def attach(self, app: Flask) -> None:
        """Make this the state of an application."""
        app.extensions[_KEY] = self


def state() -> State:
    """Return the state of the application that answers the current request."""
    return state_of(current_app)


def state_of(app: Flask) -> State:
    """Return the state of an application."""
    return cast(State, app.extensions[_KEY])
