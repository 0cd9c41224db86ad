"""How training went: the curves of every fold and of the final fit, what the doctor says, and what was retried."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from artifact import schema
from artifact.report.section import Page, Report, Section

QUIET = ("healthy", "too_small_validation")
"""What the doctor says of a run in which nothing is wrong; of a few images each fold has few to validate on."""
NOTES = ("too_good_too_soon",)
"""What is no fault: a head on features that know the classes is right at once. The copies and shortcuts that this may
hint at are looked for in the images themselves (`checks`)."""
MANY = 1 / 3
"""Share of the cross-validation's runs from which on a symptom is no accident of one split."""

Epochs = dict[str, tuple[float | None, ...]]
"""A history by name: a number for each epoch, None where it was not finite."""


@dataclass(frozen=True)
class Cause:
    """One likely cause, and the observation that would tell it from the others."""

    cause: str
    told_apart_by: str


@dataclass(frozen=True)
class Remedy:
    """What to do, in a sentence."""

    advice: str = ""


@dataclass(frozen=True)
class Finding:
    """One symptom, as far as it is shown."""

    symptom: str
    severity: Literal["info", "warning", "critical"]
    summary: str
    causes: tuple[Cause, ...] = ()
    remedy: Remedy | None = None


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says of a run, as far as it is shown."""

    findings: tuple[Finding, ...] = ()
    verdict: str = ""
    healthy: bool = False


@dataclass(frozen=True)
class Run:
    """One training: its curves, and what the doctor says of them, as the doctor wrote it.

    The doctor's document is its own, and grows with it: what is shown is read (`told`), and the rest is kept.
    """

    epochs: Epochs = field(default_factory=dict)
    diagnosis: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse a diagnosis of which not even that can be read."""
        _ = self.told

    @property
    def told(self) -> Diagnosis:
        """What the doctor says, an empty diagnosis where he was not asked."""
        return schema.build(Diagnosis, self.diagnosis or {}, "diagnosis")


@dataclass(frozen=True)
class FoldRun:
    """One training of the cross-validation: which fold of which repeat, and its images."""

    repeat: int | None = None
    fold: int | None = None
    n_train: int | None = None
    n_validation: int | None = None
    epochs: Epochs = field(default_factory=dict)
    diagnosis: dict[str, Any] | None = None


@dataclass(frozen=True)
class Attempt:
    """One try, since the doctor asked for it: what was changed, what was found, and the first fold's curves.

    Attributes:
        symptom: What at least half of the folds suffer from; None where they do not.
        ill_folds: Folds with a finding that is more than a note.
    """

    changes: tuple[str, ...] = ()
    symptom: str | None = None
    ill_folds: int | None = None
    folds: int | None = None
    verdict: str | None = None
    epochs: Epochs = field(default_factory=dict)
    kept: bool = False


@dataclass(frozen=True)
class Training:
    """Every fold's run, the final fit, in how many folds each symptom was seen, and every try."""

    folds: tuple[FoldRun, ...] = ()
    final: Run = field(default_factory=Run)
    symptoms: dict[str, int] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()

    @property
    def ill(self) -> dict[str, int]:
        """In how many runs the doctor saw what is no good sign, the commonest first."""
        counts = {name: count for name, count in self.symptoms.items() if name not in QUIET}
        return dict(sorted(counts.items(), key=lambda entry: -entry[1]))

    @property
    def often(self) -> str:
        """What many runs of the cross-validation show, in a sentence; the empty text where nothing is."""
        faults = {name: seen for name, seen in self.ill.items() if name not in NOTES}
        many = {name: seen for name, seen in faults.items() if seen >= MANY * len(self.folds)}
        if not self.folds or not many:
            return ""
        listed = " and ".join(f"{name.replace('_', ' ')} in {seen}" for name, seen in many.items())
        return f"In the {len(self.folds)} runs of the cross-validation the doctor sees {listed}."

    @property
    def sentence(self) -> str:
        """What the loss curves say: of the final fit, and what many runs of the cross-validation add to it."""
        told = self.final.told
        return " ".join(part for part in ("" if self.often and told.healthy else told.verdict, self.often) if part)


@dataclass(frozen=True)
class Shown:
    """What the page says of it."""

    section: Training
    findings: Sequence[Finding]


def of(report: Report) -> Training:
    """Return the section, an empty one where the report has none."""
    return report.get(TRAINING) or Training()


def _shown(report: Report) -> Shown:
    section = of(report)
    return Shown(section, [one for one in section.final.told.findings if one.symptom != "healthy"])


def _lines(report: Report) -> Iterator[str]:
    section = of(report)
    if section.sentence and section.sentence != section.often:  # that is among the reasons
        yield f"Loss curves: {section.sentence}"


TRAINING = Section("training", Training, Page("curves.html", _shown), terminal=_lines)
