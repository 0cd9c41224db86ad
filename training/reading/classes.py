"""Which of the two class names means "yes"."""

from collections import Counter
from collections.abc import Sequence

from artifact.card import Classes
from training.errors import TrainingError
from training.reading.found import LAYOUT
from training.reading.words import says_no, says_yes


def name_classes(labels: Sequence[str], positive: str | None = None) -> Classes:
    """Tell the negative from the positive class.

    The positive class is the one asked for; else the one whose name says yes, or whose opposite says no ("no", "not_x",
    "normal"); else the later one in the alphabet. Raises `TrainingError` where there are not exactly two classes.
    """
    counts = Counter(labels)
    if len(counts) != 2:
        listed = ", ".join(f"{name} ({count})" for name, count in counts.most_common(12))
        missing = "" if positive is None or positive in counts else f"--positive {positive} names no class. "
        mend = _HOW_TO_HAVE_TWO if len(counts) > 2 else ""
        raise TrainingError(f"{missing}Found {len(counts)} class{'es' * (len(counts) != 1)}: {listed}. {LAYOUT}{mend}")
    first, second = sorted(counts)
    if positive is not None:
        if positive not in counts:
            raise TrainingError(f"--positive {positive} names no class; the classes are {first} and {second}.")
        return Classes(negative=second if positive == first else first, positive=positive)
    if says_no(second) or (says_yes(first) and not says_yes(second)):
        return Classes(negative=second, positive=first)
    return Classes(negative=first, positive=second)


_HOW_TO_HAVE_TWO = " Choose two with --classes A,B, or set one against the rest with --positive A."
