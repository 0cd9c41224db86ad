"""GET /report: how the served model was trained and how far to trust it."""

from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from service import curves, openapi, pages, schemas
from service.inference.model import Model
from service.replies import reply
from service.state import state

api = APIBlueprint("report", __name__, abp_tags=[Tag(name="report", description="How far the answers can be trusted.")])


@api.get("/report", responses={200: openapi.REPORT, **openapi.problems_of(404, 422, 503)})
def report(query: schemas.ModelQuery) -> Response:
    """Give the training report of the served version as JSON; a browser gets a page with plots.

    `service` in it says where the model runs, since when, and whether a newer version was refused and why.
    """
    model = state().registry.find(query.model, query.version)
    document = {**model.report, "service": _served(model)}
    response = pages.render_report(document, _curves(model)) if pages.are_wanted() else reply(document)
    response.vary.add("Accept")
    return response


def _curves(model: Model) -> curves.Curves:
    with state().gate.enter():
        return curves.of(model)


def _served(model: Model) -> dict[str, Any]:
    follower = state().registry.followed(model.card.name)
    refusal = follower.refusal if follower else None
    return {
        "model": model.identity,
        "provider": model.provider.to_json(),
        "loaded": model.loaded,
        "refused": refusal.to_json() if refusal else None,
        "drift": {name: signal.to_json() for name, signal in state().drift.measure(model.card).items()},
    }
