"""GET / and POST /: a page on which a person uploads images and reads the answers."""

from typing import Any

from flask import Response, current_app, request
from flask_openapi3 import APIBlueprint
from werkzeug.exceptions import RequestEntityTooLarge

from service import openapi, pages, prediction, problems
from service.inference.answers import Extras, Result
from service.intake.bodies import read_images
from service.intake.uploads import Upload
from service.problems import Problem
from service.routes.predict import entry
from service.state import state

api = APIBlueprint("pages", __name__, doc_ui=False)


@api.get("/")
def upload() -> Response:
    """Show the form."""
    return pages.render_upload(state().registry.default.model)


@api.post("/")
def answer() -> Response:
    """Answer a form without JavaScript: the same page with the answers on it."""
    model = state().registry.find()
    uploads = read_images(request, state().settings).uploads
    results = prediction.predict_uploads(model, uploads, Extras(heatmap=True, preview=True))
    cards = [_card(upload, result) for upload, result in zip(uploads, results, strict=True)]
    return pages.render_upload(model, cards=cards, feedback=state().feedback is not None)


@api.errorhandler(Problem)
def explain(problem: Problem) -> Response:
    """Say on the page what was wrong, also where the request was refused before it came to `answer`."""
    if problem.status == 401:  # the form would tell of the model, which only those with a key may know
        return pages.render_problem(problem)
    return pages.render_upload(state().registry.default.model, problem)


@api.errorhandler(RequestEntityTooLarge)
def explain_size(_: RequestEntityTooLarge) -> Response:
    """Say on the page that the form was too large, which is found while it is read."""
    return explain(problems.too_large())


@api.get("/docs")
def docs() -> Response:
    """Show the routes, with examples."""
    document = openapi.document(current_app, state().settings, request.script_root)
    return pages.render_document(document, request.url_root.rstrip("/"))


def _card(upload: Upload, result: Result) -> dict[str, Any]:
    """Return what the page shows for one image: its answer, the picture and the heatmap."""
    shown = {} if isinstance(result, Problem) else {"picture": result.preview, "overlay": result.heatmap}
    return {**entry(upload, result), **{name: pages.png_url(png) for name, png in shown.items() if png is not None}}
