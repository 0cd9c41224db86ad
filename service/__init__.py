"""Serve published models over HTTP: images in, predictions and reports out. Never loads TensorFlow.

Public surface:
    create_app(settings) -> the WSGI application.
    Settings: what can be set, read from `SERVICE_*` environment variables.

`python -m service` runs it under gunicorn; see `service.server`.

What's where:
    routes/     one module for each group of routes
    intake/     from a request to image files: limits, queue, the three forms of a body
    inference/  models: where they run, the self-test, following what is current, answers, heatmaps
    server/     gunicorn and the command line
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.app import create_app
    from service.settings import Settings

__all__ = ["Settings", "create_app"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: a command that is interrupted at its start then ends without a traceback."""
    if name == "create_app":
        from service.app import create_app

        return create_app
    if name == "Settings":
        from service.settings import Settings

        return Settings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
