"""GET /report: how the served model was trained and how far to trust it."""

from functools import partial
from typing import Any

from flask import Response, request, url_for
from flask_openapi3 import APIBlueprint, Tag

from artifact.report import page
from service import curves, openapi, pages, schemas
from service.inference.model import Model
from service.intake.parameters import refuse_misspelt
from service.replies import reply
from service.state import state

api = APIBlueprint("report", __name__, abp_tags=[Tag(name="report", description="How far the answers can be trusted.")])


@api.get("/report", responses={200: openapi.REPORT, **openapi.problems_of(404, 422, 503)})
def report(query: schemas.ModelQuery) -> Response:
    """Give the training report of the served version as JSON; a browser gets a page with plots.

    `service` in it says where the model runs, since when, and whether a newer version was refused and why.
    """
    refuse_misspelt(request.args, schemas.ModelQuery.model_fields)
    model = state().registry.find(query.model, query.version)
    served = _served(model)
    if pages.are_wanted():
        response = pages.render_report(model.told, served, _curves(model), partial(_link, model))
    else:
        response = reply({**model.report, "service": served})
    response.vary.add("Accept")
    return response


def _link(model: Model, file: str) -> str | None:
    """Return the address of a file of the model's version, or None where it was published without it."""
    place = model.identity
    if not (state().settings.models / place["name"] / place["version"] / file).is_file():
        return None
    return url_for("files.file", model=place["name"], version=place["version"], file=file)


def _curves(model: Model) -> page.Curves:
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
