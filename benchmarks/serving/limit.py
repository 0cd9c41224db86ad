"""The limit: as many processes as the service has workers, each decoding and running the network in a loop."""

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path

from artifact import decision, store
from service.inference import model


@dataclass(frozen=True)
class Limit:
    """Images a second of all processes together, and the processor time in seconds that an image took."""

    rate: float
    processor: float


def measure(models: Path, version: tuple[str, str], file: bytes, processes: int, seconds: float) -> Limit:
    """Decode and run one image again and again in so many processes; the version is a model's name and its number."""
    context = multiprocessing.get_context("spawn")
    start, counts = context.Barrier(processes), context.Queue()
    arguments = (models, version, file, seconds, start, counts)
    workers = [context.Process(target=_work, args=arguments) for _ in range(processes)]
    for worker in workers:
        worker.start()
    found = [counts.get() for _ in workers]
    for worker in workers:
        worker.join()
    return Limit(sum(done for done, _ in found) / seconds, sum(used for _, used in found) / sum(n for n, _ in found))


def probability(folder: Path, file: bytes) -> float:
    """Return what a version, given by its folder, says of an image file."""
    loaded = _load(folder.parents[1], (folder.parent.name, folder.name))
    return decision.decide(*loaded.score_files([file]).pair(0), loaded.card).probability


def _load(models: Path, version: tuple[str, str]) -> model.Model:
    return model.load(store.read(models, *version), "cpu", threads=1, batch=16)


def _work(
    models: Path,
    version: tuple[str, str],
    file: bytes,
    seconds: float,
    start: object,
    counts: "Queue[tuple[int, float]]",
) -> None:
    loaded = _load(models, version)
    loaded.score_files([file])
    start.wait()  # type: ignore[attr-defined]  # a Barrier, whose type has no public name
    until, used, done = time.perf_counter() + seconds, time.process_time(), 0
    while time.perf_counter() < until:
        loaded.score_files([file])
        done += 1
    counts.put((done, time.process_time() - used))
