"""The images to choose from: all under a folder, less those that cannot be used or need no label."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from artifact.card import Card
from artifact.report.record import Recorded
from training.errors import TrainingError
from training.reading import similarity
from training.reading.dataset import Sample
from training.reading.found import Skipped
from training.reading.measuring import measure_all
from training.reading.sources import find_unlabelled


@dataclass(frozen=True)
class Pool:
    """The images to choose from, of near duplicates one each.

    Attributes:
        samples: The images.
        known: How many files were left out as images that the model has learned from or was tested on.
        unused: The other files that were left out, and why.
    """

    samples: tuple[Sample, ...]
    known: int
    unused: tuple[Skipped, ...]


def gather(folder: Path, card: Card, recorded: Sequence[Recorded], advance: Callable[[], None]) -> Pool:
    """Read the images under a folder as the model's service would.

    Args:
        folder: Where they are, at any depth.
        card: Of the model.
        recorded: The report's row of each image that the model knows.
        advance: Called once for each file, for a progress display.

    Raises:
        TrainingError: There is no image, or none that could be labelled.
    """
    found = [replace(entry, file=str(folder / entry.file)) for entry in find_unlabelled(folder)]
    known = {row.sha256 for row in recorded}
    outcomes, reading = measure_all(found, card.input.reading, advance)
    samples: list[Sample] = []
    count = 0
    unused: list[Skipped] = []
    for entry, outcome in zip(found, outcomes, strict=True):
        if isinstance(outcome, str):
            unused.append(Skipped(entry.file, outcome))
        elif outcome.sha256 in known:
            count += 1
        else:
            samples.append(Sample(entry.file, 0, outcome, entry.read, reading=reading))
    kept, repeats = _one_of_each(samples)
    if not kept:
        listed = "".join(f"\n  {entry.file}: {entry.reason}" for entry in unused[:10])
        seen = f" {count} of its images are known to the model already." if count else ""
        raise TrainingError(f"{folder} holds no image that could be labelled next.{seen}{listed}")
    return Pool(kept, count, (*unused, *repeats))


def _one_of_each(samples: list[Sample]) -> tuple[tuple[Sample, ...], list[Skipped]]:
    """Keep the first of each set of near duplicates: the label of one is the label of all."""
    numbers = similarity.group([sample.facts for sample in samples])
    firsts, places = np.unique(numbers, return_index=True)
    first = dict(zip(firsts.tolist(), (samples[place] for place in places), strict=True))
    repeats = [
        Skipped(sample.file, f"It nearly repeats {first[number].file}.")
        for sample, number in zip(samples, numbers.tolist(), strict=True)
        if sample is not first[number]
    ]
    return tuple(first[number] for number in sorted(first)), repeats
