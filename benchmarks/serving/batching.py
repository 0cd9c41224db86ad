"""`python -m benchmarks.serving.batching`: whether running several requests' images in one run of the network pays.

The most that adaptive batching could save on this machine: the time of a run of N images over N runs of one, with one
thread, as a worker has it. Waiting for a batch to fill costs on top of it.
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np

from artifact import image, store
from benchmarks.serving import pictures
from service.inference import model

_SIZES = (1, 2, 4, 8)
_ROUNDS, _IMAGES = 12, 16


def main() -> int:
    """Print a Markdown table of batch sizes."""
    loaded = model.load(store.read(Path("models"), "default"), "cpu", threads=1, batch=max(_SIZES))
    pixels = image.load(pictures.make(pictures.SIZES[0]).file, loaded.card.input)
    seconds: dict[int, list[float]] = {size: [] for size in _SIZES}
    for number in range(_ROUNDS):
        for size in _SIZES[:: 1 if number % 2 else -1]:
            batch = np.stack([pixels] * size)
            begun = time.process_time()
            for _ in range(_IMAGES // size):
                loaded.score(batch)
            seconds[size].append((time.process_time() - begun) / _IMAGES)
    print("| images in a run | processor ms an image | of one at a time |\n| --- | --- | --- |")
    alone = statistics.median(seconds[1])
    for size, found in seconds.items():
        each = statistics.median(found)
        print(f"| {size} | {1e3 * each:.2f} | {each / alone:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
