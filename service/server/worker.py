"""Gunicorn's threaded worker, in which a connection costs a thread only while a request is worked on.

Connections that have sent no whole head of a request, kept ones, and those that part wait in the main loop; their
number is bounded. Limits of time are on standstill, and connections are shared evenly among the workers.
"""

import os
import socket
import sys
import time
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER

from service.intake.budget import budget_of
from service.intake.pace import Pace
from service.server import early_signals, refusals
from service.server.accepting import AcceptingWorker
from service.server.client_socket import ClientSocket
from service.server.connection import Connection
from service.server.framing import MOST_DROPPED_BYTES, Wsgi, framed
from service.server.holding import Holding
from service.server.lingering import Lingering, Serving
from service.server.parting import Parting
from service.settings import Settings

_LOOK_SECONDS = 0.25  # how often deadlines are looked at
_GRACE_SECONDS = 1.0  # what a slow client is given where threads are short


class Worker(AcceptingWorker):
    """Serves requests on a pool of threads."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take the limits from the settings."""
        super().__init__(*arguments, **options)
        self.max_keepalived = sys.maxsize  # the number of all connections is bounded here
        self._settings = Settings()
        self._busy: dict[Connection, float] = {}  # since when a thread works on it
        self._queued: set[Connection] = set()
        self._looked = 0.0
        self._refused = 0  # bodies for which there was no memory, when it was looked at

    def load_wsgi(self) -> None:
        """Load the application, and end connections where they have to end."""
        super().load_wsgi()
        self._budget = budget_of(self.app.wsgi())
        self.wsgi: Wsgi = framed(self.app.wsgi(), lambda: bool(self.alive))

    def init_signals(self) -> None:
        """Hear the signals that gunicorn's workers do, and let none of the parent's end this process."""
        super().init_signals()
        early_signals.leave_to_parent()

    def run(self) -> None:
        """Serve until stopped, and take part in the sharing of connections for as long."""
        self._held = Holding(self.poller)
        self._parting = Parting(self.poller, MOST_DROPPED_BYTES, self._settings.read_seconds, self._forget)
        serving = Serving(self._handle_one, self._hand_back, self._part, lambda: bool(self.alive))
        self._lingering = Lingering(self._settings.concurrency, serving)
        self.place.set(0)
        super().run()

    def handle_quit(self, sig: int, frame: object) -> None:
        """End at once, as QUIT and INT ask; the handler may interrupt the pool while it holds its locks."""
        os._exit(0)

    # Waiting for clients, in the main loop

    def take_in(self, accepted: socket.socket, client: Any, server: Any) -> None:
        """Wait for the first request of a new connection."""
        client_socket = ClientSocket(accepted, Pace.of(self._settings))
        self._hold(Connection(self.cfg, client_socket, client, server), self._settings.read_seconds)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for what comes next; not for long where requests are waited for or worked on, or the worker stops."""
        soon = bool(self._queued or self._busy or self._lingering) or not self.alive
        super().wait_for_and_dispatch_events(min(timeout, _LOOK_SECONDS) if soon else timeout)

    def _hold(self, connection: Connection, seconds: float) -> None:
        """Wait for the head of a request, which may have come already."""
        connection.deadline = time.monotonic() + (self._settings.read_seconds if connection.has_begun else seconds)
        self._held.hold(connection, self._receive)
        self._receive(connection)

    def _receive(self, connection: Connection) -> None:
        had_begun = connection.has_begun
        if connection.receive():
            self._held.release(connection)
            self.enqueue_req(connection)
        elif connection.ended:
            self._drop(connection)
        elif connection.has_begun and not had_begun:
            connection.deadline = time.monotonic() + self._settings.read_seconds

    def _drop(self, connection: Connection) -> None:
        self._held.release(connection)
        connection.close()
        self._forget()

    def drop_oldest(self) -> bool:
        """Close the connection that has waited for its client for the longest time; say whether there was one."""
        oldest = self._held.oldest()
        if oldest is not None:
            self._drop(oldest)
        return oldest is not None

    def _forget(self) -> None:
        """Note that a connection is no more."""
        self.nr_conns -= 1

    def murder_pending(self) -> None:
        """End what takes too long; the main loop calls this after each wait, at least every second."""
        if self.alive:
            self.place.set(self.nr_conns)
        now = time.monotonic()
        if now < self._looked + _LOOK_SECONDS:
            return
        self._looked = now
        for connection in self._held.overdue(now):
            self._drop(connection)
        self._parting.close_overdue(now)
        self._lingering.relieve(now)
        busy = self._busy.copy()
        for connection, since in busy.items():
            if not connection.sock.is_waiting and now - since - connection.sock.waited > self._settings.request_seconds:
                connection.sock.hang_up()
        self._make_room([connection for connection in busy if connection.sock.waits_in_vain(now, _GRACE_SECONDS)])

    def _make_room(self, slow: list[Connection]) -> None:
        """End slow clients, whose threads or memory others need: the longest at work first."""
        short = len(self._queued) if len(self._busy) >= self.cfg.threads else 0
        if self._budget.refused != self._refused:
            self._refused, short = self._budget.refused, len(slow)
        for connection in slow[:short]:
            connection.sock.cut()

    def murder_keepalived(self, force: bool = False) -> None:
        """Close everything that waits, where that is asked for; deadlines are looked at elsewhere."""
        if force:
            for connection in self._held:
                self._drop(connection)
            self._parting.close_all()

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait no longer than this for requests that have not begun."""
        for connection in self._held:
            if not connection.has_begun:
                connection.deadline = min(connection.deadline, deadline)
        self._parting.hasten()

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Log what ended a thread's work; where that ends well, the thread has said by itself what comes next."""
        if fs.exception() is not None:
            self.log.error("A thread ended: %r", fs.exception())

    def _await_next(self, conn: Connection) -> None:
        self._hold(conn, self.cfg.keepalive if self.alive else min(self.cfg.keepalive, STOP_KEEPALIVE_LINGER))

    # Working, in a thread

    def enqueue_req(self, conn: Connection) -> None:
        """Queue a connection for a thread, and remember that it waits."""
        self._queued.add(conn)
        super().enqueue_req(conn)

    def handle(self, conn: Connection) -> None:
        """Handle one request; after a POST, which another often follows at once, this thread may watch for more."""
        self._queued.discard(conn)
        try:
            kept = self._handle_one(conn)
        except BaseException:  # a defect of ours, or the end of the process
            self._part(conn)
            raise
        if not kept:
            self._part(conn)
        elif conn.posted and self.alive and not conn.has_more:
            self._lingering.keep(conn)
        else:
            self._hand_back(conn)

    def _handle_one(self, conn: Connection) -> bool:
        """Answer the request that has come; say whether the connection is kept."""
        self._busy[conn] = time.monotonic()
        try:
            conn.hand_over()
            return super().handle(conn) is True
        except Exception as error:
            self.handle_error(None, conn.sock, conn.client, error)
            return False
        finally:
            self._busy.pop(conn, None)

    def _hand_back(self, conn: Connection) -> None:
        """Have the main loop wait for the next request."""
        self.method_queue.defer(self._await_next, conn)

    def _part(self, conn: Connection) -> None:
        """Have the main loop end a connection."""
        self.method_queue.defer(self._parting.part, conn)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer a request; a client that waits for a word before it sends the body hears it when the body is read."""
        conn.posted = req.method == "POST"
        conn.sock.continues = req._expected_100_continue
        req._expected_100_continue = False
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what is not HTTP, or passes gunicorn's limits, with a problem; anything else is a defect of ours."""
        refusals.send(client, addr, exc)
