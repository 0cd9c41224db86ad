"""Count each request, log it where that is wanted, and give it an id that the client, too, gets to see."""

import logging
import time
from typing import cast

import flask
from flask import Flask, Response

from service.intake.request import ServiceRequest
from service.settings import Settings
from service.state import state

_logger = logging.getLogger("service.requests")


def register(app: Flask, settings: Settings) -> None:
    """Observe every answer of the application."""
    app.after_request(_observe)
    if settings.log_requests != "none":
        least = 0 if settings.log_requests == "all" else 400
        app.after_request(lambda response: _log(response) if response.status_code >= least else response)


def _observe(response: Response) -> Response:
    request = cast(ServiceRequest, flask.request)
    route = request.url_rule.rule if request.url_rule else "none"
    metrics = state().metrics
    metrics.requests.labels(route, _method(request.method), response.status_code).inc()
    metrics.seconds.labels(route).observe(time.monotonic() - request.started)
    response.headers["X-Request-ID"] = request.identity
    return response


def _method(method: str) -> str:
    """Return a method as a label; clients can invent methods, and each label costs memory for ever."""
    return method if method in ("GET", "POST", "HEAD", "OPTIONS") else "other"


def _log(response: Response) -> Response:
    request = cast(ServiceRequest, flask.request)
    fields = {
        "method": request.method,
        "path": request.path[:200],
        "status": response.status_code,
        "seconds": round(time.monotonic() - request.started, 4),
        "request_bytes": request.content_length,
        "client": request.remote_addr,
    }
    _logger.info("request", extra={"fields": fields})
    return response
