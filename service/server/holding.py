"""Connections that wait for their clients in the main loop, where they cost no thread; the oldest go first."""

import selectors
from collections.abc import Callable, Iterator

from service.server.connection import Connection


class Holding:
    """Connections whose clients may send something, each until its deadline."""

    def __init__(self, poller: selectors.BaseSelector) -> None:
        """Hold nothing yet."""
        self._poller = poller
        self._held: dict[Connection, None] = {}  # in the order in which they came

    def __len__(self) -> int:
        """Return how many are held."""
        return len(self._held)

    def __iter__(self) -> Iterator[Connection]:
        """Yield those that are held, the oldest first; some may be released meanwhile."""
        return iter(list(self._held))

    def hold(self, connection: Connection, readable: Callable[[Connection], None]) -> None:
        """Call `readable` whenever the client has sent something, until the connection is released."""

        def call(_: object) -> None:
            if connection in self._held:  # it may have been released in the same turn of the loop
                readable(connection)

        self._held[connection] = None
        self._poller.register(connection.sock, selectors.EVENT_READ, call)

    def release(self, connection: Connection) -> None:
        """Hold a connection no longer."""
        del self._held[connection]
        self._poller.unregister(connection.sock)

    def oldest(self) -> Connection | None:
        """Return the one that has been held for the longest time, or None."""
        return next(iter(self._held), None)

    def overdue(self, now: float) -> list[Connection]:
        """Return those whose deadline has passed."""
        return [connection for connection in self._held if connection.deadline <= now]
