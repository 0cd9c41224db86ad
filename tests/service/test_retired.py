"""Metrics of dead workers, written by Prometheus' own client in processes of their own."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.monitoring import retired

WORK = """
from prometheus_client import Counter, Histogram
Counter("asked", "Asked.", ["route"]).labels("/a").inc(2)
Counter("answered", "Answered.").inc(0.5)
times = Histogram("seconds", "Seconds.", buckets=(1, 2))
times.observe(0.5)
times.observe(1.5)
"""


def work(folder: Path) -> int:
    """Let a process count something, and return its id, now that it is dead."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    process = subprocess.Popen([sys.executable, "-c", WORK], env=environment)
    assert process.wait() == 0
    return process.pid


def exposed(folder: Path) -> list[str]:
    """Return the numbers as Prometheus' own collector reads them from all files."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # it has no types
    return sorted(line for line in generate_latest(registry).decode().splitlines() if line[:1] != "#")


def test_the_numbers_stay_and_the_files_do_not_grow_in_number(tmp_path: Path) -> None:
    for count in range(1, 5):
        work(tmp_path)
        before = exposed(tmp_path)
        retired.fold(tmp_path, living=())
        assert exposed(tmp_path) == before
        assert f'asked_total{{route="/a"}} {2.0 * count}' in before
        assert f'seconds_bucket{{le="2.0"}} {2.0 * count}' in before
        assert len(list(tmp_path.iterdir())) == len(retired.KINDS)


def test_files_that_somebody_reads_or_writes_are_left_as_they_are(tmp_path: Path) -> None:
    pid = work(tmp_path)
    with retired.reading(tmp_path):
        retired.fold(tmp_path, living=())
    retired.fold(tmp_path, living=[pid])
    assert (tmp_path / f"counter_{pid}.db").exists()
    retired.fold(tmp_path, living=[])
    assert not (tmp_path / f"counter_{pid}.db").exists()


def test_a_reader_waits_for_who_folds(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    with retired.reading(tmp_path):  # readers do not wait for each other
        pass
    os.close(descriptor)


@pytest.mark.parametrize("keep", [0, 3, 60])
def test_a_file_that_ends_too_soon_brings_what_it_has(tmp_path: Path, keep: int) -> None:
    """As a process leaves it that dies in its first moment."""
    _, cut = work(tmp_path), work(tmp_path)
    file = tmp_path / f"counter_{cut}.db"
    file.write_bytes(file.read_bytes()[:keep])
    retired.fold(tmp_path, living=())
    assert 'asked_total{route="/a"} 2.0' in exposed(tmp_path)
