"""What breaks in the life of a service, done to a real one: nothing is lost beyond the requests in a dead process."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.service.pictures import picture, save
from tests.service.publishing import publish
from tests.service.running import PATIENCE, Running, running, until

FILE = picture(180)


class Load:
    """Clients that ask without pause, each request on a connection of its own."""

    def __init__(self, service: Running, clients: int) -> None:
        self.statuses: list[int] = []
        self.retry_after: list[str | None] = []
        self.lost: list[Exception] = []
        self._service = service
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    def _ask(self) -> None:
        while not self._stop.is_set():
            try:
                status, headers, _ = self._service.ask("POST", "/predict", FILE)
            except (OSError, http.client.HTTPException) as error:
                self.lost.append(error)
            else:
                self.statuses.append(status)
                if status == 503:
                    self.retry_after.append(headers.get("Retry-After"))

    def more(self, count: int) -> None:
        """Wait until so many more requests were answered."""
        start = len(self.statuses)
        until(lambda: len(self.statuses) >= start + count)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=PATIENCE)


@pytest.fixture
def two_workers(models: Path) -> Iterator[Running]:
    with running(models, workers=2, queue_length=4) as service:
        yield service


def test_a_killed_worker_costs_at_most_its_own_requests_and_is_replaced(two_workers: Running) -> None:
    before = set(two_workers.workers())
    with Load(two_workers, clients=4) as load:
        load.more(50)
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len(set(two_workers.workers()) - before) == 1)
        load.more(50)
        lost = len(load.lost)
        load.more(100)
    assert lost <= 4
    assert len(load.lost) == lost
    assert set(load.statuses) == {200}


def test_hup_brings_new_workers_and_loses_nothing(two_workers: Running) -> None:
    before = set(two_workers.workers())
    with Load(two_workers, clients=4) as load:
        load.more(50)
        two_workers.signal(signal.SIGHUP)
        until(lambda: not before & set(two_workers.workers()))
        load.more(50)
    assert not load.lost
    assert set(load.statuses) == {200}


def test_sixty_four_clients_get_an_answer_or_hear_when_to_come_back(two_workers: Running) -> None:
    before = two_workers.workers()
    with Load(two_workers, clients=64) as load:
        load.more(1500)
    assert not load.lost
    assert set(load.statuses) <= {200, 503}
    assert load.statuses.count(200) > 0
    assert set(load.retry_after) <= {"1"}
    assert two_workers.workers() == before


def test_metrics_of_all_workers_are_one_and_never_fall_when_one_dies(two_workers: Running) -> None:
    def counted() -> float:
        text = two_workers.ask("GET", "/metrics")[2].decode()
        lines = [line for line in text.splitlines() if line.startswith("thirtyfive_images_total{")]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    with Load(two_workers, clients=4) as load:
        load.more(100)
    answered = len(load.statuses)
    assert counted() == answered
    os.kill(two_workers.workers()[0], signal.SIGKILL)
    until(lambda: len(two_workers.workers()) == 2)
    assert counted() == answered


def test_restarts_do_not_fill_the_folder_of_the_metrics(two_workers: Running) -> None:
    def files() -> set[str]:
        return {path.name for path in folder.iterdir()}

    def replaced(before: set[int]) -> bool:
        return len(set(two_workers.workers()) - before) == 1

    two_workers.ask("POST", "/predict", FILE)
    mapped = "".join(Path(f"/proc/{pid}/maps").read_text() for pid in two_workers.workers())
    (folder,) = {Path(file).parent for file in re.findall(r"/\S+/counter_\d+\.db$", mapped, re.MULTILINE)}
    for _ in range(4):
        before = set(two_workers.workers())
        two_workers.ask("POST", "/predict", FILE)
        os.kill(min(before), signal.SIGKILL)
        until(partial(replaced, before))
    kept = {"counter_retired.db", "histogram_retired.db", "running"}
    alive = {str(pid) for pid in two_workers.workers()}
    assert kept <= files()
    assert {name.removesuffix(".db").split("_")[-1] for name in files() - kept} <= alive


def test_a_parent_that_dies_takes_its_workers_with_it(models: Path) -> None:
    with running(models, workers=2) as service:
        workers = service.workers()
        service.process.kill()
        service.process.wait()
        until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in workers))


def test_clients_that_leave_in_the_middle_cost_nothing(models: Path) -> None:
    with running(models, queue_length=1) as service:
        before = service.workers()
        for sent in (FILE[:5], FILE[:-1], FILE):  # before the body, before its end, before the answer
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
                    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(FILE)}\r\n\r\n"
                    connection.sendall(head.encode() + sent)
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
                connection.sendall(
                    b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(FILE) + FILE
                )
        until(lambda: service.ask("POST", "/predict", FILE)[0] == 200)
        assert service.workers() == before
        assert "Traceback" not in service.log.read_text()


def hostile_bodies() -> Iterator[tuple[str, bytes, str]]:
    """Yield bodies that try to fill the memory: path, body, content type."""
    wide = save(Image.new("1", (20_000, 20_000)))
    yield "/predict", wide, "image/png"
    yield "/predict", save(Image.new("RGB", (5000, 4000))), "image/png"
    yield "/predict", save(Image.new("RGBA", (5000, 4000))), "image/png"
    yield "/predict", save(Image.new("CMYK", (6000, 6000)), "JPEG"), "image/jpeg"
    noise = np.random.default_rng(0).integers(0, 256, (1500, 4000, 3), dtype=np.uint8)
    yield "/predict", save(Image.fromarray(noise)), "image/png"
    size = 19 * 1024**2
    yield "/predict", b'{"images":[' + b"[]," * (size // 3) + b"[]]}", "application/json"
    yield "/predict", b'{"images":["' + b"A" * size + b'"]}', "application/json"
    infer = "/v2/models/default/infer"
    yield infer, b'{"inputs":[' + b'{"a":1},' * (size // 8) + b"1]}", "application/json"
    yield infer, b'{"inputs":["' + b"a" * (size // 2) + b'"' + b',"b"' * 5000 + b"]}", "application/json"
    form = "multipart/form-data; boundary=x"
    part = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nx\r\n'
    yield "/predict", part * 9000 + b"--x--", form
    yield "/predict", b"--x\r\nA: " + b"a" * size, form
    yield "/diagnose", b"loss\n" + b"1\n" * 500_000, "text/csv"
    yield "/diagnose", b'{"loss":[' + b"1," * 500_000 + b"1]}", "application/json"


def test_hostile_bodies_take_little_memory_and_no_worker(models: Path) -> None:
    with running(models) as service:
        (worker,) = service.workers()
        service.ask("POST", "/predict", FILE)
        before = peak_memory(worker)
        for path, body, kind in hostile_bodies():
            status, _, answer = service.ask("POST", path, body, Content_Type=kind)
            assert status < 500, (path, body[:30], answer)
        large = b"x" * 19_000_000
        threads = [threading.Thread(target=service.ask, args=("POST", "/predict", large)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert service.workers() == [worker]
        assert peak_memory(worker) - before < 300 * 1024
        assert service.ask("POST", "/predict", FILE)[0] == 200


def peak_memory(pid: int) -> int:
    """Return the most memory that a process had so far, in KiB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmHWM:")[1].split()[0])


def test_a_request_that_no_thread_is_free_for_still_hears_of_it(models: Path) -> None:
    """Slow clients on every thread that may wait do not keep health checks from being answered."""
    with running(models, queue_length=2, read_seconds=30) as service, contextlib.ExitStack() as stack:
        for _ in range(6):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", service.port)))
            connection.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow")
        assert service.ask("GET", "/health")[0] == 200
        assert service.ask("POST", "/predict", FILE)[0] == 200


def test_the_default_model_is_published_anew_in_an_emptied_folder(models: Path) -> None:
    with running(models) as service:
        shutil.rmtree(models)
        assert service.ask("POST", "/predict", FILE)[0] == 200
        publish(models, gain=3.0)
        until(lambda: service.ask("GET", "/ready")[2]["refused"] is None)
        assert service.ask("POST", "/predict", FILE)[0] == 200
