"""GET / and POST /: a page on which a person uploads images and reads the answers."""

from flask import Response, current_app, request
from flask_openapi3 import APIBlueprint
from werkzeug.exceptions import RequestEntityTooLarge

from service import asking, openapi, pages, prediction, problems
from service.inference.answers import Extras
from service.intake.bodies import read_images
from service.problems import Problem
from service.state import state

api = APIBlueprint("pages", __name__, doc_ui=False)


@api.get("/")
def upload() -> Response:
    """Show the form, for the model of the parameter `model` or the default one."""
    name = request.args.get("model")
    default = state().registry.default
    return asking.render(state().registry.find(name) if name else default.model)


@api.post("/")
def answer() -> Response:
    """Answer a form without JavaScript: the same page with the answers on it."""
    submission = read_images(request, state().settings)
    model = state().registry.find(submission.texts.get("model") or request.args.get("model"))
    results = prediction.predict_uploads(model, submission.uploads, Extras(heatmap=True, preview=True))
    cards = [asking.card(model, *pair) for pair in zip(submission.uploads, results, strict=True)]
    return asking.render(model, cards)


@api.errorhandler(Problem)
def explain(problem: Problem) -> Response:
    """Say on the page what was wrong, also where the request was refused before it came to `answer`."""
    if problem.status == 401:  # the form would tell of the model, which only those with a key may know
        return pages.render_problem(problem)
    return asking.render(state().registry.default.model, problem=problem)


@api.errorhandler(RequestEntityTooLarge)
def explain_size(_: RequestEntityTooLarge) -> Response:
    """Say on the page that the form was too large, which is found while it is read."""
    return explain(problems.too_large())


@api.get("/docs")
def docs() -> Response:
    """Show the routes, with examples."""
    document = openapi.document(current_app, state().settings, request.script_root)
    return pages.render_document(document, request.url_root.rstrip("/"))
