"""Near duplicates among the training images: they count as one image, and stay in one fold."""

import numpy as np

from training.checks.interface import Result, Subject

NAME = "near duplicates"


def check(subject: Subject) -> list[Result]:
    """Report the groups of near duplicates; a warning where they make up a fifth of the images or more."""
    train = subject.dataset.train
    groups = subject.near_duplicates[: len(train)]
    numbers, counts = np.unique(groups, return_counts=True)
    repeated = numbers[counts > 1]
    extra = int((counts - 1).sum())
    if not extra:
        return []
    listed = [[train[row].file for row in np.flatnonzero(groups == number)] for number in repeated]
    return [
        Result(
            NAME,
            "warning" if extra >= len(train) / 5 else "info",
            f"{extra} of {len(train)} training images nearly repeat another one. Each group is kept on one side of "
            f"every split, and the intervals count {len(numbers)} separate images.",
            {"groups": listed, "separate_images": len(numbers)},
        )
    ]
