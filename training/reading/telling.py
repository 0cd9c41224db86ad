"""Say what was read before anything is trained: layout, classes and which is yes, counts, groups, what is left out."""

from collections.abc import Sequence

from training.reading.belonging import count
from training.reading.dataset import Dataset
from training.reading.found import Skipped

NAMED = 12
"""Files that are not used, at most, that are named with their reason."""


def describe(dataset: Dataset, layout: str) -> str:
    """Return the lines that say how a source was understood and what is used of it."""
    classes = dataset.classes
    lines = [
        f"Read as {layout}.",
        f"Classes: {classes.positive} (yes) and {classes.negative} (no).",
        f"Training: {_counts(dataset.counts(dataset.train))}.",
    ]
    if dataset.test:
        lines.append(f"Test: {_counts(dataset.counts(dataset.test))}.")
    if told := count([*dataset.train, *dataset.test], classes):
        listed = ", ".join(f"{number} with {name}" for name, number in told.of_class.items())
        lines.append(f"Groups: {told.all} {dataset.noun}s ({listed}), by {dataset.grouping}; each stays on one side.")
        if dataset.grouping is not None and dataset.grouping.suspected:
            lines.append(f"Nobody said so: it is suspected. {how_to_say_otherwise(dataset)}")
    return "\n".join([*lines, *name_unused(dataset.skipped)])


def how_to_say_otherwise(dataset: Dataset) -> str:
    """Return the options for those who know better than a suspicion."""
    return f"If they are no {dataset.noun}s, say --groups none; if others belong together, say which with --groups."


def name_unused(skipped: Sequence[Skipped]) -> list[str]:
    """Return the lines that name the files that are not used, the first dozen of them."""
    if not skipped:
        return []
    more = [f"  and {len(skipped) - NAMED} more"] if len(skipped) > NAMED else []
    return [f"Not used: {len(skipped)}.", *(f"  {entry.file}: {entry.reason}" for entry in skipped[:NAMED]), *more]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in reversed(counts.items()))
