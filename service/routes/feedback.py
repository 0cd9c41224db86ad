"""POST /feedback: an image and its right label, kept for the next training."""

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from service import openapi, prediction, schemas
from service.intake.bodies import read_images
from service.problems import Problem
from service.replies import reply
from service.state import state

api = APIBlueprint("feedback", __name__, abp_tags=[Tag(name="feedback", description="Images with their right label.")])


@api.post(
    "/feedback",
    responses={200: schemas.Kept, **openapi.problems_of(400, 404, 413, 415, 422, 503)},
    openapi_extensions=openapi.FEEDBACK_BODY,
)
def feedback(query: schemas.FeedbackQuery) -> Response:
    """Keep images under their right label, as input of the next training; off unless the operator sets a folder.

    The label is the field `label` of the form, or the parameter of the same name.
    """
    folder = state().feedback
    if folder is None:
        raise Problem(404, "feedback_off", "Feedback is off. The operator turns it on with SERVICE_FEEDBACK=folder.")
    model = state().registry.find(query.model)
    submission = read_images(request, state().settings)
    label = query.label if query.label is not None else submission.texts.get("label")
    if label is None:
        raise Problem(400, "no_label", "There is no label. Send it as: curl -F image=@photo.jpg -F label=CLASS")
    files = [upload.readable() for upload in submission.uploads]
    prediction.check_files(model, files)
    classes = (model.card.classes.negative, model.card.classes.positive)
    return reply({"label": label, "outcomes": [folder.keep(file, label, classes) for file in files]})
