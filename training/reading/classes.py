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
        mend = _how_to_have_two(counts, positive) if len(counts) > 2 else ""
        raise TrainingError(f"Found {len(counts)} class{'es' * (len(counts) != 1)}: {listed}. {LAYOUT}{mend}")
    first, second = sorted(counts)
    if positive is not None:
        if positive not in counts:
            raise TrainingError(f"--positive {positive} names no class; the classes are {first} and {second}.")
        return Classes(negative=second if positive == first else first, positive=positive)
    if says_no(second) or (says_yes(first) and not says_yes(second)):
        return Classes(negative=second, positive=first)
    return Classes(negative=first, positive=second)


def _how_to_have_two(counts: Counter[str], positive: str | None) -> str:
    if positive not in counts:
        return " Choose two with --classes A,B, or move the images of all classes but one into one folder for the rest."
    other = next(name for name, _ in counts.most_common() if name != positive)
    return (
        f" --positive says which of two classes is the yes. For {positive} against the rest, move the images of the "
        f"others into one folder, such as not_{positive}; for {positive} against one other, add --classes "
        f"{positive},{other}."
    )
