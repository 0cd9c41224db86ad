"""What a new version does to the one that is served: nobody's model is replaced by surprise."""

from dataclasses import dataclass
from pathlib import Path

from artifact import store
from artifact.card import Classes
from artifact.errors import ArtifactError
from artifact.report import reading
from artifact.report.estimate import ESTIMATE, Estimate, Measure
from artifact.report.numbers import of_hundred
from training.errors import TrainingError
from training.output.rematch import Rematch
from training.settings import Settings


@dataclass(frozen=True)
class Served:
    """The version that is served under a name before a new one is published."""

    name: str
    version: str
    classes: Classes
    estimate: Estimate


def served(models: Path, name: str) -> Served | None:
    """Return what is served under a name; None where nothing is, or what is there cannot be read."""
    try:
        published = store.read(models, name)
        estimate = reading.read(published.report()).get(ESTIMATE) or Estimate()
    except ArtifactError:
        return None  # a damaged version answers nobody, so anything may take its place
    return Served(name, published.card.version, published.card.classes, estimate)


def refuse_other_classes(before: Served | None, classes: Classes) -> None:
    """Raise `TrainingError` where the name that is published under tells other classes apart."""
    if before is None or {*_pair(before.classes)} == {*_pair(classes)}:
        return
    raise TrainingError(
        f"{before.name} is in use: its version {before.version} tells {_words(before.classes)} apart, and these images "
        f"are {_words(classes)}. Publish them under another name (--name NAME), or replace it (--replace)."
    )


def why_worse(before: Served | None, estimate: Estimate) -> str | None:
    """Return in which figure a new version is clearly worse than the served one, or None.

    Clearly means that the 95 % intervals of the two do not meet. They are estimates on images of two trainings, so
    less than that could be the images.
    """
    if before is None:
        return None
    old, new = before.estimate, estimate
    if worse := _below(new.accuracy, old.accuracy):
        one, other = map(of_hundred, worse)
        return f"about {one} of 100 new photos told right, where version {before.version} tells about {other}"
    if worse := _below(old.log_loss, new.log_loss):
        return f"log loss {worse[0]:.2f} -> {worse[1]:.2f}"
    return None


def why_not(settings: Settings, before: Served | None, estimate: Estimate, match: Rematch | None) -> str | None:
    """Return why a new `{version}` is not to be served, or None: it is worse, or not better and was to be.

    What was compared on the same images takes precedence over two estimates from images of their own.
    """
    if before is None or settings.replace:
        return None
    if match is not None and match.verdict == "worse":
        return f"not version {{version}}. {match.sentence}"
    if match is not None and match.verdict == "better":
        return None
    if settings.only_if_better:
        return f"not version {{version}}. {'The two could not be compared.' if match is None else match.sentence}"
    worse = why_worse(before, estimate)
    return None if worse is None else f"since version {{version}} is clearly worse: {worse}."


def _below(one: Measure | None, other: Measure | None) -> tuple[float, float] | None:
    """Return the values of two measures where the interval of the first lies below that of the other."""
    if one is None or other is None or one.value is None or other.value is None:
        return None
    if one.high is None or other.low is None or one.high >= other.low:
        return None
    return one.value, other.value


def _pair(classes: Classes) -> tuple[str, str]:
    return classes.negative, classes.positive


def _words(classes: Classes) -> str:
    return f"{classes.positive} and {classes.negative}"
