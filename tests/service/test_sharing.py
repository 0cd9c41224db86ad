"""Connections among workers: the numbers that they share, and a real service with two of them."""

import contextlib
import http.client
import os
from pathlib import Path

import pytest

from service.server.sharing import Places
from tests.service.running import PATIENCE, running, until


def test_a_worker_with_more_connections_than_another_is_crowded() -> None:
    places = Places(3)
    first, second = places.take(), places.take()
    first.set(2)
    assert not first.is_crowded(2), "nobody else accepts connections yet"
    second.set(1)
    assert first.is_crowded(2)
    assert not second.is_crowded(1)
    second.set(2)
    assert not first.is_crowded(2)


def test_a_worker_that_stops_or_ends_is_not_waited_for_and_leaves_its_place() -> None:
    places = Places(2)
    first, second = places.take(), places.take()
    first.set(5)
    second.set(0)
    second.close()
    assert not first.is_crowded(5)
    second.give_back()
    third = places.take()
    third.set(1)
    assert first.is_crowded(5)


def test_a_worker_that_began_to_stop_cannot_be_counted_again() -> None:
    """The signal may come in the middle of what notes its connections."""
    places = Places(2)
    first, second = places.take(), places.take()
    first.set(5)
    second.close()
    second.set(0)
    assert not first.is_crowded(5)


def test_where_there_is_no_place_a_worker_goes_without_and_nobody_waits_for_it() -> None:
    places = Places(1)
    first, second, third = places.take(), places.take(), places.take()
    first.set(5)
    second.set(0)
    third.set(0)
    assert not first.is_crowded(5)
    second.give_back()
    third.give_back()
    first.give_back()
    places.take().set(1)
    assert first.is_crowded(5)


def test_the_numbers_are_seen_across_a_fork() -> None:
    places = Places(2)
    mine, childs = places.take(), places.take()
    mine.set(3)
    child = os.fork()
    if child == 0:
        childs.set(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert mine.is_crowded(3)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc")
def test_kept_connections_are_spread_over_the_workers(models: Path) -> None:
    with running(models, workers=2) as service, contextlib.ExitStack() as kept:
        until(lambda: service.log.read_text().count("serving default version") == 2)
        before = {pid: sockets(pid) for pid in service.workers()}

        def ask() -> bool:
            connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
            kept.callback(connection.close)
            connection.request("GET", "/health")
            assert connection.getresponse().read()
            return all(sockets(pid) > before[pid] for pid in service.workers())

        until(ask)  # both accept connections
        for _ in range(16):
            ask()
        found = [sockets(pid) - before[pid] for pid in service.workers()]
        assert min(found) >= 3, "one worker has nearly all of them"


def sockets(pid: int) -> int:
    links = (os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir())
    return sum(link.startswith("socket:") for link in links)
