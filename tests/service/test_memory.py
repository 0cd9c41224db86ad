"""Large pictures wait for memory, among all processes; those that phones and scanners make are answered."""

import io
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from service.intake.memory import SMALL, WorkingMemory
from service.problems import Problem
from tests.service.running import until

FORK = multiprocessing.get_context("fork")
LARGE = SMALL + 1


def holding(memory: WorkingMemory, size: int) -> threading.Event:
    """Hold memory in a thread until the event is set that this returns."""
    held, end = threading.Event(), threading.Event()

    def hold() -> None:
        with memory.hold(size):
            held.set()
            end.wait()

    threading.Thread(target=hold, daemon=True).start()
    held.wait()
    return end


def test_what_is_large_waits_until_there_is_room() -> None:
    memory = WorkingMemory(2 * LARGE, seconds=30)
    first, second = holding(memory, LARGE), holding(memory, LARGE)
    assert memory.held == 2 * LARGE
    with ThreadPoolExecutor() as pool:
        third = pool.submit(holding, memory, LARGE)
        with pytest.raises(TimeoutError):
            third.result(timeout=0.1)
        first.set()
        third.result(timeout=30).set()
    second.set()
    until(lambda: memory.held == 0)


def test_what_is_small_never_waits_and_is_not_counted() -> None:
    memory = WorkingMemory(LARGE, seconds=30)
    end = holding(memory, LARGE)
    with memory.hold(SMALL):
        assert memory.held == LARGE
    end.set()


def are_waiting(memory: WorkingMemory, count: int) -> bool:
    return sum(entry.waits for entry in memory._entries().values()) == count


def test_memory_is_given_in_the_order_of_arrival() -> None:
    memory = WorkingMemory(3 * LARGE, seconds=30)
    end, order = holding(memory, 2 * LARGE), []

    def hold(size: int) -> None:
        with memory.hold(size):
            order.append(size)

    threads = [threading.Thread(target=hold, args=(size,)) for size in (3 * LARGE, LARGE)]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        until(partial(are_waiting, memory, waiting))
    assert order == []  # the second would fit, and does not overtake
    end.set()
    for thread in threads:
        thread.join()
    assert order == [3 * LARGE, LARGE]


def test_a_wait_that_is_too_long_is_a_busy_service_and_leaves_nothing() -> None:
    memory = WorkingMemory(LARGE, seconds=0.05)
    end = holding(memory, LARGE)
    with pytest.raises(Problem) as refusal, memory.hold(LARGE):
        pass
    assert (refusal.value.status, refusal.value.code) == (503, "busy")
    end.set()
    with memory.hold(10 * LARGE):  # more than all there is waits for all
        assert memory.held == LARGE
    assert memory.held == 0


def test_processes_share_it_and_what_a_killed_one_held_is_free_again() -> None:
    memory = WorkingMemory(LARGE, seconds=30)
    ready = FORK.Event()

    def hold() -> None:
        with memory.hold(LARGE):
            ready.set()
            time.sleep(60)

    worker = FORK.Process(target=hold)
    worker.start()
    assert ready.wait(30)
    assert memory.held == LARGE
    os.kill(worker.pid or 0, signal.SIGKILL)
    worker.join()
    with memory.hold(LARGE):
        assert memory.held == LARGE


def test_processes_that_are_not_forked_share_it_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "memory").touch()
    one, other = (WorkingMemory(LARGE, seconds=0.05, path=str(tmp_path / "memory")) for _ in range(2))
    with one.hold(LARGE), pytest.raises(Problem), other.hold(LARGE):
        pass
    with other.hold(LARGE):
        assert one.held == LARGE


def file_of(size: tuple[int, int], kind: str, **options: Any) -> bytes:
    """Return a smooth picture, as a screen or a scanned page is, as a file."""
    row = np.linspace(0, 255, size[0]).astype(np.uint8)
    pixels = np.broadcast_to(row[None, :, None], (size[1], size[0], 3))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "size", "options"),
    [
        ("WEBP", (4000, 3000), {"quality": 30, "method": 0}),
        ("PNG", (8000, 6000), {"compress_level": 1}),
        ("TIFF", (4960, 7016), {"compression": "tiff_adobe_deflate"}),
        ("JPEG", (8160, 6120), {"quality": 50}),
    ],
)
def test_what_phones_and_scanners_write_is_answered_with_the_default_settings(
    models: Path, make_client: Callable[..., FlaskClient], kind: str, size: tuple[int, int], options: dict[str, Any]
) -> None:
    answer = make_client().post("/predict", data=file_of(size, kind, **options))
    assert answer.status_code == 200, answer.text
