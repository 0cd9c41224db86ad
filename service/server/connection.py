"""A connection while no thread works on it: the head of the next request is received here, byte by byte if need be."""

import re
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.workers.gthread import TConn

from service.server.client_socket import ClientSocket

MOST_HEAD_BYTES = 64 * 1024
"""The largest head of a request, all its lines together."""
_READ_BYTES = 8192
_END = b"\r\n\r\n"
_BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A client's connection.

    Attributes:
        sock: The client's socket.
        deadline: When whoever waits for the client gives up, in seconds of the monotonic clock.
        ended: Whether the client sends no more.
        posted: Whether its last request was a POST, by which programs ask.
    """

    sock: ClientSocket

    def __init__(self, cfg: Any, sock: ClientSocket, client: Any, server: Any) -> None:
        """Begin with nothing received."""
        super().__init__(cfg, sock, client, server)
        self.data_ready = True  # no thread is given a connection before the head of a request has come
        self.deadline = 0.0
        self.ended = self.posted = False
        self._head = bytearray()
        self._line_bytes = cfg.limit_request_line + 4  # with an empty line before it, and its own end

    @property
    def has_begun(self) -> bool:
        """Whether a part of a request has come."""
        return bool(self._head)

    @property
    def has_more(self) -> bool:
        """Whether a part of the next request came together with the last one."""
        return bool(self.parser.unreader.buf.getbuffer().nbytes)

    def receive(self) -> bool:
        """Take what has come without waiting; say whether there is something for a thread to parse."""
        if self.parser is not None:
            self._head += self.parser.unreader.take_buffered()  # it came together with the last request
        seen = 0
        while not self._is_complete(seen):
            seen = len(self._head)
            data = self.sock.recv_now(_READ_BYTES)
            if not data:
                self.ended = data is not None
                return False
            self._head += data
        return True

    def hand_over(self) -> None:
        """Give what was received to gunicorn's parser; the part of the thread that works on the request.

        Raises:
            LimitRequestHeaders: Where the head is too large.
        """
        self.init()
        self.sock.begin_request()
        head = bytes(self._head)
        self._head.clear()
        if len(head) > MOST_HEAD_BYTES and head.find(_END, 0, MOST_HEAD_BYTES) < 0:
            raise LimitRequestHeaders("the head is too large")
        self.parser.unreader.unread(head)

    def _is_complete(self, seen: int) -> bool:
        """Say whether the head is whole, or such that the parser refuses it without reading on.

        Args:
            seen: How many bytes have been looked at before.
        """
        head = self._head
        if head.find(_END, max(0, seen - len(_END))) >= 0 or len(head) > MOST_HEAD_BYTES:
            return True
        if seen <= self._line_bytes < len(head) and b"\r\n" not in head[2:]:
            return True
        return _BARE_LINE_FEED.search(head, seen) is not None
