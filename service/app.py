"""The application factory."""

from collections.abc import Callable
from typing import Any

from flask_openapi3 import OpenAPI
from werkzeug.exceptions import ClientDisconnected

from service import access, headers, openapi, pages, problems, schemas
from service.feedback import FeedbackFolder
from service.forwarding import forwarded
from service.inference.registry import Prepare, Registry, as_it_is
from service.intake import bodies
from service.intake.budget import Budget
from service.intake.gate import Gate
from service.intake.memory import WorkingMemory
from service.intake.request import ServiceRequest
from service.monitoring import requests
from service.monitoring.drift import Drift
from service.monitoring.metrics import Metrics
from service.routes import BLUEPRINTS
from service.settings import Settings
from service.state import State


class Application(OpenAPI):
    """Flask with routes that describe themselves."""

    request_class = ServiceRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or hook as it is: none here is a coroutine, and Flask would look at each at every request."""
        return func


def create_app(
    settings: Settings | None = None, prepare: Prepare = as_it_is, memory: WorkingMemory | None = None
) -> Application:
    """Return the service as a WSGI application; the default model is loaded and checked before it returns.

    Call it in each worker process, after the fork: sessions of ONNX Runtime and CUDA do not survive one.

    Args:
        settings: What to serve and how; read from the environment where None.
        prepare: What is done with each model between its self-test and its first answer.
        memory: What decoding may take, where it is shared with other processes; a new one where None.
    """
    settings = settings or Settings()
    app = Application(
        __name__,
        info=openapi.INFO,
        doc_ui=False,
        validation_error_status=422,
        validation_error_model=schemas.ProblemDocument,
        validation_error_callback=lambda error: problems.from_validation(error).response(),
    )
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_bytes
    _make_state(settings, prepare, memory or working_memory(settings)).attach(app)
    problems.register(app, pages.explain)
    app.register_error_handler(ClientDisconnected, bodies.from_disconnect)
    headers.register(app, settings)
    requests.register(app, settings)
    access.register(app, settings)
    Budget(settings.max_waiting_megabytes * 1024**2, settings.max_request_bytes).register(app)
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
    app.wsgi_app = forwarded(app.wsgi_app, settings)  # type: ignore[method-assign, assignment]
    return app


def working_memory(settings: Settings) -> WorkingMemory:
    """Return the memory for decoding large pictures; made before the fork, it is shared by all workers."""
    return WorkingMemory(settings.limits.working_bytes, settings.queue_seconds)


def _make_state(settings: Settings, prepare: Prepare, memory: WorkingMemory) -> State:
    return State(
        settings=settings,
        limits=settings.limits,
        registry=Registry(settings, prepare),
        gate=Gate(settings.concurrency, settings.queue_length, settings.queue_seconds),
        memory=memory,
        metrics=Metrics(),
        drift=Drift(),
        feedback=FeedbackFolder(settings.feedback, settings.feedback_images) if settings.feedback else None,
    )
