"""From the body of a request to the image files in it: raw bytes, a form, or JSON with base64.

The body is read once, and no more of it than the limits allow. Its bytes say what it is, and only then its
Content-Type, since curl, httpie and many libraries send one of their own choice.
"""

import re

import flask
from flask import Request, Response
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from service import problems
from service.intake import content, documents, fields, forms, uploads
from service.intake.forms import Part
from service.intake.uploads import Submission
from service.problems import Problem
from service.settings import Settings
from service.state import state

_BEFORE_JSON = b" \t\r\n\xef\xbb\xbf\xff\xfe"  # blanks, and what marks UTF-8 and UTF-16
_LIKE_A_QUERY = re.compile(rb"[\w.%\[\]-]{1,64}=")


def read_images(request: Request, settings: Settings) -> Submission:
    """Return the image files in a request, at least one and at most `settings.max_images`, and the texts beside them.

    Raises:
        Problem: 400 where the body holds no image or is malformed, 413 where it is too large or holds too many.
    """
    body = read_body(request)
    parts = None if content.is_image(body) else read_form(request, body)
    if parts is not None:
        found = fields.sort(parts)
    elif _is_json(request, body):
        found = documents.read(body, settings)
    else:
        found = Submission([uploads.make(body)], {})
    if len(found.uploads) > settings.max_images:
        raise documents.too_many(len(found.uploads), settings)
    return found


def read_body(request: Request) -> bytes:
    """Return the whole body.

    Raises:
        Problem: 413 where it is larger than the limit.
        RequestEntityTooLarge: The same, where its length was said.
        ClientDisconnected: It ended before the length that was said.
    """
    limit, length = request.max_content_length, request.content_length
    if length is not None:
        if limit is not None and length > limit:
            raise RequestEntityTooLarge
        return _read_exactly(request, length)
    body = request.get_data(cache=False, parse_form_data=False)
    if limit is not None and len(body) >= limit:
        raise problems.too_large()  # of a body of unknown length, Werkzeug gives the first part without a word
    return body


def _read_exactly(request: Request, length: int) -> bytes:
    """Return the whole body; all of it is asked for at once.

    Werkzeug's stream asks for pieces of 64 kB, and gunicorn copies what it has received beyond one for each of them: a
    photo of 4 MB takes five times as long, and one of 300 kB seven times.
    """
    parts: list[bytes] = []
    left = length
    while left:
        try:
            part = request.input_stream.read(left)
        except (OSError, ValueError) as error:
            raise ClientDisconnected from error
        if not part:
            raise ClientDisconnected
        parts.append(part)
        left -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def read_form(request: Request, body: bytes) -> list[Part] | None:
    """Return the parts of a form; None where the body is none.

    Raises:
        Problem: 400 or 413, as `forms.read_multipart`.
    """
    named, own = request.mimetype_params.get("boundary"), forms.own_boundary(body)
    if own is not None and (not named or b"--" + named.encode("latin-1", "replace") not in body):
        return forms.read_multipart(body, own)  # the Content-Type was set by hand, most likely
    if request.mimetype == "multipart/form-data":
        if not named:
            detail = "The Content-Type names no boundary and the body begins with none, so it cannot be read as a form."
            raise Problem(400, "no_image", f"{detail} Leave the Content-Type to the client: curl -F image=@photo.jpg")
        return forms.read_multipart(body, named)
    if request.mimetype == "application/x-www-form-urlencoded" and _LIKE_A_QUERY.match(body):
        return forms.read_query(body)
    return None


def from_disconnect(_: ClientDisconnected) -> Response:
    """Answer a body that ended before its Content-Length: the worker ends those that come too slowly."""
    if getattr(flask.request.environ.get("gunicorn.socket"), "too_slow", False):
        return problems.too_slow(state().settings).response()
    return Problem(400, "cut_short", "The body ended before its Content-Length. Send it again.").response()


def _is_json(request: Request, body: bytes) -> bool:
    if content.is_image(body):
        return False
    if body[:64].lstrip(_BEFORE_JSON)[:1] in (b"{", b"["):
        return True
    return request.is_json and content.encoded_in(body) is None
