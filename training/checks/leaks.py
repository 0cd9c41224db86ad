"""Test images that nearly repeat a training image: a model that merely remembers would look good on them."""

import numpy as np

from artifact.report.checks import NotRun
from training.checks.interface import Result, Subject

NAME = "leaks between train and test"
_ALL_COPIES = (
    "All {count} test images are exact copies of other images that were given, so there is no test result. Test with "
    "images that training has not seen, or with a share of them: --test 0.2."
)


def check(subject: Subject) -> list[Result] | NotRun:
    """Report the test images that are near duplicates of a training image."""
    train, test = subject.dataset.train, subject.dataset.test
    if not test and subject.dataset.copied:
        return [Result(NAME, "critical", _ALL_COPIES.format(count=subject.dataset.copied), {"pairs": []})]
    if not test:
        return NotRun(NAME, "There are no test images.")
    seen, asked = subject.dataset.train_groups.duplicates, subject.dataset.test_groups.duplicates
    leaking = [
        {"test": test[row].file, "train": train[int(np.flatnonzero(seen == number)[0])].file}
        for row, number in enumerate(asked)
        if number in seen
    ]
    if not leaking:
        return []
    said = "nearly repeats a training image; it is" if len(leaking) == 1 else "nearly repeat a training image; they are"
    return [
        Result(
            NAME,
            "critical",
            f"{len(leaking)} of {len(test)} test images {said} left out of the test result. Keep photographs of one "
            "thing or one burst together in train or in test.",
            {"pairs": leaking},
        )
    ]
