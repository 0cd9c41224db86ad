"""From the body of a request to the image files in it: raw bytes, multipart form, or JSON with base64.

The body is read once, and no more of it than the limits allow. What a body holds is decided by the image decoder, so a
Content-Type that says something else than the bytes are (curl sends one of its own) does no harm.
"""

import base64
import binascii
import re
import time
from dataclasses import dataclass
from typing import Any, cast

import flask
from flask import Request, Response
from werkzeug.exceptions import ClientDisconnected

from service import problems
from service.intake import jsonbody
from service.intake.request import ServiceRequest
from service.problems import Problem
from service.settings import Settings
from service.state import state

_DATA_URL = re.compile(r"data:[\w.+/-]*(?:;[\w=.+-]+)*;base64,", re.ASCII)
_UNSAFE = re.compile(r"[^\w .()+@-]")


@dataclass(frozen=True)
class Upload:
    """One image file as it came.

    Attributes:
        data: The bytes of the file; empty where it could not be read from the request.
        filename: The name that the client gave it, without folders, or None.
        problem: Why there are no bytes, or None.
    """

    data: bytes
    filename: str | None = None
    problem: Problem | None = None

    def readable(self) -> bytes:
        """Return the bytes; raises the `Problem` where there are none."""
        if self.problem is not None:
            raise self.problem
        return self.data


def read_images(request: Request, settings: Settings) -> list[Upload]:
    """Return the image files in a request, at least one and at most `settings.max_images`.

    Raises:
        Problem: 400 where the body holds no image or is malformed, 413 where it is too large or holds too many.
    """
    kind = request.mimetype
    if kind == "multipart/form-data":
        uploads = _from_form(request)
    elif kind == "application/json":
        uploads = _from_json(read_body(request), settings)
    else:
        uploads = [Upload(read_body(request))]
    if len(uploads) > settings.max_images:
        raise _too_many(len(uploads), settings)
    return uploads


def read_body(request: Request) -> bytes:
    """Return the whole body; raises the 413 `Problem` where it is larger than the limit."""
    body = request.get_data(cache=False, parse_form_data=False)
    limit = request.max_content_length
    if request.content_length is None and limit is not None and len(body) >= limit:
        raise problems.too_large()  # of a body of untold length, Werkzeug gives the first part without a word
    return body


def from_disconnect(_: ClientDisconnected) -> Response:
    """Answer a body that ended before its Content-Length: the worker ends those that come too slowly."""
    seconds = state().settings.read_seconds
    if time.monotonic() - cast(ServiceRequest, flask.request).started > 0.9 * seconds:
        return Problem(408, "too_slow", f"The body took longer than {seconds:g} s. Send it again, or less.").response()
    return Problem(400, "cut_short", "The body ended before its Content-Length. Send it again.").response()


def _from_form(request: Request) -> list[Upload]:
    files = request.files.getlist("image")
    if not files:
        found = ", ".join(sorted(_printable(name) for name in {*request.files, *request.form})) or "nothing"
        detail = f"The form has no file in a field named image; it has {found}. Send it as: curl -F image=@photo.jpg"
        raise Problem(400, "no_image", detail)
    return [Upload(file.stream.read(), _file_name(file.filename)) for file in files]


def _from_json(body: bytes, settings: Settings) -> list[Upload]:
    document = jsonbody.read(body, jsonbody.Bounds(settings.max_images + 16, 2 * settings.max_images + 16))
    images = document.get("images") if isinstance(document, dict) else None
    if not isinstance(images, list) or not images:
        raise Problem(
            400, "no_image", 'The JSON has no images; {"images": ["<base64 of an image file>"]} was expected.'
        )
    if len(images) > settings.max_images:
        raise _too_many(len(images), settings)
    return [_from_base64(item) for item in images]


def _from_base64(item: Any) -> Upload:
    if not isinstance(item, str):
        detail = "An entry of images is not a string; the base64 of an image file was expected."
        return Upload(b"", None, Problem(422, "not_base64", detail))
    prefix = _DATA_URL.match(item, 0, 200)
    try:
        return Upload(base64.b64decode(item[prefix.end() :] if prefix else item, validate=True))
    except (binascii.Error, ValueError):
        detail = "An entry of images is not base64; the base64 of an image file was expected (base64 -w0 photo.jpg)."
        return Upload(b"", None, Problem(422, "not_base64", detail))


def _too_many(found: int, settings: Settings) -> Problem:
    detail = f"The request has {found} images; at most {settings.max_images} are read at once. Send several requests."
    return Problem(413, "too_many_images", detail, settings.max_images)


def _file_name(name: str | None) -> str | None:
    """Return the last part of a client's file name, fit for showing; it is never used as a path."""
    return _printable(re.split(r"[/\\]", name)[-1]) or None if name else None


def _printable(name: str) -> str:
    return _UNSAFE.sub("_", name)[:120]
