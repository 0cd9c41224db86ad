"""Gunicorn's threaded worker with limits of time, errors in this service's shape, and connections shared evenly.

Gunicorn leaves slow clients to a proxy in front. This service may be reached directly, so a client that sends its
headers or body, or reads its answer, a byte at a time must not keep a thread for ever.
"""

import contextlib
import os
import select
import socket
import time
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

from service.problems import Problem
from service.server.sharing import Place
from service.settings import Settings

_LINGER_MILLISECONDS = 10  # a client that asks again within it is served by the same thread, without the main loop
_YIELD_SECONDS = 0.005  # what a worker leaves the others to accept a connection before it does
_STATUS: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "uri_too_long"),
    errors.LimitRequestHeaders: (431, "headers_too_large"),
    errors.ExpectationFailed: (417, "expectation_failed"),
}


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves requests on a pool of threads, each for a bounded time.

    Attributes:
        place: Where the workers see how many connections each has; set before the fork.
    """

    place: Place

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take the time limits from the settings."""
        super().__init__(*arguments, **options)
        settings = Settings()
        self._read_seconds = settings.read_seconds
        self._request_seconds = settings.request_seconds
        self._since: dict[TConn, float] = {}
        self._queued: set[TConn] = set()
        self._gave_way = False
        self._closed_until = 0.0
        self._holds_back = False

    def run(self) -> None:
        """Serve until stopped, and take part in the sharing of connections for as long."""
        self.place.set(0)
        super().run()

    def handle_exit(self, sig: int, frame: object) -> None:
        """Begin to stop; the others take the connections that come now."""
        self.place.close()
        super().handle_exit(sig, frame)

    def enqueue_req(self, conn: TConn) -> None:
        """Queue a connection for a thread, and remember that it waits."""
        self._queued.add(conn)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        """Handle one request and those that follow it at once, and note when each began."""
        self._queued.discard(conn)
        self._since[conn] = time.monotonic()
        try:
            kept = super().handle(conn)
            while kept is True and self.alive and self._asks_again(conn):
                kept = super().handle(conn)
            return kept
        finally:
            del self._since[conn]

    def _asks_again(self, conn: TConn) -> bool:
        """Wait a moment for the next request on a kept connection, unless another connection waits for a thread."""
        self._since[conn] = time.monotonic()
        if self._queued:
            return False
        if conn.parser.unreader.buf.getvalue():  # sent together with the last one, so the socket has nothing to say
            return True
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(_LINGER_MILLISECONDS))

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; once a worker that has fewer had a moment to take it."""
        if self.place.is_crowded(self.nr_conns) and not self._gave_way:
            self._gave_way = True
            self._closed_until = time.monotonic() + _YIELD_SECONDS
            self.set_accept_enabled(False)
            return
        super().accept(listener)
        self.place.set(self.nr_conns)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections or not; not before the others have had their moment."""
        self._holds_back = enabled and time.monotonic() < self._closed_until
        super().set_accept_enabled(enabled and not self._holds_back)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for what comes next; no longer than the others are given to accept a connection."""
        accepting = self._accepting
        if self._holds_back:
            timeout = min(timeout, max(0.0, self._closed_until - time.monotonic()))
        super().wait_for_and_dispatch_events(timeout)
        if accepting and self._accepting:  # what it gave way for is accepted, by this worker or another
            self._gave_way = False

    def murder_pending(self) -> None:
        """End what takes too long; the main loop calls this after each wait, at least every second."""
        super().murder_pending()
        if self.alive:
            self.place.set(self.nr_conns)
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
