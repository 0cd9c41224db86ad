"""Near duplicates that carry both labels: at least one of them is wrong."""

import numpy as np

from artifact.counting import counted
from training.checks.interface import Result, Subject
from training.evaluation.groups import rows_of

NAME = "contradictory labels"


def check(subject: Subject) -> list[Result]:
    """Report every group of near duplicates with both labels."""
    train, labels = subject.dataset.train, subject.labels
    sets = rows_of(subject.dataset.train_groups.duplicates)
    both = [members for members in sets if len(np.unique(labels[members])) == 2]
    if not both:
        return []
    pairs = [[train[members[labels[members] == label][0]].file for label in (0, 1)] for members in both]
    return [
        Result(
            NAME,
            "critical",
            f"{counted(len(both), 'group')} of nearly identical images {'carries' if len(both) == 1 else 'carry'} "
            f"both labels ({_name(pairs)}). Look at them and move each image to the class it shows.",
            {"groups": [[train[row].file for row in members] for members in both]},
        )
    ]


def _name(pairs: list[list[str]]) -> str:
    """Return the first pairs of files of both labels, in words."""
    return "; ".join(" and ".join(pair) for pair in pairs[:3]) + ("; and more" if len(pairs) > 3 else "")
