"""The application of one worker process: made after the fork, and watching for new versions."""

import logging

from flask import Response
from gunicorn.http import errors

from service.app import Application, create_app
from service.intake.memory import WorkingMemory
from service.server.refusals import problem_of
from service.server.watcher import watch
from service.settings import Settings
from service.state import state

_memory: WorkingMemory | None = None


def share(memory: WorkingMemory) -> None:
    """Have all applications that are made from now on, in this process or one forked from it, share this memory."""
    global _memory
    _memory = memory


def make() -> Application:
    """Return the application that gunicorn calls; settings come from the environment."""
    logging.captureWarnings(True)
    app = create_app(Settings(), memory=_memory)
    app.register_error_handler(errors.ParseException, _from_parser)  # a malformed chunk, met while reading the body
    app.register_error_handler(errors.NoMoreData, _from_parser)
    with app.app_context():
        watch(state())
    return app


def _from_parser(error: Exception) -> Response:
    return problem_of(error).response()
