"""GET /models/NAME/versions/VERSION/FILE: the files of a published version, to take away; and the pages' style."""

from flask import Response, send_from_directory
from flask_openapi3 import APIBlueprint, Tag

from artifact.report import page
from service import openapi, schemas
from service.state import state

api = APIBlueprint("files", __name__, abp_tags=[Tag(name="models", description="What is published and served.")])


@api.get(
    "/models/<model>/versions/<version>/<file>",
    responses={200: openapi.FILES, **openapi.problems_of(404, 422)},
)
def file(path: schemas.FilePath) -> Response:
    """Download the network (ONNX), the card that it is served by, its report as data or as a page, or both in words."""
    folder = state().settings.models.absolute() / path.model / path.version
    return send_from_directory(folder, path.file, as_attachment=True)


@api.get(f"/static/{page.STYLE}", doc_ui=False)
def style() -> Response:
    """Give the style that all pages share with the report that lies in a version."""
    return send_from_directory(page.FOLDER, page.STYLE)
