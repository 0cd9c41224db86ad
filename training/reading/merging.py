"""Add further sources of the same two classes to the first: kept feedback, a second batch of photos."""

import dataclasses
import difflib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from artifact.counting import counted
from training.errors import TrainingError
from training.reading import rest, sources
from training.reading.class_level import fold_case
from training.reading.found import Asked, Found, Listing, Skipped

_NEITHER = ".neither/"
"""Where the service's feedback keeps what shows none of the two classes (`service.feedback`)."""


def merge(first: Listing, paths: Sequence[Path], asked: Asked, against: str | None = None) -> Listing:
    """Return the first source with the files of the others, each named by its source; a class may be missing in one.

    The options that say how to read the first source do not hold for the others, which are read as they lie. Where a
    class is set `against` the rest, all their other classes are of it.

    Raises:
        TrainingError: A source has no labelled files, or a class that the first one does not have.
    """
    listing = first
    for path, name in zip(paths, names(paths), strict=True):
        more = sources.find(path)
        listing = _add(listing, more if against is None else rest.join(more, against), name, asked)
    return listing


def _add(listing: Listing, more: Listing, name: str, asked: Asked) -> Listing:
    known = {fold_case(entry.label): entry.label for entry in listing.found}
    own = Counter(entry.label for entry in more.found)
    strangers = [label for label in own if fold_case(label) not in known]
    if asked.classes is None and len(known) + len({*map(fold_case, strangers)}) > 2:
        raise TrainingError(_strangers(name, strangers, own, sorted(known.values())))
    if asked.classes is None:
        known |= {fold_case(label): label for label in strangers}  # the first source had one class, this has the other
    used = [entry for entry in more.found if fold_case(entry.label) in known]
    unused = [
        Skipped(entry.file, f"Its class {entry.label} is not among --classes.", True)
        for entry in more.found
        if fold_case(entry.label) not in known
    ]
    found = [
        dataclasses.replace(entry, file=f"{name}/{entry.file}", label=known[fold_case(entry.label)]) for entry in used
    ]
    passed = [Skipped(f"{name}/{one.file}", _reason(one), one.on_purpose) for one in (*unused, *more.unused)]
    words = f"{listing.layout}; also {name}, {more.layout} ({_counts(found)})"
    grouping = listing.grouping or more.grouping
    return Listing(listing.found + found, listing.unused + passed, words, grouping)


def names(paths: Sequence[Path]) -> list[str]:
    """Return what the names of each source's files begin with: its own name, with the folder around it of two alike."""
    whole = [path.resolve() for path in paths]
    often = Counter(path.name for path in whole)
    return [path.name if often[path.name] == 1 else f"{path.parent.name}/{path.name}" for path in whole]


def _strangers(name: str, strangers: Sequence[str], own: Counter[str], known: Sequence[str]) -> str:
    listed = " and ".join(f"{label} ({counted(own[label], 'image')})" for label in strangers)
    near = [match for label in strangers for match in difflib.get_close_matches(label, known, n=1)]
    guess = f" Did you mean {near[0]}? Then rename the folder." if near else ""
    mend = f" Or use two and leave the rest: --classes {','.join(known)}" if len(known) == 2 else ""
    return f"--also {name} has the class {listed}; the classes are {' and '.join(known)}.{guess}{mend}"


def _reason(skipped: Skipped) -> str:
    if skipped.file.startswith(_NEITHER):
        return "It was kept as neither of the classes, so it is not learned from."
    return skipped.reason


def _counts(found: Sequence[Found]) -> str:
    counts = Counter(entry.label for entry in found)
    return ", ".join(f"{number} {label}" for label, number in sorted(counts.items())) or "none that is used"
