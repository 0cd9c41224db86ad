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
    labels = defaultdict(set)
    for sample in (*dataset.train, *dataset.test):
        labels[sample.facts.sha256].add(sample.label)
    first: dict[str, str] = {}
    for part, samples in (("train", dataset.train), ("test", dataset.test)):
        for sample in samples:
            key = sample.facts.sha256
            if len(labels[key]) == 2:
                skipped.append(
                    Skipped(sample.file, "An exact copy of it is labelled as the other class; keep one of them.")
                )
            elif key in first:
                skipped.append(Skipped(sample.file, f"It is an exact copy of {first[key]}, which is used."))
            else:
                first[key] = sample.file
                kept[part].append(sample)
    copied = len(dataset.test) - len(kept["test"])
    train, test = tuple(kept["train"]), tuple(kept["test"])
    return dataclasses.replace(dataset, train=train, test=test, skipped=tuple(skipped), copied=copied)
