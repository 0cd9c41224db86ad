"""Which of the two class names means "yes"."""

import re
from collections import Counter
from collections.abc import Sequence

from artifact.card import Classes
from training.errors import TrainingError
from training.reading.sources import LAYOUT

_YES = {"yes", "true", "positive", "pos", "1", "present", "abnormal", "defect", "ill"}
_NO = {
    "no",
    "false",
    "negative",
    "neg",
    "0",
    "absent",
    "normal",
    "none",
    "other",
    "others",
    "ok",
    "healthy",
    "background",
}
_NEGATED = re.compile(r"(no|not|non|without)[\W_]")


def name_classes(labels: Sequence[str], positive: str | None = None) -> Classes:
    """Tell the negative from the positive class.

    The positive class is the one asked for; else the one whose name says yes, or whose opposite says no ("no", "not_x",
    "normal"); else the later one in the alphabet. Raises `TrainingError` where there are not exactly two classes.
    """
    counts = Counter(labels)
    if len(counts) != 2:
        listed = ", ".join(f"{name} ({count})" for name, count in counts.most_common(12))
        mend = " Move the images that are not the first class into one folder for the rest." if len(counts) > 2 else ""
        raise TrainingError(f"Found {len(counts)} class{'es' * (len(counts) != 1)}: {listed}. {LAYOUT}{mend}")
    first, second = sorted(counts)
    if positive is not None:
        if positive not in counts:
            raise TrainingError(f"--positive {positive} names no class; the classes are {first} and {second}.")
        return Classes(negative=second if positive == first else first, positive=positive)
    if _says_no(second) or (_says_yes(first) and not _says_yes(second)):
        return Classes(negative=second, positive=first)
    return Classes(negative=first, positive=second)


def _says_no(name: str) -> bool:
    return name.lower() in _NO or _NEGATED.match(name.lower()) is not None


def _says_yes(name: str) -> bool:
    return name.lower() in _YES
