"""The engine of many machines: one Ray task for each part; Ray is imported here and by nothing else of a batch.

Tasks rather than Ray Data: a part has a number and a file name, so a task that Ray runs again (its node was lost, or
thought lost while it still wrote) puts the same rows under the same name. Ray Data cuts blocks as its streams fall and
names files by the write; a run that goes on after a kill could not tell which images are done without reading all of
them. Ray keeps a worker process for the next task, and `job.score` keeps the model in it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import ray

from artifact import telemetry
from service.batch import isolation
from service.batch.job import Job, Outcome, attempt, score
from service.batch.storage import StorageError
from service.settings import usable_cores

_RETRIES = 3
"""How often Ray runs a part again whose process or node was lost; `run` tries what then failed in later rounds."""
_OBJECT_STORE = 128 * 1024**2
"""Bytes that a cluster of one machine sets aside: the model is all that is passed around."""
_AHEAD = 2
"""Tasks handed to Ray for each core of the cluster: one at work and one waiting, by which an autoscaler sees need."""


@ray.remote(num_cpus=1, max_retries=_RETRIES)  # type: ignore[untyped-decorator]  # Ray's types are not read
def _score(job: Job, number: int) -> Outcome:
    return attempt(number, lambda: score(job, number))


def run(job: Job, numbers: Sequence[int], workers: int, address: str | None) -> Iterator[Outcome]:
    """Yield the outcome of each part as it comes; parts of a node that is lost are done again on another.

    Args:
        job: What to do.
        numbers: The parts.
        workers: The most parts at work at once; 0 for as many as the cluster has cores.
        address: The cluster's; None begins one on this machine, with so many cores.

    Raises:
        StorageError: The cluster does not answer.
    """
    _connect(address, workers)
    try:
        yield from _run(job, numbers, workers)
    finally:
        ray.shutdown()


def _connect(address: str | None, workers: int) -> None:
    telemetry.switch_off()
    try:
        if address is None:
            ray.init(
                "local",  # a new one, also where another runs on this machine
                num_cpus=workers or usable_cores(),
                include_dashboard=False,
                log_to_driver=False,
                object_store_memory=_OBJECT_STORE,
                _node_ip_address="127.0.0.1",  # whatever the machine is called
            )
        else:
            ray.init(address, log_to_driver=False)
    except (ConnectionError, ValueError, RuntimeError) as error:
        where = f"The cluster at {address}" if address else "A cluster on this machine"
        raise StorageError(f"{where} cannot be used ({error}). See that it runs: ray status") from error


def _run(job: Job, numbers: Sequence[int], workers: int) -> Iterator[Outcome]:
    shared = ray.put(job)  # the model's bytes go to each node once
    waiting, at_work = list(reversed(numbers)), dict[Any, int]()
    while waiting or at_work:
        room = workers or _AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        while waiting and len(at_work) < room:
            number = waiting.pop()
            at_work[_score.remote(shared, number)] = number
        done, _ = ray.wait(list(at_work), num_returns=1)
        for reference in done:
            number = at_work.pop(reference)
            try:
                yield ray.get(reference)
            except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError):
                yield isolation.score(job, number)  # an image may be the reason, which is found on this machine
            except ray.exceptions.RayError as error:
                yield Outcome(number, None, str(error).splitlines()[0])
