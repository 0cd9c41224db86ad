"""Accept connections: evenly among the workers, a bounded number, and none any more once the worker stops."""

import errno
import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from service.server.sharing import Place

_YIELD_SECONDS = 0.005  # what a worker leaves the others to accept a connection before it does
_GONE = (errno.EAGAIN, errno.ECONNABORTED, errno.EINTR)
_FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class AcceptingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The part of the worker that takes connections in.

    Attributes:
        place: Where the workers see how many connections each has; set before the fork.
    """

    place: Place

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Begin with a turn to accept."""
        super().__init__(*arguments, **options)
        self._gave_way = False
        self._closed_until = 0.0
        self._holds_back = False

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Find no fault with fewer connections than threads, of which most are made only when they are needed."""

    def take_in(self, accepted: socket.socket, client: Any, server: Any) -> None:
        """Serve a connection that was accepted."""
        raise NotImplementedError

    def drop_oldest(self) -> bool:
        """Close the connection that has been idle for the longest time; say whether there was one."""
        raise NotImplementedError

    def handle_exit(self, sig: int, frame: object) -> None:
        """Begin to stop; the others take the connections that come now."""
        self.place.close()
        super().handle_exit(sig, frame)

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; once a worker that has fewer had a moment to take it."""
        if self.place.is_crowded(self.nr_conns) and not self._gave_way:
            self._gave_way = True
            self._pause()
            return
        self._accept_one(listener)
        self.place.set(self.nr_conns)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections or not; not before the others have had their moment, and never again once it stops."""
        if not self.alive:
            self._close_port()
            return
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

    def _accept_one(self, listener: socket.socket) -> bool:
        """Take the next connection; say whether there was one. The oldest idle one goes where there are too many."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno in _FULL:
                if not self.drop_oldest():
                    self._pause()
            elif error.errno not in _GONE:
                raise
            return False
        if self.nr_conns + 1 >= self.worker_connections:
            self.drop_oldest()
        self.nr_conns += 1
        self.take_in(accepted, client, listener.getsockname())
        return True

    def _pause(self) -> None:
        self._closed_until = time.monotonic() + _YIELD_SECONDS
        self.set_accept_enabled(False)

    def _close_port(self) -> None:
        """Take the connections that were made before, then listen no more: who comes now goes elsewhere at once."""
        super().set_accept_enabled(False)
        for listener in self.sockets:
            if listener.sock is not None:
                while self._accept_one(listener):
                    pass
                listener.close()
