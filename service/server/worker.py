"""Gunicorn's threaded worker with two things added: time limits on a connection, and errors in this service's shape.

Gunicorn leaves slow clients to a proxy in front. This service may be reached directly, so a client that sends its
headers or body, or reads its answer, a byte at a time must not keep a thread for ever.
"""

import contextlib
import os
import socket
import time
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

from service.problems import Problem
from service.settings import Settings

_STATUS: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "uri_too_long"),
    errors.LimitRequestHeaders: (431, "headers_too_large"),
    errors.ExpectationFailed: (417, "expectation_failed"),
}


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves requests on a pool of threads, each for a bounded time."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take the time limits from the settings."""
        super().__init__(*arguments, **options)
        settings = Settings()
        self._read_seconds = settings.read_seconds
        self._request_seconds = settings.request_seconds
        self._since: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:
        """Handle one request, and note when it began."""
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._since[conn]

    def murder_pending(self) -> None:
        """End what takes too long; the main loop calls this at least every second."""
        super().murder_pending()
        now = time.monotonic()
        for connection, since in self._since.copy().items():
            if now - since > self._request_seconds:
                _end(connection, socket.SHUT_RDWR)
            elif now - since > self._read_seconds:
                _end(connection, socket.SHUT_RD)  # reading ends as if the client had left; an answer can be sent

    def handle_quit(self, sig: int, frame: object) -> None:
        """End at once, as QUIT and INT ask; the handler may interrupt the pool while it holds its locks."""
        os._exit(0)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what is not HTTP, or passes gunicorn's limits, with a problem; anything else is a defect of ours."""
        problem = problem_of(exc)
        if problem.status == 500:
            self.log.error("a request failed outside the application", exc_info=exc)
        with contextlib.suppress(OSError):
            util.write_nonblock(client, _raw(problem))


def problem_of(error: Exception) -> Problem:
    """Return the problem that an error of gunicorn's parser stands for."""
    if isinstance(error, (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)) or not isinstance(
        error, (errors.ParseException, errors.NoMoreData)
    ):
        return Problem(500, "defect", "The service failed on this request, and its log says why. Tell its operator.")
    status, code = _STATUS.get(type(error), (400, "malformed"))
    return Problem(status, code, "The request is not HTTP that this service reads. Send well-formed, short headers.")


def _end(connection: TConn, side: int) -> None:
    with contextlib.suppress(OSError):  # it may have ended by itself in this instant
        connection.sock.shutdown(side)


def _raw(problem: Problem) -> bytes:
    answer = problem.response()
    lines = [f"HTTP/1.1 {answer.status}", "Connection: close", *(f"{k}: {v}" for k, v in answer.headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.get_data()
