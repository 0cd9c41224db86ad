"""Refuse what is not HTTP, and so never reaches the application, in the shape of all other errors."""

import contextlib
import logging
import secrets
import socket
from typing import Any

from gunicorn import util
from gunicorn.http import errors

from service import headers
from service.problems import Problem

_STATUS: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "uri_too_long"),
    errors.LimitRequestHeaders: (431, "headers_too_large"),
    errors.ExpectationFailed: (417, "expectation_failed"),
}
_logger = logging.getLogger(__name__)


def problem_of(error: Exception) -> Problem:
    """Return the problem that an error of gunicorn's parser stands for."""
    if isinstance(error, (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)) or not isinstance(
        error, (errors.ParseException, errors.NoMoreData)
    ):
        return Problem(500, "defect", "The service failed on this request, and its log says why. Tell its operator.")
    status, code = _STATUS.get(type(error), (400, "malformed"))
    return Problem(status, code, "The request is not HTTP that this service reads. Send well-formed, short headers.")


def send(client: socket.socket, address: Any, error: Exception) -> None:
    """Answer with the problem that an error stands for, and log it under the id that the answer has."""
    problem, identity = problem_of(error), secrets.token_hex(8)
    fields = {"status": problem.status, "client": address[0] if isinstance(address, tuple) else None}
    if problem.status == 500:
        fields["request_id"] = identity
        _logger.error("a request failed outside the application", exc_info=error, extra={"fields": fields})
    else:
        _logger.info("a request was refused by the parser", extra={"fields": {"request_id": identity, **fields}})
    with contextlib.suppress(OSError):
        client.sendall(_raw(problem, identity))


def _raw(problem: Problem, identity: str) -> bytes:
    answer = headers.secure(problem.response())
    lines = [
        f"HTTP/1.1 {answer.status}",
        f"Date: {util.http_date()}",
        "Connection: close",
        f"X-Request-ID: {identity}",
        *(f"{name}: {text}" for name, text in answer.headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.get_data()
