"""What the probabilities are worth: before and after calibration, and from which on the answer is yes."""

from dataclasses import dataclass, field

from artifact.card import Classes
from artifact.report import drawing
from artifact.report.data import CLASSES
from artifact.report.drawing import Point
from artifact.report.estimate import ESTIMATE
from artifact.report.section import LEFT_OUT, Page, Report, Section


@dataclass(frozen=True)
class Losses:
    """What probabilities cost on images left out; lower is better."""

    log_loss: float | None = field(default=None, metadata=LEFT_OUT)
    brier: float | None = field(default=None, metadata=LEFT_OUT)
    calibration_error: float | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class Band:
    """Probabilities strictly between the two are uncertain; `method` says how they were chosen."""

    low: float
    high: float
    method: str = ""

    @property
    def empty(self) -> bool:
        """Whether no probability lies in it, as where each class is told from the other on nearly all images."""
        return self.low >= self.high


@dataclass(frozen=True)
class Calibration:
    """Platt scaling (`slope`, `intercept`), its losses before and after, and how a probability becomes an answer.

    Attributes:
        curve: The reliability diagram, in bins of as many images each.
        threshold: The answer is the positive class from this probability on.
    """

    slope: float | None = None
    intercept: float | None = None
    before: Losses | None = None
    after: Losses | None = None
    curve: tuple[Point, ...] = ()
    threshold: float | None = None
    uncertain: Band | None = None


@dataclass(frozen=True)
class Shown:
    """What the page says of it: the losses by name, before and after; of a model that guesses, no band."""

    section: Calibration
    figure: str | None
    losses: list[tuple[str, float, float | None]]
    worsened: str
    positive: str
    guessing: bool


def worsened(report: Report, least: float = 0.0005) -> str:
    """Return what is to be said where calibration made the probabilities worse, by `least` or more; else nothing."""
    section = report.get(CALIBRATION) or Calibration()
    before, after = ((losses or Losses()).log_loss for losses in (section.before, section.after))
    if before is None or after is None or after - before < least:
        return ""
    return (
        f"On images left out, calibrating made the probabilities worse (log loss {before:.3f} as trained, {after:.3f} "
        "calibrated), as it can with few images. More images mend it."
    )


def _shown(report: Report) -> Shown | None:
    section = report.get(CALIBRATION)
    if section is None:
        return None
    before, after = section.before, section.after
    rows = [] if before is None or after is None else [(*one, vars(after)[one[0]]) for one in vars(before).items()]
    losses = [(name, old, new) for name, old, new in rows if old is not None]
    classes = report.get(CLASSES) or Classes("", "")
    drawn = drawing.calibration(section.curve) if section.curve else None
    estimate = report.get(ESTIMATE)
    guessing = estimate is not None and estimate.no_better_than_guessing
    return Shown(section, drawn, losses, worsened(report), classes.positive or "the positive class", guessing)


CALIBRATION = Section("calibration", Calibration, Page("calibration.html", _shown))
