"""One class against the rest, where a source has more than two: the others become one class, and are remembered."""

from dataclasses import replace

from training.reading.class_level import fold_case
from training.reading.found import Found, Listing


def name(positive: str) -> str:
    """Return what the rest is called."""
    return f"not_{positive}"


def set_against(listing: Listing, positive: str | None) -> Listing:
    """Return a listing of more than two classes as one of them against the rest; any other as it is.

    Which class each image of the rest is of stays its `kind`.
    """
    labels = {entry.label for entry in listing.found}
    if positive is None or positive not in labels or len(labels) < 3:
        return listing
    return replace(join(listing, positive), layout=f"{listing.layout}, {positive} against the rest")


def has(listing: Listing) -> bool:
    """Return whether the listing has a rest."""
    return any(entry.kind is not None for entry in listing.found)


def join(listing: Listing, positive: str) -> Listing:
    """Return a listing, of as many classes as there may be, in which all but the positive one are the rest."""
    return replace(listing, found=[_join(entry, positive) for entry in listing.found])


def _join(entry: Found, positive: str) -> Found:
    if entry.kind is None and fold_case(entry.label) == fold_case(positive):
        return replace(entry, label=positive)
    return replace(entry, label=name(positive), kind=entry.kind or entry.label)
