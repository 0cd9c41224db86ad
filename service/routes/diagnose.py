"""POST /diagnose and the page /doctor: a training history in, the doctor's findings out."""

from __future__ import annotations

from dataclasses import fields

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag
from werkzeug.exceptions import RequestEntityTooLarge

import doctor
from service import openapi, pages, problems
from service.intake import histories
from service.intake.histories import History
from service.problems import Problem
from service.replies import reply
from service.state import state

api = APIBlueprint("diagnose", __name__, abp_tags=[Tag(name="diagnose", description="What loss curves mean.")])
page = APIBlueprint("doctor", __name__, doc_ui=False)


@api.post(
    "/diagnose",
    responses={200: openapi.DIAGNOSIS, **openapi.problems_of(400, 413, 422, 503)},
    openapi_extensions=openapi.HISTORY_BODY,
)
def diagnose() -> Response:
    """Say what a training run's loss curves mean, why, and what mends it.

    The body is a training history of any framework: Keras's history as JSON or CSV, Lightning's metrics.csv, and
    others that the doctor reads; or a form with such a file in the field `log`. What is known of the run (`n_train`,
    `classes`, ...) and which run is meant (`run`) stand in the form's fields or the address's parameters.
    """
    return reply(_diagnose(histories.read(request))[1].to_json())


@page.get("/doctor")
def show() -> Response:
    """Show the form."""
    return pages.render_doctor(request.args)


@page.post("/doctor")
def answer() -> Response:
    """Answer the form: the same page with the diagnosis on it."""
    given = histories.read(request)
    try:
        history, diagnosis = _diagnose(given)
    except Problem as problem:
        return pages.render_doctor(given.texts, problem=problem)
    return pages.render_doctor(given.texts, name=given.name, diagnosis=diagnosis, history=history)


@page.errorhandler(Problem)
def explain(problem: Problem) -> Response:
    """Say on the page what was wrong, also where the request was refused before it came to `answer`."""
    return pages.render_doctor({}, problem=problem)


@page.errorhandler(RequestEntityTooLarge)
def explain_size(_: RequestEntityTooLarge) -> Response:
    """Say on the page that the log was too large, which is found while it is read."""
    return explain(problems.too_large())


def _diagnose(given: History) -> tuple[doctor.History, doctor.Diagnosis]:
    facts = given.facts()
    with state().gate.enter():
        try:
            history, found = doctor.read(given.data, run=given.run)
            known = {field.name: getattr(found, field.name) for field in fields(doctor.Context)}
            return history, doctor.diagnose(history, known | facts)
        except doctor.HistoryError as error:
            raise Problem(422, "not_a_history", str(error)) from error
