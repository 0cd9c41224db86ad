"""POST /diagnose: a training history in, the doctor's findings out."""

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

import doctor
from service import openapi
from service.intake.bodies import read_body
from service.problems import Problem
from service.replies import reply
from service.state import state

api = APIBlueprint("diagnose", __name__, abp_tags=[Tag(name="diagnose", description="What loss curves mean.")])

MAX_BYTES = 1024**2
"""The largest history: tens of thousands of epochs, while people ask about hundreds. A number takes a hundred bytes."""


@api.post(
    "/diagnose",
    responses={200: openapi.DIAGNOSIS, **openapi.problems_of(400, 413, 422, 503)},
    openapi_extensions=openapi.HISTORY_BODY,
)
def diagnose() -> Response:
    """Say what a training run's loss curves mean, why, and what mends it.

    The body is a training history of any framework: Keras's history as JSON or CSV, Lightning's metrics.csv, and
    others that the doctor reads.
    """
    request.max_content_length = MAX_BYTES
    body = read_body(request)
    if not body.strip():
        raise Problem(400, "empty", "The body is empty; a training history was expected (JSON or CSV).")
    with state().gate.enter():
        try:
            history, context = doctor.read(body)
            found = doctor.diagnose(history, context)
        except doctor.HistoryError as error:
            raise Problem(422, "not_a_history", str(error)) from error
    return reply(found.to_json())
