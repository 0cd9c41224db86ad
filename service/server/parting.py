"""End connections gently: stop writing, drop what still comes, and close once the client has ended or some time passed.

A socket that is closed while bytes arrive answers them with a reset, which may overtake the last answer: the client,
or the proxy between, then reports a broken connection instead of the refusal (RFC 9112, section 9.6). This is done in
the main loop, for a bounded number of connections, bytes and seconds, and so costs no thread.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from service.server.connection import Connection
from service.server.holding import Holding

_MOST = 100  # connections that part at once; the oldest is closed for another
_SILENCE_SECONDS = 2.0  # how long a client that has sent everything may leave the connection open
_READ_BYTES = 64 * 1024
_READS = 16  # in one turn of the main loop


@dataclass
class _Bounds:
    """How much one client may still send, after pauses of how many seconds, and until when."""

    bytes: int
    pause: float
    until: float


class Parting:
    """The connections that were answered and are about to end."""

    def __init__(
        self, poller: selectors.BaseSelector, most_bytes: int, seconds: float, closed: Callable[[], None]
    ) -> None:
        """Drop at most `most_bytes` of each, and call `closed` when one is closed.

        A client that has not sent the whole of its request may pause for `seconds`, and go on for three times that.
        """
        self._held = Holding(poller)
        self._bounds: dict[Connection, _Bounds] = {}
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._closed = closed
        self._waste = bytearray(_READ_BYTES)

    def part(self, connection: Connection) -> None:
        """End a connection to which everything has been said."""
        now = time.monotonic()
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:  # the client was faster
            connection.close()
            self._closed()
            return
        if len(self._held) >= _MOST:
            self._close(next(iter(self._held)))
        pause = max(self._seconds, _SILENCE_SECONDS) if connection.sock.is_owed else _SILENCE_SECONDS
        connection.deadline = now + pause
        self._bounds[connection] = _Bounds(self._most_bytes, pause, now + 3 * pause)
        self._held.hold(connection, self._drop)

    def close_overdue(self, now: float) -> None:
        """Close those that have had their time."""
        for connection in self._held.overdue(now):
            self._close(connection)

    def hasten(self) -> None:
        """Give nobody more time than the shortest any more, since the worker stops."""
        self._seconds = _SILENCE_SECONDS
        until = time.monotonic() + _SILENCE_SECONDS
        for connection in self._held:
            connection.deadline = min(connection.deadline, until)
            self._bounds[connection].until = min(self._bounds[connection].until, until)

    def close_all(self) -> None:
        """Close all at once."""
        for connection in self._held:
            self._close(connection)

    def _drop(self, connection: Connection) -> None:
        bounds = self._bounds[connection]
        for _ in range(_READS):
            try:
                count = connection.sock.recv_into(self._waste)
            except BlockingIOError:
                break
            except OSError:
                count = 0
            bounds.bytes -= count
            if not count or bounds.bytes < 0:
                self._close(connection)
                return
        connection.deadline = min(time.monotonic() + bounds.pause, bounds.until)

    def _close(self, connection: Connection) -> None:
        self._held.release(connection)
        del self._bounds[connection]
        connection.close()
        self._closed()
