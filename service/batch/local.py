"""The engine of one machine: processes, each with one session of ONNX Runtime that uses one core."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial

from service.batch import isolation, processes
from service.batch.job import Job, Outcome, attempt, score

_MOST_BREAKS = 3
"""Pools that may break one after another without a part done; then it is not the images that break them."""


def run(job: Job, numbers: Sequence[int], workers: int) -> Iterator[Outcome]:
    """Yield the outcome of each part as it comes.

    A process may end by an image, or for want of memory. The parts that were at work then are scored at the end, each
    in a process of its own. Without workers, this process does all, and has no such protection.
    """
    if workers == 0:
        yield from (attempt(number, partial(score, job, number)) for number in numbers)
        return
    with tempfile.NamedTemporaryFile() as memory:
        yield from _in_processes(replace(job, memory=memory.name), numbers, workers)


def _in_processes(job: Job, numbers: Sequence[int], workers: int) -> Iterator[Outcome]:
    waiting, alone, breaks = list(reversed(numbers)), list[int](), 0
    while waiting and breaks < _MOST_BREAKS:
        at_work: dict[Future[Outcome], int] = {}
        try:
            for outcome in _together(job, waiting, at_work, workers):
                breaks = 0
                yield outcome
        except BrokenProcessPool:
            breaks += 1
            alone += at_work.values()
    if breaks < _MOST_BREAKS:
        yield from (isolation.score(job, number) for number in sorted(alone))


def _together(job: Job, waiting: list[int], at_work: dict[Future[Outcome], int], workers: int) -> Iterator[Outcome]:
    """Take parts from the end of `waiting` and yield their outcomes; `at_work` has those between the two."""
    pool = processes.pool(job, workers)
    try:
        while waiting or at_work:
            while waiting and len(at_work) < 2 * workers:  # one each, and the next
                at_work[pool.submit(processes.work, waiting[-1])] = waiting[-1]
                waiting.pop()
            for future in wait(at_work, return_when=FIRST_COMPLETED).done:
                outcome = future.result()
                del at_work[future]
                yield outcome
    finally:
        pool.shutdown(cancel_futures=True)
