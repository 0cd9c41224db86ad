"""GET / and POST /: a page on which a person uploads images and reads the answers."""

from typing import Any

from flask import Response, current_app, request
from flask_openapi3 import APIBlueprint

from service import openapi, pages
from service.intake.bodies import Upload, read_images
from service.problems import Problem
from service.routes.predict import predict_uploads
from service.state import state

api = APIBlueprint("pages", __name__, doc_ui=False)


@api.get("/")
def upload() -> Response:
    """Show the form."""
    model = state().registry.default.model
    return pages.render_upload(model.identity if model else None)


@api.post("/")
def answer() -> Response:
    """Answer a form without JavaScript: the same page with the answers on it."""
    default = state().registry.default.model
    identity = default.identity if default else None
    try:
        model = state().registry.find()
        uploads = read_images(request, state().settings)
        entries = predict_uploads(model, uploads, explain="evidence" in model.outputs)
    except Problem as problem:
        return pages.render_upload(identity, problem.status, problem=problem.detail)
    cards = [_card(upload, entry) for upload, entry in zip(uploads, entries, strict=True)]
    return pages.render_upload(identity, cards=cards, positive=model.card.classes.positive)


@api.get("/docs")
def docs() -> Response:
    """Show the routes, with examples."""
    return pages.render_document(openapi.document(current_app, state().settings), request.host_url.rstrip("/"))


def _card(upload: Upload, entry: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows for one image: its answer and the heatmap."""
    heatmap = entry.get("heatmap")
    return {
        **entry,
        "picture": pages.preview(upload.data, state().limits) if "error" not in entry else None,
        "overlay": f"data:image/png;base64,{heatmap}" if heatmap else None,
    }
