"""POST /predict: images in, decisions out."""

import base64
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from artifact.network import EVIDENCE
from service import openapi, prediction, schemas
from service.inference import answers
from service.inference.answers import Extras, Result
from service.inference.model import Model
from service.intake.bodies import read_images
from service.intake.parameters import refuse_misspelt
from service.intake.uploads import Upload, printable
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
    refuse_misspelt(request.args, schemas.PredictQuery.model_fields)
    here = state()
    model = here.registry.find(query.model, query.version)
    explain = query.explain is not None
    if explain:
        check_explains(model)
    submission = read_images(request, here.settings)
    uploads = submission.uploads
    _refuse_in_body(submission.texts, {**model.identity, "explain": query.explain})
    results = prediction.predict_uploads(model, uploads, Extras(heatmap=explain))
    predictions = [entry(upload, result) for upload, result in zip(uploads, results, strict=True)]
    return reply({"model": model.identity, "predictions": predictions})


def _refuse_in_body(texts: Mapping[str, str], answered: Mapping[str, Any]) -> None:
    """Raise the 422 `Problem` where a body asks for another model, version or explanation than the address does."""
    for name, field in (("model", "name"), ("version", "version"), ("explain", "explain")):
        asked = texts.get(name, "").strip()
        if asked.lower() not in ("", "false", "none", str(answered[field]).lower()):
            detail = f"The body says {name}={printable(asked)!r:.80}, and parameters are read from the address only."
            raise Problem(422, "invalid_parameter", f"{detail} Send it to /predict?{name}=...")


def check_explains(model: Model) -> None:
    """Raise the 422 `Problem` where the model cannot draw a heatmap."""
    if EVIDENCE not in model.outputs:
        raise Problem(
            422,
            "no_heatmap",
            f"{model.card.name} version {model.card.version} (strategy {model.card.strategy}) has no spatial evidence, "
            "so it cannot draw a heatmap. Leave out explain, or train with a strategy that has a feature map.",
        )


def entry(upload: Upload, result: Result) -> dict[str, Any]:
    """Return what an answer says of one upload."""
    said = {**answers.to_json(result), "filename": upload.filename}
    if not isinstance(result, Problem) and result.heatmap is not None:
        said["heatmap"] = base64.b64encode(result.heatmap).decode()
    return said
