"""A client's socket, on which a thread waits only as long as the client keeps up.

Gunicorn leaves slow clients to a proxy in front. This service may be reached directly, so a client that sends its body,
or takes its answer, a byte at a time must not keep a thread for ever.
"""

import contextlib
import errno
import select
import socket
import time
from collections.abc import Callable
from typing import Any

from service.intake.pace import Pace

_GAP_SECONDS = 0.1  # clients often send the body right after the headers, and not together with them
_BRIEF_SECONDS = 0.005  # how long a thread that others rely on waits for a client, in a request
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class ClientSocket(socket.socket):
    """A socket whose `recv` and `sendall` wait for the client at a pace, and `recv_now` not at all.

    Attributes:
        too_slow: Whether the client did not keep up; its body then ends, as if it had left.
        continues: Whether the client waits for a word before it sends the body; it is said when the body is asked for.
        rest_until: Where only the rest of a body is dropped: until when that may take; it then must come without gaps.
        is_owed: Whether the client may still send a part of a body that nobody reads any more.
        waited: Seconds that were spent waiting for the client, in this request.
        when_slow: Called once, by the thread that waits, where this request has made it wait for more than a moment.
    """

    def __init__(self, accepted: socket.socket, pace: Pace) -> None:
        """Take over a socket that was accepted."""
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        super().setblocking(False)
        self._pace = pace
        self._waits_since: float | None = None
        self.too_slow = False
        self.continues = False
        self.rest_until: float | None = None
        self.is_owed = False
        self.waited = 0.0
        self.when_slow: Callable[[], None] | None = None

    def begin_request(self) -> None:
        """Begin to measure anew, with the body of a request."""
        self._pace.start()
        self.too_slow = self.continues = False
        self.rest_until = None
        self.waited = 0.0

    def setblocking(self, flag: bool) -> None:
        """Leave the socket as it is: whether to wait is decided here."""

    def settimeout(self, value: float | None) -> None:
        """Leave the socket as it is: how long to wait is decided here."""

    def recv_now(self, size: int) -> bytes | None:
        """Return what has come: None where nothing has, no bytes where the client sends no more."""
        try:
            return super().recv(size)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:  # the connection is broken
            return b""

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Return what comes next; nothing where the client ended or does not keep up.

        Raises:
            BlockingIOError: Where only the rest is dropped, and does not come in time.
        """
        while not self.too_slow:
            try:
                data = super().recv(size, flags)
                self._pace.moved(len(data))
                return b"" if self.too_slow else data
            except BlockingIOError:
                if self.rest_until is not None:
                    if self._rest_comes(self.rest_until):
                        continue
                    raise
            if self.continues:
                self.continues = False
                self.sendall(_CONTINUE)
            if not self._wait(select.POLLIN):
                self.too_slow = True
        return b""

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all; raises `BrokenPipeError` where the client does not take it fast enough."""
        rest = memoryview(data)
        while rest:
            try:
                sent = super().send(rest, flags)
                self._pace.moved(sent)
                rest = rest[sent:]
            except BlockingIOError:
                if not self._wait(select.POLLOUT):
                    raise BrokenPipeError(errno.EPIPE, "the client takes its answer too slowly") from None

    @property
    def is_waiting(self) -> bool:
        """Whether a thread waits for the client now."""
        return self._waits_since is not None

    def waits_in_vain(self, now: float, least: float) -> bool:
        """Say whether a thread waits, for at least so many seconds in all, for a client that does not keep up."""
        since = self._waits_since
        return since is not None and self._pace.is_behind(now - since, least)

    def cut(self) -> None:
        """End the body here, from another thread; an answer can be sent."""
        self.too_slow = True
        with contextlib.suppress(OSError):  # it may have ended by itself in this instant
            self.shutdown(socket.SHUT_RD)

    def hang_up(self) -> None:
        """End both ways, from another thread."""
        self.too_slow = True
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)

    def _rest_comes(self, until: float) -> bool:
        poll = select.poll()
        poll.register(self, select.POLLIN)
        return bool(poll.poll(1000 * max(0.0, min(_GAP_SECONDS, until - time.monotonic()))))

    def _wait(self, event: int) -> bool:
        """Wait until the client sends or takes something; say whether it may go on."""
        poll = select.poll()
        poll.register(self, event)
        self._waits_since = begun = time.monotonic()
        left, brief = self._pace.left, max(0.0, _BRIEF_SECONDS - self.waited)
        try:
            if self.when_slow is not None and brief < left and not poll.poll(1000 * brief):
                self.when_slow()
                self.when_slow = None
            poll.poll(1000 * max(0.0, left - time.monotonic() + begun))
        finally:
            self._waits_since = None
        seconds = time.monotonic() - begun
        self.waited += seconds
        return self._pace.waited(seconds)
