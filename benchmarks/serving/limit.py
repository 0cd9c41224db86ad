"""The limit: as many processes as the service has workers, each decoding and running the network in a loop.

The loop is the rivals' own `classifier`, so that no server that runs it can be faster. One thing is taken out of it
that a loop suffers from and a server may be spared by chance: Pillow gives each picture's memory back to the C
library, which gives it on to the system where nothing lies behind it. The 735 page faults of the next photograph of
640 x 480 then take a seventh of an image's time.
"""

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path

from PIL import Image

from benchmarks.serving.rivals.classifier import Classifier


@dataclass(frozen=True)
class Limit:
    """Images a second of all processes together, and the processor time in seconds that an image took."""

    rate: float
    processor: float


def measure(folder: Path, file: bytes, processes: int, seconds: float) -> Limit:
    """Decode and run one image again and again in so many processes, on the network in a folder."""
    context = multiprocessing.get_context("spawn")
    start, counts = context.Barrier(processes), context.Queue()
    workers = [context.Process(target=_work, args=(folder, file, seconds, start, counts)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    found = [counts.get() for _ in workers]
    for worker in workers:
        worker.join()
    return Limit(sum(done for done, _ in found) / seconds, sum(used for _, used in found) / sum(n for n, _ in found))


def probability(folder: Path, file: bytes) -> float:
    """Return what the network in a folder says of an image file."""
    return float(str(Classifier(str(folder)).predict(file)["probability"]))


def _work(folder: Path, file: bytes, seconds: float, start: object, counts: "Queue[tuple[int, float]]") -> None:
    Image.core.set_block_size(4 * 1024**2)  # type: ignore[attr-defined]  # Pillow documents it
    Image.core.set_blocks_max(2)  # type: ignore[attr-defined]  # the same
    classifier = Classifier(str(folder))
    classifier.predict(file)
    start.wait()  # type: ignore[attr-defined]  # a Barrier, whose type has no public name
    until, used, done = time.perf_counter() + seconds, time.process_time(), 0
    while time.perf_counter() < until:
        classifier.predict(file)
        done += 1
    counts.put((done, time.process_time() - used))
