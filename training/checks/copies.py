"""Near duplicates among the training images: they count as one image, and stay in one fold."""

from training.checks.interface import Result, Subject
from training.evaluation.groups import rows_of

NAME = "near duplicates"


def check(subject: Subject) -> list[Result]:
    """Report the sets of near duplicates; a warning where they make up a fifth of the images or more."""
    train = subject.dataset.train
    sets = rows_of(subject.dataset.train_groups.duplicates)
    extra = len(train) - len(sets)
    if not extra:
        return []
    repeat = "nearly repeats" if extra == 1 else "nearly repeat"
    listed = [[train[row].file for row in rows] for rows in sets if len(rows) > 1]
    return [
        Result(
            NAME,
            "warning" if extra >= len(train) / 5 else "info",
            f"{extra} of {len(train)} training images {repeat} another one. Each group is kept on one side of every "
            f"split, and the intervals count {len(sets)} separate images.",
            {"groups": listed, "separate_images": len(sets)},
        )
    ]
