"""A client's socket and the end of its connection, over pairs of real sockets."""

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from service.intake.pace import Pace
from service.server.client_socket import ClientSocket
from service.server.connection import MOST_HEAD_BYTES, Connection
from service.server.parting import Parting

LIMITS = SimpleNamespace(limit_request_line=4094)


@pytest.fixture
def pair() -> Iterator[tuple[ClientSocket, socket.socket]]:
    """Return the service's side and the client's; the client may stand still for a tenth of a second."""
    ours, theirs = socket.socketpair()
    with ClientSocket(ours, Pace(seconds=0.1, rate=1000)) as service, theirs:
        yield service, theirs


def test_what_has_come_is_read_and_a_standstill_ends_the_body(pair: tuple[ClientSocket, socket.socket]) -> None:
    service, client = pair
    client.sendall(b"hello")
    assert service.recv(100) == b"hello"
    assert service.recv(100) == b""
    assert service.too_slow
    client.sendall(b"too late")
    assert service.recv(100) == b""


def test_a_client_that_takes_nothing_does_not_keep_the_sender(pair: tuple[ClientSocket, socket.socket]) -> None:
    service, _ = pair
    with pytest.raises(BrokenPipeError, match="too slowly"):
        service.sendall(b"x" * 50_000_000)


def test_an_answer_larger_than_the_buffers_arrives_whole() -> None:
    ours, client = socket.socketpair()
    data = bytes(range(256)) * 40_000
    with ClientSocket(ours, Pace(seconds=60, rate=0)) as service, client:  # however busy the machine is
        sender = threading.Thread(target=service.sendall, args=(data,))
        sender.start()
        found = bytearray()
        while len(found) < len(data) and (more := client.recv(1_000_000)):
            found += more
        sender.join()
    assert found == data


def test_a_client_that_waits_for_a_word_hears_it_when_its_body_is_asked_for(
    pair: tuple[ClientSocket, socket.socket],
) -> None:
    service, client = pair
    service.continues = True
    service.recv(100)
    assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_the_rest_of_a_body_is_waited_for_only_a_moment(pair: tuple[ClientSocket, socket.socket]) -> None:
    service, client = pair
    client.sendall(b"part")
    service.rest_until = time.monotonic()
    assert service.recv(100) == b"part"
    with pytest.raises(BlockingIOError):
        service.recv(100)
    assert not service.too_slow


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n",  # the parser refuses it, and need not wait for more
        b"GET /" + b"a" * 4200,
    ],
)
def test_a_head_is_whole_whatever_the_pieces_in_which_it_comes(
    pair: tuple[ClientSocket, socket.socket], head: bytes
) -> None:
    service, client = pair
    connection = Connection(LIMITS, service, None, None)
    needed = head.index(b"\n") + 1 if b"\r\n" not in head[2:] and b"\n" in head else len(head)
    for index in range(needed - 1 if len(head) < 1000 else 4000):
        client.sendall(head[index : index + 1])
        assert not connection.receive()
    client.sendall(head[index + 1 :])
    assert connection.receive()
    assert not connection.ended


def test_a_head_without_end_is_handed_over_to_be_refused(pair: tuple[ClientSocket, socket.socket]) -> None:
    service, client = pair
    connection = Connection(LIMITS, service, None, None)
    line = b"X: " + b"a" * 1000 + b"\r\n"
    client.sendall(b"GET / HTTP/1.1\r\n")
    sent = 0
    while not connection.receive():
        client.sendall(line)
        sent += len(line)
    assert MOST_HEAD_BYTES - 2000 < sent < MOST_HEAD_BYTES + 10_000


def parting(poller: selectors.BaseSelector, closed: list[None], most: int = 1_000_000) -> Parting:
    return Parting(poller, most, seconds=10, closed=lambda: closed.append(None))


def connect() -> tuple[Connection, socket.socket]:
    """Return a connection over TCP, where a close with bytes unread is a reset."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, address = listener.accept()
    return Connection(LIMITS, ClientSocket(accepted, Pace(10, 0)), address, None), client


def test_a_client_that_still_sends_reads_the_answer_and_no_reset() -> None:
    poller, closed = selectors.DefaultSelector(), list[None]()
    connection, client = connect()
    with poller, client:
        client.sendall(b"x" * 50_000)
        connection.sock.sendall(b"refused")
        ending = parting(poller, closed)
        ending.part(connection)
        client.sendall(b"x" * 50_000)
        for key, _ in poller.select(1):
            key.data(key.fileobj)
        assert client.recv(100) == b"refused"
        assert client.recv(100) == b""
        assert not closed
        client.close()
        for key, _ in poller.select(1):
            key.data(key.fileobj)
        assert len(closed) == 1


def test_a_client_that_sends_without_end_is_closed_after_so_many_bytes() -> None:
    poller, closed = selectors.DefaultSelector(), list[None]()
    connection, client = connect()
    with poller, client:
        ending = parting(poller, closed, most=100_000)
        ending.part(connection)
        for _ in range(20):
            if closed:
                break
            client.sendall(b"x" * 50_000)
            for key, _ in poller.select(1):
                key.data(key.fileobj)
        assert len(closed) == 1


def test_a_client_in_the_middle_of_its_request_has_more_time_until_the_worker_stops() -> None:
    poller, closed = selectors.DefaultSelector(), list[None]()
    connection, client = connect()
    with poller, client:
        connection.sock.is_owed = True
        ending = parting(poller, closed)
        ending.part(connection)
        ending.close_overdue(time.monotonic() + 5)
        assert not closed
        ending.hasten()
        ending.close_overdue(time.monotonic() + 5)
        assert len(closed) == 1


def test_the_number_of_those_that_part_is_bounded_and_the_oldest_goes_first() -> None:
    poller, closed = selectors.DefaultSelector(), list[None]()
    pairs = [connect() for _ in range(101)]
    with poller:
        ending = parting(poller, closed)
        for connection, _ in pairs:
            ending.part(connection)
        assert len(closed) == 1
        assert pairs[0][0].sock.fileno() == -1
        ending.close_all()
        assert len(closed) == 101
    for _, client in pairs:
        client.close()
