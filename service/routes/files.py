"""GET /models/NAME/versions/VERSION/FILE: the files of a published version, to take away."""

from flask import Response, send_from_directory
from flask_openapi3 import APIBlueprint, Tag

from service import openapi, schemas
from service.state import state

api = APIBlueprint("files", __name__, abp_tags=[Tag(name="models", description="What is published and served.")])


@api.get(
    "/models/<model>/versions/<version>/<file>",
    responses={200: openapi.FILES, **openapi.problems_of(404, 422)},
)
def file(path: schemas.FilePath) -> Response:
    """Download the network (ONNX), the card that it is served by, its report, or both in words."""
    folder = state().settings.models.absolute() / path.model / path.version
    return send_from_directory(folder, path.file, as_attachment=True)
