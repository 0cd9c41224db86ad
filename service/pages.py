"""Render pages for people: plain HTML that works without JavaScript, and loads nothing from elsewhere."""

import base64
import io
from typing import Any

from flask import Response, render_template

from artifact import image
from artifact.card import ImageSpec
from artifact.image import Limits
from service import curves

_PREVIEW = ImageSpec(height=320, width=320)


def render_upload(model: dict[str, str] | None, status: int = 200, **answers: Any) -> Response:
    """Return the page with the upload form, and the answers to the last upload, where there are some.

    Args:
        model: Name and version of the model that answers, or None where none is loaded.
        status: The HTTP status.
        answers: `cards`, the answers to show, and `problem`, why there are none.
    """
    return _page("upload.html", status, model=model, **answers)


def render_report(report: dict[str, Any], drawn: curves.Curves) -> Response:
    """Return the report as a page; a section that the report lacks, or that is odd, is left out."""
    return _page(
        "report.html",
        200,
        served=report["service"],
        title=report["service"]["model"]["name"],
        verdict=report.get("verdict"),
        estimates=[(name, found) for name in ("estimate", "test") if (found := _mapping(report.get(name)))],
        curves=drawn,
        checks=_mappings(report.get("checks")),
        checks_not_run=_mappings(report.get("checks_not_run")),
        images=_mappings(report.get("images_to_look_at")),
    )


def render_document(document: dict[str, Any], base: str) -> Response:
    """Return the OpenAPI document as a page.

    Args:
        document: The document.
        base: The address of the service, as the examples use it.
    """
    return _page("docs.html", 200, document=document, base=base)


def preview(file: bytes, limits: Limits) -> str:
    """Return a small copy of an image file as a URL that a page can show without another request."""
    picture = image.decode(file, _PREVIEW, limits)
    picture.thumbnail((_PREVIEW.width, _PREVIEW.height))
    small = io.BytesIO()
    picture.save(small, "PNG")
    return "data:image/png;base64," + base64.b64encode(small.getvalue()).decode()


def _page(template: str, status: int, **values: Any) -> Response:
    return Response(render_template(template, **values), status, content_type="text/html; charset=utf-8")


def _mapping(value: Any) -> dict[str, Any]:
    """Return a section of a report; an absent or damaged one is empty."""
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[dict[str, Any]]:
    """Return the entries of a list in a report that are mappings."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
