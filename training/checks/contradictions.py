"""Near duplicates that carry both labels: at least one of them is wrong."""

import numpy as np

from training.checks.interface import Result, Subject

NAME = "contradictory labels"


def check(subject: Subject) -> list[Result]:
    """Report every group of near duplicates with both labels."""
    train, labels = subject.dataset.train, subject.labels
    groups = subject.near_duplicates[: len(train)]
    both = [
        [train[row].file for row in np.flatnonzero(groups == number)]
        for number in np.unique(groups)
        if len(np.unique(labels[groups == number])) == 2
    ]
    if not both:
        return []
    return [
        Result(
            NAME,
            "critical",
            f"{len(both)} group{'s' * (len(both) != 1)} of nearly identical images carry both labels. Look at them and "
            "move each image to the class it shows.",
            {"groups": both},
        )
    ]
