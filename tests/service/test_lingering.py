"""Kept connections that few threads watch and answer, over pairs of real sockets; and the log that nobody reads."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from service.intake.pace import Pace
from service.server import lingering
from service.server.client_socket import ClientSocket
from service.server.connection import Connection
from service.server.lingering import Lingering, Serving
from service.server.server_log import ServerLog
from tests.service.running import PATIENCE

LIMITS = SimpleNamespace(limit_request_line=4094)
ASKED = b"POST / HTTP/1.1\r\nHost: x\r\n\r\n"
Event = tuple[str, Connection, int]


class House:
    """A worker in small: it answers each request with a word, and writes down who did what."""

    def __init__(self, threads: int = 1) -> None:
        self.events: list[Event] = []
        self.changed = threading.Condition()
        self.open = True
        self.computed = threading.Event()
        self.threads: list[threading.Thread] = []
        serving = Serving(self._answer, self._note("held"), self._note("ended"), lambda: self.open)
        self.lingering = Lingering(threads, serving)

    def keep(self, connection: Connection) -> threading.Thread:
        thread = threading.Thread(target=self.lingering.keep, args=(connection,), daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def empty(self) -> None:
        """Wait until no thread is at work, so that none finds its connection closed by the end of a test."""
        for thread in self.threads:
            thread.join(PATIENCE)

    def wait_for(self, kind: str, count: int) -> list[Event]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.of(kind)) >= count, PATIENCE)
        return self.of(kind)

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event[0] == kind]

    def _note(self, kind: str) -> Any:
        def note(connection: Connection) -> None:
            with self.changed:
                self.events.append((kind, connection, threading.get_ident()))
                self.changed.notify_all()

        return note

    def _answer(self, connection: Connection) -> bool:
        head = bytes(connection._head)
        connection._head.clear()
        if b"defect" in head:
            raise ZeroDivisionError
        if b"slow" in head:
            connection.sock.recv(1)  # of a body that has not come
        if b"long" in head:
            self._note("begun")(connection)
            assert self.computed.wait(PATIENCE)
        connection.sock.sendall(b"answer")
        self._note("answered")(connection)
        return b"last" not in head


@pytest.fixture
def pairs() -> Iterator[list[tuple[Connection, socket.socket]]]:
    with ExitStack() as stack:
        found = []
        for _ in range(3):
            ours, theirs = socket.socketpair()
            client = stack.enter_context(theirs)
            client.settimeout(PATIENCE)
            service = stack.enter_context(ClientSocket(ours, Pace(seconds=60, rate=1)))
            connection = Connection(LIMITS, service, None, None)
            connection.parser = SimpleNamespace(unreader=SimpleNamespace(take_buffered=lambda: b"", buf=Empty()))
            found.append((connection, client))
        yield found


class Empty:
    """A buffer in which nothing is left."""

    def getbuffer(self) -> memoryview:
        return memoryview(b"")


def test_one_thread_answers_all_connections_that_ask_again(
    pairs: list[tuple[Connection, socket.socket]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lingering, "_SECONDS", PATIENCE)  # however slowly the threads begin, they meet
    house = House()
    for _, client in pairs:
        client.sendall(ASKED)
    threads = [house.keep(connection) for connection, _ in pairs]
    assert [client.recv(100) for _, client in pairs] == [b"answer"] * 3
    assert len({thread for _, _, thread in house.wait_for("answered", 3)}) == 1
    assert not house.of("held"), "all are watched on"
    monkeypatch.undo()
    for _, client in pairs:
        client.close()
    for thread in threads:
        thread.join(PATIENCE)
    assert {connection for _, connection, _ in house.wait_for("held", 3)} == {connection for connection, _ in pairs}


def test_who_does_not_ask_again_goes_to_the_main_loop_and_the_thread_is_free(
    pairs: list[tuple[Connection, socket.socket]],
) -> None:
    house = House()
    (connection, client), (other, _), _ = pairs
    house.keep(connection).join(PATIENCE)
    assert house.of("held") == house.events
    client.sendall(ASKED)
    house.keep(other).join(PATIENCE)
    assert [event[1] for event in house.of("held")] == [connection, other], "what is held is watched no more"
    assert not house.of("answered")


def test_half_a_head_and_an_end_are_left_to_the_main_loop(pairs: list[tuple[Connection, socket.socket]]) -> None:
    house = House()
    (half, client), (ended, gone), _ = pairs
    client.sendall(ASKED[:10])
    gone.close()
    for thread in [house.keep(half), house.keep(ended)]:
        thread.join(PATIENCE)
    assert {event[1] for event in house.wait_for("held", 2)} == {half, ended}
    assert half.has_begun
    assert ended.ended


def test_an_answer_that_ends_the_connection_has_it_ended(pairs: list[tuple[Connection, socket.socket]]) -> None:
    house, (connection, client) = House(), pairs[0]
    client.sendall(ASKED.replace(b"Host: x", b"X: last"))
    house.keep(connection).join(PATIENCE)
    assert [event[1] for event in house.of("ended")] == [connection]
    assert not house.of("held")


def test_a_long_answer_keeps_nobody_from_the_main_loop_or_from_another_thread(
    pairs: list[tuple[Connection, socket.socket]],
) -> None:
    house, before = House(), time.monotonic()
    (long, patient), (quick, _), (third, last) = pairs
    patient.sendall(ASKED.replace(b"Host: x", b"X: long"))
    at_work = house.keep(long)
    house.wait_for("begun", 1)
    house.keep(quick).join(PATIENCE)
    house.lingering.relieve(before + 0.09)  # it began later, and a tenth of a second is a moment
    assert not house.of("held"), "an answer may take a moment"
    house.lingering.relieve(time.monotonic() + 1)
    assert [event[1] for event in house.of("held")] == [quick]
    last.sendall(ASKED)
    house.keep(third)
    assert last.recv(100) == b"answer"
    house.computed.set()
    at_work.join(PATIENCE)
    assert patient.recv(100) == b"answer"
    assert long in {event[1] for event in house.of("held")}
    assert not house.of("ended")
    house.empty()


def test_a_slow_client_keeps_nobody_from_the_thread_that_waits_for_it(
    pairs: list[tuple[Connection, socket.socket]],
) -> None:
    house = House()
    (slow, late), (quick, client), (third, last) = pairs
    late.sendall(ASKED.replace(b"Host: x", b"X: slow"))
    waiting = house.keep(slow)
    house.keep(quick)
    house.wait_for("held", 1)  # by the thread that waits, or by one that has taken its place
    assert [event[1] for event in house.of("held")] == [quick]
    last.sendall(ASKED)
    house.keep(third)
    assert last.recv(100) == b"answer"
    assert not house.of("ended")
    client.close()
    late.sendall(b"b")
    assert late.recv(100) == b"answer"
    waiting.join(PATIENCE)
    assert slow in {event[1] for event in house.wait_for("held", 3)}
    house.empty()


def test_a_worker_that_stops_leaves_all_to_the_main_loop(pairs: list[tuple[Connection, socket.socket]]) -> None:
    house = House()
    house.open = False
    for connection, client in pairs:
        client.sendall(ASKED)
        house.keep(connection).join(PATIENCE)
    assert len(house.of("held")) == 3
    assert not house.of("answered")


def test_no_line_of_an_access_log_is_put_together() -> None:
    read: Any = None  # none of what gunicorn would put into it can be read
    ServerLog.access(read, read, read, read, read)


@pytest.mark.parametrize("where", ["answer", "receive"])
def test_a_defect_ends_its_thread_and_its_connection_and_no_other(
    pairs: list[tuple[Connection, socket.socket]], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    house, seen, (bad, client), (other, last) = House(), [], pairs[0], pairs[1]
    monkeypatch.setattr(threading, "excepthook", lambda found: seen.append(found.exc_type))
    if where == "receive":
        monkeypatch.setattr(bad, "receive", lambda: 1 / 0)
    client.sendall(ASKED.replace(b"Host: x", b"X: defect"))
    house.keep(bad).join(PATIENCE)
    assert ZeroDivisionError in seen
    assert house.of("ended") == house.events
    assert [event[1] for event in house.events] == [bad]
    last.sendall(ASKED)
    house.keep(other)
    assert last.recv(100) == b"answer", "another thread watches now"
    house.empty()
