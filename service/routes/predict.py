"""POST /predict: images in, decisions out."""

import base64
from typing import Any

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from service import openapi, prediction, schemas
from service.inference import answers
from service.inference.answers import Result
from service.inference.model import Model
from service.intake.bodies import read_images
from service.intake.uploads import Upload
from service.problems import Problem
from service.replies import reply
from service.state import state

api = APIBlueprint("predict", __name__, abp_tags=[Tag(name="predict", description="Images in, answers out.")])


@api.post(
    "/predict",
    responses={200: schemas.Predictions, **openapi.problems_of(400, 404, 413, 415, 422, 503)},
    openapi_extensions=openapi.IMAGES_BODY,
)
def predict(query: schemas.PredictQuery) -> Response:
    """Say for each image which class it shows, how probable that is, and what speaks against trusting it.

    The body is an image file itself; or a form with one or many files in the field `image`; or JSON with base64.
    Where one of several images cannot be read, its entry carries `error` and `code` in place of a label.
    """
    here = state()
    model = here.registry.find(query.model, query.version)
    explain = query.explain is not None
    if explain:
        check_explains(model)
    uploads = read_images(request, here.settings).uploads
    predictions = predict_uploads(model, uploads, explain)
    return reply({"model": model.identity, "predictions": predictions})


def predict_uploads(model: Model, uploads: list[Upload], explain: bool) -> list[dict[str, Any]]:
    """Return the entry for each upload; raises the `Problem` of an upload that is the only one and is bad."""
    good = [upload for upload in uploads if upload.problem is None]
    found = iter(prediction.predict_files(model, [upload.data for upload in good], explain))
    results = [upload.problem or next(found) for upload in uploads]
    if len(results) == 1 and isinstance(results[0], Problem):
        raise results[0]
    return [_entry(upload, result) for upload, result in zip(uploads, results, strict=True)]


def check_explains(model: Model) -> None:
    """Raise the 422 `Problem` where the model cannot draw a heatmap."""
    if "evidence" not in model.outputs:
        raise Problem(
            422,
            "no_heatmap",
            f"{model.card.name} version {model.card.version} (strategy {model.card.strategy}) has no spatial evidence, "
            "so it cannot draw a heatmap. Leave out explain, or train with a strategy that has a feature map.",
        )


def _entry(upload: Upload, result: Result) -> dict[str, Any]:
    entry = {**answers.to_json(result), "filename": upload.filename}
    if not isinstance(result, Problem) and result.heatmap is not None:
        entry["heatmap"] = base64.b64encode(result.heatmap).decode()
    return entry
