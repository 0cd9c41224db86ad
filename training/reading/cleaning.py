"""Take exact copies out before anything is measured, since an image counts once.

A test image that is a copy of a training image would only show what the model remembers.
"""

import dataclasses
from collections import defaultdict

from training.reading.dataset import Dataset, Sample
from training.reading.found import Skipped


def remove_copies(dataset: Dataset) -> Dataset:
    """Return the dataset with one of each set of byte-identical files, and what was removed among the skipped.

    Copies that carry both labels are all removed, since nobody can tell which label is right.
    """
    kept: dict[str, list[Sample]] = {"train": [], "test": []}
    skipped = list(dataset.skipped)
    labelled: dict[str, dict[int, str]] = defaultdict(dict)  # the first file of each label, by the hash of its bytes
    for sample in dataset.samples:
        labelled[sample.facts.sha256].setdefault(sample.label, sample.file)
    first: dict[str, str] = {}
    for part, samples in (("train", dataset.train), ("test", dataset.test)):
        for sample in samples:
            key = sample.facts.sha256
            if len(labelled[key]) == 2:
                skipped.append(Skipped(sample.file, _contradiction(sample.file, labelled[key][1 - sample.label])))
            elif key in first:
                skipped.append(Skipped(sample.file, _repetition(sample.file, first[key])))
            else:
                first[key] = sample.file
                kept[part].append(sample)
    copied = len(dataset.test) - len(kept["test"])
    train, test = tuple(kept["train"]), tuple(kept["test"])
    return dataclasses.replace(dataset, train=train, test=test, skipped=tuple(skipped), copied=copied)


def _contradiction(file: str, other: str) -> str:
    """Return why a file is left out whose bytes have both labels: as `other`, or as itself in another row of a list."""
    if file == other:
        return "It is listed with both classes; keep the right one."
    return f"An exact copy of it, {other}, is labelled as the other class; keep one of them."


def _repetition(file: str, first: str) -> str:
    if file == first:
        return "It is listed more than once, and counts once."
    return f"It is an exact copy of {first}, which is used."
