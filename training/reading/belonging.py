"""How many groups were told, and whether they are enough to promise anything.

For splits they are joined with the sets of near duplicates (`Dataset.groups`), and kept apart where they are put into
words: two images of one patient are not copies of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from artifact.card import Classes
from artifact.counting import counted
from training.errors import TrainingError
from training.evaluation.groups import number
from training.reading.dataset import Dataset, Sample

FEWEST = 5
"""Groups of a class from which a share of right answers can be promised for new groups."""


@dataclass(frozen=True)
class Counted:
    """How many groups there are: in all, with images of each class (the negative first), and of both."""

    all: int
    of_class: dict[str, int]
    of_both: int

    @property
    def too_few(self) -> bool:
        """Whether a class has too few groups to promise anything for new ones."""
        return min(self.of_class.values()) < FEWEST


def count(samples: Sequence[Sample], classes: Classes) -> Counted | None:
    """Count the groups of the samples; None where nobody said any. An image without a group is one by itself."""
    if all(sample.group is None for sample in samples):
        return None
    numbers = number(sample.group for sample in samples)
    negative, positive = (
        {int(group) for group, sample in zip(numbers, samples, strict=True) if sample.label == label}
        for label in (0, 1)
    )
    of_class = {classes.negative: len(negative), classes.positive: len(positive)}
    return Counted(len(negative | positive), of_class, len(negative & positive))


def count_doubted(samples: Sequence[Sample], classes: Classes) -> Counted | None:
    """Count the groups that an unsure clue would make of the samples; None without one."""
    return count([replace(sample, group=sample.doubted) for sample in samples], classes)


def check_several(told: Counted | None, dataset: Dataset) -> None:
    """Raise `TrainingError` where a class is one group, which leaves nothing to check a model on."""
    for name, groups in ({} if told is None else told.of_class).items():
        if groups == 1:
            raise TrainingError(
                f"All images of {name} belong to one {dataset.noun} by {dataset.grouping}, and stay together, so "
                f"nothing is left to check a model on. Add {dataset.noun}s with {name}, or say with --groups what "
                "belongs together (none: every image is one by itself)."
            )


def why_withheld(samples: Sequence[Sample], classes: Classes, noun: str) -> str | None:
    """Return why no share of right answers can be promised from these images, and what to do; None where one can.

    From fewer than five patients (videos, sites) of a class nothing is known of others, however many images there are
    of each: every interval would rest on the guess that the next patient is like these.
    """
    told = count(samples, classes)
    if told is None or not told.too_few:
        return None
    listed = " and ".join(f"{number} of {name}" for name, number in told.of_class.items())
    return (
        f"The {len(samples)} images come from {counted(told.all, noun)} ({listed}), and fewer "
        f"than {FEWEST} of a class say nothing of others. Add {noun}s; more images of the same ones do not help."
    )
