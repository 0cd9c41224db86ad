"""POST /feedback: an image and its right label, kept for the next training; DELETE takes that back."""

from dataclasses import asdict

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from service import feedback_schemas as schemas
from service import openapi, prediction
from service.feedback import FeedbackFolder
from service.intake.bodies import read_images
from service.intake.parameters import refuse_misspelt
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

    The label is the field `label` of the form, or the parameter of the same name: a class, or `neither`, which is kept
    apart and learned from by no training.
    """
    folder = _folder()
    refuse_misspelt(request.args, schemas.FeedbackQuery.model_fields)
    model = state().registry.find(query.model)
    submission = read_images(request, state().settings)
    label = query.label if query.label is not None else submission.texts.get("label")
    if label is None:
        raise Problem(400, "no_label", "There is no label. Send it as: curl -F image=@photo.jpg -F label=CLASS")
    files = [upload.readable() for upload in submission.uploads]
    prediction.check_files(model, files)
    kept = [asdict(folder.keep(file, label, model.pair)) for file in files]
    return reply({"label": label, "outcomes": [one["outcome"] for one in kept], "images": kept})


@api.delete("/feedback/<image>", responses={200: schemas.TakenBack, **openapi.problems_of(404, 422, 503)})
def take_back(path: schemas.KeptPath, query: schemas.TakeBackQuery) -> Response:
    """Take an image out of the feedback, or put it back under the label that it had `before`."""
    folder = _folder()
    refuse_misspelt(request.args, schemas.TakeBackQuery.model_fields)
    folder.take_back(path.image, query.before, state().registry.find(query.model).pair)
    return reply({"image": path.image, "label": query.before})


def _folder() -> FeedbackFolder:
    """Return the folder; raises the 404 `Problem` where the operator has set none."""
    folder = state().feedback
    if folder is None:
        raise Problem(404, "feedback_off", "Feedback is off. The operator turns it on with SERVICE_FEEDBACK=folder.")
    return folder
