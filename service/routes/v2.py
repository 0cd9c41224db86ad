"""The routes of the Open Inference Protocol, version 2, for the clients that speak it."""

from typing import Any

import numpy as np
from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag
from numpy.typing import NDArray

from artifact import store
from service import openapi, prediction, schemas, stopping
from service.inference.model import Model
from service.intake import uploads
from service.intake.bodies import read_body
from service.intake.jsonbody import Bounds
from service.openinference import inputs, message, metadata, outputs
from service.replies import reply
from service.state import state

api = APIBlueprint(
    "v2", __name__, url_prefix="/v2", abp_tags=[Tag(name="v2", description="The Open Inference Protocol, version 2.")]
)
_MODEL = openapi.problems_of(404, 422, 503)


@api.get("", responses={200: schemas.ServerMetadata})
def server_metadata() -> Response:
    """Name the server, and the extensions of the protocol that it speaks."""
    return reply(metadata.SERVER)


@api.get("/health/live", responses={200: schemas.Live})
def live() -> Response:
    """Say that the process is alive."""
    return reply({"live": True})


@api.get("/health/ready", responses={200: schemas.Ready, **openapi.problems_of(503)})
def server_ready() -> Response:
    """Say whether the default model answers."""
    stopping.refuse()
    state().registry.find()
    return reply({"ready": True})


@api.get("/models/<model>", responses={200: schemas.ModelMetadata, **_MODEL})
def model_metadata(path: schemas.ModelPath) -> Response:
    """Describe a model: the inputs that it takes, of which a request gives one, and its outputs."""
    return _metadata(path.model, None)


@api.get("/models/<model>/versions/<version>", responses={200: schemas.ModelMetadata, **_MODEL})
def version_metadata(path: schemas.VersionPath) -> Response:
    """Describe one version of a model."""
    return _metadata(path.model, path.version)


@api.get("/models/<model>/ready", responses={200: schemas.ModelReady, **_MODEL})
def model_ready(path: schemas.ModelPath) -> Response:
    """Say whether a model answers."""
    return _ready(path.model, None)


@api.get("/models/<model>/versions/<version>/ready", responses={200: schemas.ModelReady, **_MODEL})
def version_ready(path: schemas.VersionPath) -> Response:
    """Say whether one version of a model answers."""
    return _ready(path.model, path.version)


_INFER = {200: openapi.INFERENCE, **openapi.problems_of(400, 404, 413, 415, 422, 503)}


@api.post("/models/<model>/infer", responses=_INFER, openapi_extensions=openapi.INFERENCE_BODY)
def infer(path: schemas.ModelPath) -> Response:
    """Answer for pixels (UINT8) or image files (BYTES); tensors may follow the JSON as binary data.

    In JSON, an element of the BYTES input is the base64 of an image file. One bad image fails the whole request.
    With `Inference-Header-Content-Length: 0` the body is one image file, and all outputs come as binary data.
    """
    return _infer(path.model, None)


@api.post("/models/<model>/versions/<version>/infer", responses=_INFER, openapi_extensions=openapi.INFERENCE_BODY)
def infer_version(path: schemas.VersionPath) -> Response:
    """Answer with one version of a model; otherwise as the route without a version."""
    return _infer(path.model, path.version)


def _metadata(name: str, version: str | None) -> Response:
    model = state().registry.find(name, version)
    return reply(metadata.describe(model, store.versions(state().settings.models, name)))


def _ready(name: str, version: str | None) -> Response:
    model = state().registry.find(name, version)
    return reply({"name": name, "version": model.card.version, "ready": True})


def _infer(name: str, version: str | None) -> Response:
    model = state().registry.find(name, version)
    header, images = _read(model)
    asked = outputs.wanted(header, model)
    scores, found = prediction.predict_pixels(model, images)
    tensors, parts = outputs.describe(asked, scores, [answer.decision for answer in found])
    described: dict[str, Any] = {"model_name": name, "model_version": model.card.version, "outputs": tensors}
    if isinstance(header.get("id"), str):
        described["id"] = header["id"]
    return message.write(described, parts)


def _read(model: Model) -> tuple[dict[str, Any], NDArray[np.uint8] | list[bytes]]:
    """Return the JSON of the request, and its images as pixels `[N, height, width, channels]` or as files."""
    body, length = read_body(request), request.headers.get(message.HEADER_LENGTH)
    if message.is_raw(length):
        return inputs.RAW_HEADER, [uploads.make(body).readable()]
    header, binary = message.read(body, length, _bounds(model))
    return header, inputs.read(header, binary, model.card.input, state().settings.max_images)


def _bounds(model: Model) -> Bounds:
    """Return room for a full batch of pixels as nested JSON lists."""
    spec, images = model.card.input, state().settings.max_images
    rows = images * spec.height * (spec.width + 1)
    return Bounds(elements=rows * spec.channels + 100, containers=rows + images + 100)
