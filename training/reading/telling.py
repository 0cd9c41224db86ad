"""Say what was read before anything is trained: layout, classes and which is yes, counts, groups, what is left out."""

from collections.abc import Sequence

from training.reading.belonging import count, count_doubted
from training.reading.dataset import Dataset, Sample
from training.reading.found import Skipped
from training.reading.grouping import Grouping

NAMED = 12
"""Lines, at most, that name files that are not used with their reason."""
_MANY = 4
"""Files of one reason that share a line."""


def describe(dataset: Dataset, layout: str) -> str:
    """Return the lines that say how a source was understood and what is used of it."""
    classes = dataset.classes
    lines = [
        f"Read as {layout}.",
        f"Classes: {classes.positive} (yes) and {classes.negative} (no).",
        f"Training: {_counts(dataset, dataset.train)}.",
    ]
    if dataset.test:
        lines.append(f"Test: {_counts(dataset, dataset.test)}.")
    if told := count(dataset.samples, classes):
        listed = ", ".join(f"{number} with {name}" for name, number in told.of_class.items())
        lines.append(f"Groups: {told.all} {dataset.noun}s ({listed}), by {dataset.grouping}; each stays on one side.")
        if dataset.grouping is not None and dataset.grouping.suspected:
            lines.append(f"Nobody said so: it is suspected. {how_to_say_otherwise(dataset)}")
    if dataset.doubt is not None:
        lines.append(f"{doubt(dataset)} {how_to_settle(dataset.doubt)}")
    return "\n".join([*map(printable, lines), *name_unused(dataset.skipped)])


def printable(text: str) -> str:
    """Return a text as one line that a terminal can show: file names may hold line ends, and what moves the cursor."""
    return "".join(one if one.isprintable() or one == "\xa0" else repr(one)[1:-1] for one in text)


def doubt(dataset: Dataset) -> str:
    """Return what makes one doubt that every image stands by itself; there is such a clue."""
    told = count_doubted(dataset.train, dataset.classes)
    number = "" if told is None else f": {told.all} {dataset.doubt.noun if dataset.doubt else 'group'}s"
    return f"The training images may belong together by {dataset.doubt}{number}."


def how_to_settle(grouping: Grouping) -> str:
    """Return the options that say that a clue is right or wrong."""
    return f"If they do, say --groups file:{grouping.value}; if not, say --groups none."


def how_to_say_otherwise(dataset: Dataset) -> str:
    """Return the options for those who know better than a suspicion."""
    return f"If they are no {dataset.noun}s, say --groups none; if others belong together, say which with --groups."


def name_unused(skipped: Sequence[Skipped]) -> list[str]:
    """Return the lines that name the files that are not used, the first dozen of them."""
    if not skipped:
        return []
    lines, left = gather_reasons([(entry.file, entry.reason) for entry in skipped])
    more = [f"  and {left} more"] if left else []
    return [f"Not used: {len(skipped)}.", *(f"  {line}" for line in lines), *more]


def gather_reasons(files: Sequence[tuple[str, str]]) -> tuple[list[str], int]:
    """Return a dozen lines at most of files with their reasons, many of one reason as one; and how many are left.

    Args:
        files: Each file and its reason.
    """
    by_reason: dict[str, list[str]] = {}
    for file, reason in files:
        by_reason.setdefault(reason, []).append(printable(file))
    lines: list[str] = []
    told = 0
    for reason, names in by_reason.items():
        if len(names) >= _MANY:
            shown = [f"{names[0]}, {names[1]} and {len(names) - 2} more: {reason}"]
        else:
            shown = [f"{name}: {reason}" for name in names][: NAMED - len(lines)]
        if len(lines) + len(shown) > NAMED:
            break
        told += len(names) if len(names) >= _MANY else len(shown)
        lines += shown
    return lines, len(files) - told


def _counts(dataset: Dataset, samples: Sequence[Sample]) -> str:
    counts = dataset.counts(samples)
    told = ", ".join(f"{number} {name}" for name, number in reversed(counts.items()))
    rest = ", ".join(f"{number} {name}" for name, number in dataset.counts_of_rest(samples).items())
    return f"{told} ({rest})" if rest else told
