"""The one error shape of this service: RFC 9457 problem+json, with the fields that other clients look for.

`detail` says what happened, what was expected and how to mend it; `error` repeats it for clients of the Open Inference
Protocol; `code` is one stable word; `limit` is the limit that was passed, where one was.
"""

import difflib
import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Flask, Response, current_app, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from artifact.errors import ImageCode, ImageError
from service.settings import Settings

CONTENT_TYPE = "application/problem+json"

_IMAGE_STATUS: dict[ImageCode, int] = {
    "empty": 400,
    "not_an_image": 415,
    "too_many_bytes": 413,
    "too_many_pixels": 413,
    "too_many_scans": 413,
    "unreadable": 422,
    "unsupported": 415,
    "ambiguous": 422,
}
_HTTP_CODES = {
    400: ("malformed", "The request is not valid HTTP as this service reads it. Check the headers and the body."),
    405: ("method_not_allowed", "This address does not answer this method."),
    415: ("unsupported_media_type", "This Content-Type is not read here; see /openapi.json for those that are."),
}
_logger = logging.getLogger(__name__)


class Problem(Exception):
    """An answer other than success, raised from anywhere below a route.

    Attributes:
        status: The HTTP status.
        code: One stable word that programs can rely on.
        detail: What happened, what was expected, how to mend it; never holds a path or a traceback.
        limit: The limit that was passed, or None.
        headers: Further response headers, such as Retry-After.
        people: What is said on a page in place of `detail`, where that tells a program's author what to send.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        limit: int | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        people: str | None = None,
    ) -> None:
        """Keep what the answer will say."""
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.limit = limit
        self.headers = dict(headers or {})
        self.people = detail if people is None else people

    def document(self) -> dict[str, object]:
        """Return the body of the answer."""
        body: dict[str, object] = {
            "type": f"urn:problem-type:thirtyfive:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "error": self.detail,
        }
        if self.limit is not None:
            body["limit"] = self.limit
        return body

    def response(self) -> Response:
        """Return the answer."""
        return Response(json.dumps(self.document()), self.status, self.headers, content_type=CONTENT_TYPE)


def busy(detail: str, code: str = "busy") -> Problem:
    """Return the 503 of a service that will be able to answer a moment later."""
    return Problem(503, code, detail, headers={"Retry-After": "1"})


def from_image_error(error: ImageError) -> Problem:
    """Return the problem that a bad image makes."""
    return Problem(_IMAGE_STATUS.get(error.code, 422), error.code, error.detail, error.limit)


def from_validation(error: ValidationError) -> Problem:
    """Return the 422 that names each bad parameter; takes Pydantic's findings."""
    found = "; ".join(
        f"{'.'.join(map(str, entry['loc'])) or 'the body'}: {entry['msg']}"
        for entry in error.errors(include_url=False, include_input=False, include_context=False)[:10]
    )
    detail = f"The request does not fit this route: {found}."
    return Problem(422, "invalid_parameter", f"{detail} See /openapi.json.", people=detail)


def register(app: Flask, respond: Callable[[Problem], Response]) -> None:
    """Answer every error of the application in the one shape, which `respond` gives it."""
    app.register_error_handler(Problem, respond)
    app.register_error_handler(ImageError, lambda error: respond(from_image_error(error)))
    app.register_error_handler(HTTPException, lambda error: error.response or respond(_from_http(error)))
    app.register_error_handler(Exception, lambda error: respond(_from_defect(error)))


def _from_http(error: HTTPException) -> Problem:
    status = error.code or 500
    code, detail = _HTTP_CODES.get(status, (HTTPStatus(status).name.lower(), error.description or ""))
    problem = Problem(status, code, detail) if status != 404 else _not_found()
    if isinstance(error, RequestEntityTooLarge):
        problem = too_large()
    allowed = getattr(error, "valid_methods", None)
    return _not_allowed(problem, sorted(allowed)) if allowed else problem


def _not_found() -> Problem:
    """Return the 404 of an address that does not exist, which names the one that was probably meant."""
    known = [rule.rule for rule in current_app.url_map.iter_rules() if not rule.arguments]
    near = difflib.get_close_matches(request.path, known, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return Problem(404, "not_found", f"There is nothing at this address. {meant}The routes are listed at /docs.")


def _not_allowed(problem: Problem, methods: list[str]) -> Problem:
    """Return a 405 that names the methods that are answered, and what curl -T is to be replaced by."""
    said = [method for method in methods if method not in ("HEAD", "OPTIONS")]
    detail = f"This address does not answer {request.method}, but {' and '.join(said)}; see /openapi.json."
    if request.method == "PUT" and "POST" in methods:
        detail += " curl -T sends PUT; this sends POST: curl --data-binary @photo.jpg"
    return Problem(405, problem.code, detail, headers={"Allow": ", ".join(methods)})


def too_large() -> Problem:
    """Return the 413 of the current request, whose body has more bytes than are read."""
    limit = request.max_content_length or 0
    detail = f"The body is larger than the {limit:,} bytes that are read. Send fewer or smaller images."
    closing = {"Connection": "close"}  # the rest of it is not read
    return Problem(413, "too_many_bytes", detail, limit, closing, people=fewer(limit))


def fewer(limit: int) -> str:
    """Return what is said to people of a body of more bytes than `limit`."""
    return f"That is more than the {limit / 2**20:,.0f} MB that are read at once. Choose fewer or smaller files."


def too_slow(settings: Settings) -> Problem:
    """Return the 408 of a body that comes too slowly, whatever its length."""
    bytes_, seconds = settings.min_bytes_per_second, settings.read_seconds
    detail = f"The body stood still, or came with less than {bytes_:,} bytes a second for {seconds:g} s. Send it again."
    return Problem(408, "too_slow", detail)


def _from_defect(error: Exception) -> Problem:
    """Log a defect of this service in full, and tell the client only that it happened."""
    _logger.error("a request failed for a reason that is ours", exc_info=error)
    detail = "The service failed on this request, and its log says why. Try again, and tell its operator."
    return Problem(500, "defect", detail)
