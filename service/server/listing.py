"""The table of `python -m service models`: what is published, when it was made, and how good it is said to be."""

from pathlib import Path

from artifact import store
from artifact.errors import ArtifactError
from artifact.report import reading, verdict
from artifact.report.estimate import ESTIMATE, Estimate
from artifact.store import Published

_HEAD = ("model", "version", "", "made", "classes", "told right, about", "images", "MB")


def table(models: Path) -> str:
    """Return a line for each published version, the newest of a model first, and below them what is damaged and how.

    Raises:
        ArtifactError: The folder of models cannot be listed.
    """
    damages: list[str] = []
    rows = [
        _row(models, name, version, damages)
        for name in store.names(models)
        for version in store.versions(models, name)[::-1]
    ]
    if not rows:
        return f"No model is published in {models}. Train one: python -m training DATA_DIR"
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [_HEAD, *rows])
    return "\n".join([*(line.rstrip() for line in lines), *damages])


def _row(models: Path, name: str, version: str, damages: list[str]) -> tuple[str, ...]:
    served = "current" if _is_current(models, name, version) else ""
    try:
        published = store.read(models, name, version)
        estimate = reading.find(published.report(), ESTIMATE) or Estimate()
    except ArtifactError as error:
        damages.append(f"{name} version {version} is damaged: {error}")
        return (name, version, served, "-", "damaged", "-", "-", "-")
    return (name, version, served, *_described(published, estimate))


def _described(published: Published, estimate: Estimate) -> tuple[str, ...]:
    card = published.card
    classes = f"{card.classes.positive} or {card.classes.negative}"
    images = "-" if estimate.accuracy is None or estimate.accuracy.n is None else str(estimate.accuracy.n)
    made, size = card.created[:16].replace("T", " "), f"{card.model.bytes / 1e6:.1f}"
    return (made, classes, _told_right(estimate), images, size)


def _told_right(estimate: Estimate) -> str:
    """Return how many of a hundred new images, with the 95 % interval, in the numbers of the verdict."""
    if estimate.no_better_than_guessing:
        return "no better than guessing"
    accuracy = estimate.accuracy
    return verdict.brief(accuracy) or ("not promised" if accuracy and accuracy.undefined else "not known")


def _is_current(models: Path, name: str, version: str) -> bool:
    try:
        return store.current(models, name) == version
    except ArtifactError:
        return False
