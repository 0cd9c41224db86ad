"""Class balance: in training, and between training and test."""

from artifact.report.numbers import share
from training.checks.interface import Result, Subject
from training.evaluation.significance import fisher

NAME = "class balance"

UNEVEN = 3.0
"""From this ratio of the classes on, a model that always gives the common answer looks good."""


def check(subject: Subject) -> list[Result]:
    """Report very unequal classes, and a test set whose balance differs from training's (Fisher's exact test)."""
    dataset = subject.dataset
    results = []
    train, test = dataset.counts(dataset.train), dataset.counts(dataset.test)
    (common, most), (rare, least) = sorted(train.items(), key=lambda item: -item[1])
    if most >= UNEVEN * least:
        results.append(
            Result(
                NAME,
                "warning",
                f"{most} images are {common} and {least} are {rare}: always answering {common} would be right "
                f"{share(most / (most + least))} of the time, so the accuracy says little, and the AUROC more. "
                f"Add images of {rare}, or use --class-weight balanced.",
                {"counts": train},
            )
        )
    if dataset.test:
        p_value = fisher(list(train.values()), list(test.values()))
        if p_value < 0.01:
            results.append(
                Result(
                    NAME,
                    "warning",
                    f"The classes are balanced otherwise in test ({_share(test)}) than in training ({_share(train)}); "
                    "the test accuracy then says little about the training data's kind. Draw both in the same way.",
                    {"train": train, "test": test, "p_value": p_value},
                )
            )
    return [*results, *_rest(subject)]


FEW = 5
"""Images of a class of the rest below which hardly anything is known of how it is told from the class against it."""


def _rest(subject: Subject) -> list[Result]:
    """Report classes of the rest that have few images in training, or none where the test has some."""
    dataset = subject.dataset
    classes, train = dataset.classes, dataset.counts_of_rest(dataset.train)
    known = train | {name: 0 for name in dataset.counts_of_rest(dataset.test) if name not in train}
    few = {name: count for name, count in known.items() if count < FEW}
    if not few:
        return []
    listed = ", ".join(f"{name} ({count})" for name, count in few.items())
    summary = (
        f"Of these there are hardly any training images: {listed}, part of {classes.negative}. Whether they are told "
        f"from {classes.positive} is hardly known; add some."
    )
    return [Result(NAME, "warning", summary, {"counts": known})]


def _share(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    return ", ".join(f"{share(count / total)} {name}" for name, count in counts.items())
