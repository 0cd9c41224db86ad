"""The finished OpenAPI document of an application."""

from typing import Any, cast

from flask import Flask
from flask_openapi3 import Info, OpenAPI

from service.openapi.answers import problems_of
from service.settings import Settings

INFO = Info(
    title="Thirtyfive",
    version="1",
    description="A yes/no image classifier that says how far it can be trusted. Every answer other than success has "
    "one shape, ProblemDocument.",
)
_ANY_ROUTE = (400, 413, 415)
_ANY_POST = (408, 503)
_KEYS = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def document(app: Flask, settings: Settings, root: str = "") -> dict[str, Any]:
    """Return the OpenAPI document of the application: what its routes declare, and what holds for all of them.

    Args:
        app: The application.
        settings: Its settings, of which it matters whether there are keys.
        root: The path under which a proxy offers the service.
    """
    made: dict[str, Any] = cast(OpenAPI, app).api_doc
    for path in made["paths"].values():
        for method, operation in path.items():
            _complete(operation, method, bool(settings.api_keys))
    made["components"]["securitySchemes"] = _KEYS if settings.api_keys else {}
    return {**made, "servers": [{"url": root or "/"}]}


def _complete(operation: dict[str, Any], method: str, locked: bool) -> None:
    responses = operation["responses"]
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]  # the library adds one of its own shape to every route, also where nothing is checked
    for status, problem in problems_of(*_ANY_ROUTE, *(_ANY_POST if method == "post" else ())).items():
        responses.setdefault(status, problem)
    if locked:
        responses.update(problems_of(401))
        operation["security"] = [{name: []} for name in _KEYS]
