"""Kept connections whose clients may ask again at once: watched and answered by one thread, or few, without the rest.

A client under load asks again within a millisecond. If each connection had a thread of its own, those would wake each
other up, wait for the interpreter and spoil each other's caches while one of them computes; the main loop would add
two more hand-overs to each request. So whoever has answered a request puts its connection here, and one thread at a
time (as many as may work at once) waits for the next request on any of them and answers it by itself. As soon as it
would have to wait for a client, or takes long over an answer, it leaves the others to the main loop: they may ask for
what takes no time, and are told in time where the service is busy.
"""

import math
import selectors
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from service.server.connection import Connection

_SECONDS = 0.1  # how long a connection is watched here; the main loop watches it from then on


@dataclass(frozen=True)
class Serving:
    """What is done with a connection.

    Attributes:
        answer: Answers the request that has come; says whether the connection is kept.
        hold: Has the main loop wait for the next request, from any thread.
        part: Has the main loop end it, from any thread.
        goes_on: Says whether the worker serves on.
    """

    answer: Callable[[Connection], bool]
    hold: Callable[[Connection], None]
    part: Callable[[Connection], None]
    goes_on: Callable[[], bool]


class Lingering:
    """The connections of one worker that are watched by the threads which answer them."""

    def __init__(self, threads: int, serving: Serving) -> None:
        """Let so many threads watch at once."""
        self._poller = selectors.DefaultSelector()  # epoll or kqueue, to which more is added while a thread waits
        self._lock = threading.Lock()
        self._threads = threads
        self._watching: dict[int, float] = {}  # since when each thread is at an answer; infinity while it waits
        self._watched: dict[int, tuple[Connection, float]] = {}  # by descriptor, and until when; the oldest first
        self._serving = serving

    def __bool__(self) -> bool:
        """Say whether a thread watches, and so `relieve` has to be called now and then."""
        return bool(self._watching)

    def keep(self, connection: Connection) -> None:
        """Watch a connection that was answered: returns at once, or makes the caller a thread that watches."""
        thread = threading.get_ident()
        with self._lock:
            self._watch(connection)
            if len(self._watching) >= self._threads:
                return
            self._watching[thread] = math.inf
        try:
            while ready := self._wait(thread):
                if not all(self._answer(descriptor, thread) for descriptor in ready):
                    return
        except BaseException:  # a defect of ours; nobody would watch the others
            self._leave(thread)
            raise

    def relieve(self, now: float) -> None:
        """Have threads that are long at one answer watch no more; the main loop's part, every moment."""
        for thread, since in self._watching.copy().items():
            if since + _SECONDS <= now:
                self._leave(thread, since)

    def _wait(self, thread: int) -> list[int]:
        """Wait for requests, and leave to the main loop who does not ask; return the descriptors of those who ask.

        An empty list says that no connection is left to watch: this thread is free then.
        """
        while True:
            ready = [key.fd for key, _ in self._poller.select(_SECONDS / 2)]
            with self._lock:
                now, stops = time.monotonic(), not self._serving.goes_on()
                for descriptor, (connection, until) in list(self._watched.items()):
                    if stops or (until <= now and descriptor not in ready):
                        self._take(descriptor)
                        self._serving.hold(connection)
                if not self._watched:
                    del self._watching[thread]
                    return []
            if ready:
                return ready

    def _answer(self, descriptor: int, thread: int) -> bool:
        """Answer the request that came on a connection; say whether this thread watches on."""
        with self._lock:
            connection = self._take(descriptor)
        if connection is None:  # its time was up in this very instant
            return True
        try:
            if not connection.receive():
                self._serving.hold(connection)
                return True
            kept = self._reply(connection, thread)
        except BaseException:  # a defect of ours; nobody else knows of this connection now
            self._serving.part(connection)
            raise
        with self._lock:
            watches = thread in self._watching
            if watches:
                self._watching[thread] = math.inf
            if watches and kept and not connection.has_more:
                self._watch(connection)
                return True
        (self._serving.hold if kept else self._serving.part)(connection)
        return watches

    def _reply(self, connection: Connection, thread: int) -> bool:
        """Answer a request that has come; say whether the connection is kept. A slow client ends the watch."""
        self._watching[thread] = time.monotonic()
        connection.sock.when_slow = lambda: self._leave(thread)
        try:
            return self._serving.answer(connection)
        finally:
            connection.sock.when_slow = None

    def _leave(self, thread: int, since: float | None = None) -> None:
        """Have a thread that is at the same answer yet watch no more; where no other watches, the main loop does."""
        with self._lock:
            if thread not in self._watching or since not in (None, self._watching[thread]):
                return
            del self._watching[thread]
            for descriptor, (connection, _) in list(self._watched.items()) if not self._watching else ():
                self._take(descriptor)
                self._serving.hold(connection)

    def _watch(self, connection: Connection) -> None:
        self._poller.register(connection.sock, selectors.EVENT_READ)
        self._watched[connection.sock.fileno()] = connection, time.monotonic() + _SECONDS

    def _take(self, descriptor: int) -> Connection | None:
        connection, _ = self._watched.pop(descriptor, (None, 0.0))
        if connection is not None:
            self._poller.unregister(connection.sock)
        return connection
