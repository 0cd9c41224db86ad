"""Bound the memory that bodies take: a request is let in only where its body has room beside those being read."""

import threading
from typing import cast

import flask
from flask import Flask, request

from service import problems
from service.problems import Problem

_KEY = "thirtyfive.budget"


class Budget:
    """So many bytes of bodies in memory at once.

    Attributes:
        refused: How often there was no room.
    """

    def __init__(self, total: int, largest: int) -> None:
        """Allow `total` bytes together, and `largest` for one body."""
        self._free = max(total, largest)
        self._largest = largest
        self._lock = threading.Lock()
        self.refused = 0

    def reserve(self, size: int) -> None:
        """Take room for a body of `size` bytes.

        Raises:
            Problem: 413 where no body may be so large, 503 where there is no room now.
        """
        if size > self._largest:
            detail = f"The body has {size:,} bytes; at most {self._largest:,} are read. Send fewer or smaller images."
            closing, people = {"Connection": "close"}, problems.fewer(self._largest)
            raise Problem(413, "too_many_bytes", detail, self._largest, closing, people=people)
        with self._lock:
            if size > self._free:
                self.refused += 1
                raise problems.busy("The bodies being read fill the memory set aside for them. Try again in a second.")
            self._free -= size

    def release(self, size: int) -> None:
        """Give the room of a body back."""
        with self._lock:
            self._free += size

    def register(self, app: Flask) -> None:
        """Reserve room before each request of an application, and release it after."""
        app.extensions[_KEY] = self
        app.before_request(self._before)
        app.teardown_request(self._after)

    def _before(self) -> None:
        encoding = request.headers.get("Content-Encoding", "identity")
        if encoding.strip().lower() != "identity":
            detail = f"A body with Content-Encoding {encoding[:40]!r} is not read here; send it as it is."
            raise Problem(415, "content_encoding", detail)
        size = self._largest if request.content_length is None and _has_body() else request.content_length or 0
        self.reserve(size)
        flask.g.reserved = size

    def _after(self, _: BaseException | None) -> None:
        self.release(flask.g.pop("reserved", 0))


def budget_of(app: Flask) -> Budget:
    """Return the budget of an application."""
    return cast(Budget, app.extensions[_KEY])


def _has_body() -> bool:
    """Say whether a body of unknown length follows (chunked transfer)."""
    return "Transfer-Encoding" in request.headers
