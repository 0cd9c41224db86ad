"""GET /health, /ready and /metrics: what an operator and a load balancer ask."""

from flask import Response, current_app, request
from flask_openapi3 import APIBlueprint, Tag
from prometheus_client import CONTENT_TYPE_LATEST

from service import openapi, schemas, stopping
from service.replies import reply
from service.state import state

api = APIBlueprint("operations", __name__, abp_tags=[Tag(name="operations", description="Is it alive, can it answer?")])


@api.get("/health", responses={200: schemas.Health})
def health() -> Response:
    """Say that the process is alive; it may be so without a model (see /ready)."""
    model = state().registry.default.model
    return reply({"status": "alive", "provider": model.provider.to_json() if model else None})


@api.get("/ready", responses={200: schemas.Readiness, **openapi.problems_of(503)})
def ready() -> Response:
    """Say whether the default model answers; it has passed its self-test on this machine.

    `refused` names a newer version that is published and did not pass, with the reason. A service that is about to stop
    is not ready any more, but still answers.
    """
    stopping.refuse()
    registry = state().registry
    model = registry.find()
    refusal = registry.default.refusal
    return reply(
        {
            "status": "ready",
            "model": model.identity,
            "provider": model.provider.to_json(),
            "loaded": model.loaded,
            "refused": refusal.to_json() if refusal else None,
        }
    )


@api.get("/metrics", responses={200: openapi.METRICS})
def metrics() -> Response:
    """Give the numbers of all workers in Prometheus' text format."""
    return Response(state().metrics.expose(), content_type=CONTENT_TYPE_LATEST)


@api.get("/openapi.json", doc_ui=False)
def openapi_document() -> Response:
    """Describe every route (OpenAPI 3.1)."""
    return reply(openapi.document(current_app, state().settings, request.script_root))
