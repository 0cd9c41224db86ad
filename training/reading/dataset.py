"""Read every labelled file once: keep the usable ones as samples, and name the others with their reason."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifact.card import AS_THEY_ARE, Classes, ImageSpec, Reading
from artifact.counting import counted
from training.errors import TrainingError
from training.evaluation.groups import Groups, number
from training.reading import decoded, facts, rest
from training.reading.classes import name_classes
from training.reading.found import Found, Skipped
from training.reading.grouping import Grouping
from training.reading.measuring import measure_all
from training.reading.sources import find

LEAST_A_CLASS = 2
"""Images a class needs before anything can be learned and checked: one to learn from and one to check on."""


@dataclass(frozen=True)
class Sample:
    """One usable image.

    Attributes:
        file: Its name as the user knows it.
        label: 1 for the positive class, 0 for the negative.
        facts: What reading it once has told.
        read: Returns the bytes of the file.
        group: What it belongs to (a patient, a site, a day) by name; None where nobody said.
        doubted: What it belongs to by a clue that is not sure enough to be followed; None without one.
        reading: How its file is read, where it could be read in several ways.
        duplicates: Its set of near duplicates, by number; None where it is alone, or nobody has looked.
        kind: The class that it was of, where it is of the rest of several.
    """

    file: str
    label: int
    facts: facts.Facts
    read: Callable[[], bytes]
    group: str | None = None
    reading: Reading = AS_THEY_ARE
    doubted: str | None = None
    duplicates: int | None = None
    kind: str | None = None

    def load(self, spec: ImageSpec) -> NDArray[np.uint8]:
        """Return the pixels that a model takes, uint8 `[height, width, channels]`."""
        return decoded.load(self.facts.sha256, self.read(), replace(spec, reading=self.reading))


@dataclass(frozen=True)
class Dataset:
    """The samples to train on and to test on, what was left out, and what tells which of them belong together.

    `reading` is how files are read that could be read in several ways, the same for all; `copied` is how many files for
    testing were left out as exact copies of others; `doubt` is what tells each sample's `doubted`.
    """

    classes: Classes
    train: tuple[Sample, ...]
    test: tuple[Sample, ...]
    skipped: tuple[Skipped, ...] = ()
    grouping: Grouping | None = None
    reading: Reading = AS_THEY_ARE
    copied: int = 0
    doubt: Grouping | None = None

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The samples to train on, and then those to test on."""
        return (*self.train, *self.test)

    def with_samples(self, samples: Sequence[Sample]) -> "Dataset":
        """Return the dataset with others in place of its `samples`, as many and in the same order."""
        count = len(self.train)
        return replace(self, train=tuple(samples[:count]), test=tuple(samples[count:]))

    @cached_property
    def groups(self) -> Groups:
        """What each of the `samples` belongs to: sets of near duplicates and groups that were told, joined."""
        return Groups.joining((sample.duplicates for sample in self.samples), (sample.group for sample in self.samples))

    @property
    def train_groups(self) -> Groups:
        """What each sample to train on belongs to."""
        return self.groups[: len(self.train)]

    @property
    def test_groups(self) -> Groups:
        """What each sample to test on belongs to."""
        return self.groups[len(self.train) :]

    @property
    def noun(self) -> str:
        """What one group of the samples is called, `patient` or `group`."""
        return "group" if self.grouping is None else self.grouping.noun

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every sample's hash, label and part, whatever the order they were found in."""
        rows = sorted(
            f"{part} {sample.label} {sample.facts.sha256}"
            for part, samples in (("train", self.train), ("test", self.test))
            for sample in samples
        )
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def counts(self, samples: Sequence[Sample]) -> dict[str, int]:
        """Return the number of samples of each class, the negative class first."""
        positive = sum(sample.label for sample in samples)
        return {self.classes.negative: len(samples) - positive, self.classes.positive: positive}

    def counts_of_rest(self, samples: Sequence[Sample]) -> dict[str, int]:
        """Return the number of samples of each class that the rest is made of, most first; none without a rest."""
        return dict(Counter(sample.kind for sample in samples if sample.kind is not None).most_common())


def label_array(samples: Sequence[Sample]) -> NDArray[np.int64]:
    """Return the labels of the samples, int64 `[n]`."""
    return np.array([sample.label for sample in samples], dtype=np.int64)


def kind_array(samples: Sequence[Sample]) -> NDArray[np.int64]:
    """Return a number for the class that each sample was of before some became the rest, int64 `[n]`; 0 otherwise."""
    return number("" if sample.kind is None else f"={sample.kind}" for sample in samples)


def read(
    found: Sequence[Found],
    positive: str | None = None,
    advance: Callable[[], None] = lambda: None,
    reading: Reading = AS_THEY_ARE,
) -> Dataset:
    """Read the files that were found, and keep what can be used.

    Args:
        found: The labelled files, of exactly two classes; the rest of several is one.
        positive: The class that "yes" stands for; by default it is chosen from the names.
        advance: Called once for each file, for a progress display.
        reading: How files of several pages or channels are read; the scale of deep ones is told from the files.

    Raises:
        TrainingError: There are not exactly two classes, or too few usable images of one.
    """
    classes = name_classes([entry.label for entry in found], positive)
    decoded.forget()
    outcomes, reading = measure_all(found, reading, advance)
    dataset = collect(found, outcomes, classes, reading)
    check_enough(dataset)
    return dataset


def collect(
    found: Sequence[Found], outcomes: Sequence[facts.Facts | str], classes: Classes, reading: Reading = AS_THEY_ARE
) -> Dataset:
    """Return the files that can be used as samples, and the others, whose outcome is a reason, as skipped."""
    samples: dict[str, list[Sample]] = {"train": [], "test": []}
    skipped = []
    for entry, outcome in zip(found, outcomes, strict=True):
        if isinstance(outcome, str):
            skipped.append(Skipped(entry.file, outcome))
        else:
            label = int(entry.label == classes.positive)
            sample = Sample(entry.file, label, outcome, entry.read, entry.group, reading, kind=entry.kind)
            samples[entry.part].append(sample)
    return Dataset(classes, tuple(samples["train"]), tuple(samples["test"]), tuple(skipped), reading=reading)


def read_unlabelled(found: Sequence[Found], reading: Reading = AS_THEY_ARE) -> tuple[Sample, ...]:
    """Read images without labels as those with labels are, and keep what can be used; their `label` means nothing."""
    outcomes, reading = measure_all(found, reading)
    return tuple(
        Sample(entry.file, 0, outcome, entry.read, reading=reading)
        for entry, outcome in zip(found, outcomes, strict=True)
        if not isinstance(outcome, str)
    )


def read_path(path: Path, positive: str | None = None) -> Dataset:
    """Find and read everything under a path; raises `TrainingError`."""
    listing = rest.set_against(find(path), positive)
    data = read(listing.found, positive)
    return replace(data, skipped=(*data.skipped, *listing.unused), grouping=listing.grouping)


def check_enough(dataset: Dataset) -> None:
    """Raise `TrainingError` where a class has too few training images left to learn from and check on."""
    counts = dataset.counts(dataset.train)
    few = {name: count for name, count in counts.items() if count < LEAST_A_CLASS}
    if not few:
        return
    tested = {name: count for name, count in dataset.counts(dataset.test).items() if count and name in few}
    elsewhere = "".join(
        f" {counted(count, 'image')} of {name} {'is' if count == 1 else 'are'} for testing and not learned from: with "
        "--test 0.2 all images count, and a fifth of them is held out anew."
        for name, count in tested.items()
    )
    skipped = "".join(f"\n  {entry.file}: {entry.reason}" for entry in dataset.skipped[:10])
    raise TrainingError(
        f"{' and '.join(f'{name} has {count}' for name, count in few.items())} usable training "
        f"{'image' if list(few.values()) == [1] else 'images'}; at least {LEAST_A_CLASS} of each class were expected, "
        f"and 20 or more make the answers worth trusting.{elsewhere or ' Add images.'}"
        + (f"\nSkipped files ({len(dataset.skipped)}):{skipped}" if skipped else "")
    )
