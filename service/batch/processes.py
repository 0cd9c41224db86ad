"""Processes that do the work: started afresh, since ONNX Runtime survives no fork, and gone when their parent is."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import connection
from typing import Any

from service.batch.job import Job, Outcome, attempt, score

_CONTEXT = multiprocessing.get_context("spawn")

_job: Job | None = None
_place: Any = None
"""In a process: the number, shared with the parent, that says which image of its part it is at."""


def new_place() -> Any:
    """Return a number, at first -1, that outlives the process that writes it."""
    return _CONTEXT.Value("q", -1)


def pool(job: Job, workers: int, place: Any = None) -> ProcessPoolExecutor:
    """Return a pool of processes for one job, which write into `place` which image they are at."""
    return ProcessPoolExecutor(workers, _CONTEXT, initializer=_begin, initargs=(job, place))


def work(number: int, without: frozenset[int] = frozenset()) -> Outcome:
    """Score a part in a process of the pool, without the images at some places of it."""
    assert _job is not None, "the pool begins with _begin"
    job = _job
    return attempt(number, lambda: score(job, number, without, _note))


def _note(place: int) -> None:
    if _place is not None:
        _place.value = place


def _begin(job: Job, place: Any) -> None:
    global _job, _place
    _job, _place = job, place
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the parent lets parts end
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the parent does, also by kill -9; the pool alone would leave it waiting for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "this runs in workers"
    connection.wait([parent.sentinel])
    os._exit(1)
