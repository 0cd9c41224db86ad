"""What to expect on new images: from images left out in turn, from test images, and beside the version before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from artifact.counting import counted
from artifact.report import data, drawing
from artifact.report.numbers import of_hundred
from artifact.report.section import LEFT_OUT, Page, Report, Section

SHARES = ("accuracy", "auroc")
"""What is a share of right answers, and so a promise."""


@dataclass(frozen=True)
class Measure:
    """A measured quantity with its 95 % interval, the independent images behind it, and how the interval was made.

    Where a number is None, `undefined` says why.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    method: str = ""
    undefined: str | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class Value:
    """A measured quantity by itself."""

    value: float | None


@dataclass(frozen=True)
class Estimate:
    """What to expect on new images of the same kind.

    Attributes:
        withheld: Why no share of right answers can be promised; None where they are.
        optimism: Of the accuracy, which the choice among the candidates brought and which was taken off.
        base_log_loss: Log loss of always giving the classes' shares.
        base_accuracy: Accuracy of always giving the more frequent class.
        no_better_than_guessing: Whether the images do not show the model to be better than that.
    """

    accuracy: Measure | None = None
    auroc: Measure | None = None
    log_loss: Measure | None = None
    brier: Measure | None = None
    withheld: str | None = field(default=None, metadata=LEFT_OUT)
    optimism: float | None = None
    base_log_loss: float | None = None
    base_accuracy: float | None = None
    no_better_than_guessing: bool = False


@dataclass(frozen=True)
class IfGrouped:
    """The estimate under the other reading, where a clue that is not sure says that images belong together.

    Attributes:
        train: Groups of the training images.
        of_class: Groups of each class.
        called: What a group is called.
        by: The clue.
        too_few: Whether a class has too few groups to promise anything; there are no measures then.
    """

    train: int
    of_class: dict[str, int]
    called: str
    by: str
    too_few: bool
    accuracy: Measure | None = field(default=None, metadata=LEFT_OUT)
    auroc: Measure | None = field(default=None, metadata=LEFT_OUT)
    log_loss: Measure | None = field(default=None, metadata=LEFT_OUT)
    brier: Measure | None = field(default=None, metadata=LEFT_OUT)
    optimism: float | None = field(default=None, metadata=LEFT_OUT)
    base_log_loss: float | None = field(default=None, metadata=LEFT_OUT)
    base_accuracy: float | None = field(default=None, metadata=LEFT_OUT)
    no_better_than_guessing: bool | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class Test:
    """What the published network answers on `n` test images; there is no AUROC where they are of one class."""

    n: int | None = None
    accuracy: Measure | None = None
    log_loss: Value | None = None
    brier: Value | None = None
    auroc: Measure | None = field(default=None, metadata=LEFT_OUT)
    withheld: str | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class Gain:
    """By how much more often the new version is right than the one that is served, as a share."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ThanBefore:
    """The new version and the served one on the same images, which neither has learned from.

    Attributes:
        gain: None where too few images are new to both.
        images: Images that are new to both.
        left_out: Images that the served version has learned from, or what belongs with them.
        summary: What is said of it.
    """

    version: str = ""
    verdict: Literal["better", "worse", "cannot tell"] = "cannot tell"
    gain: Gain | None = None
    images: int | None = None
    left_out: int | None = None
    summary: str = ""


@dataclass(frozen=True)
class Expected:
    """What the page says of it all."""

    estimate: Estimate | None
    test: Test | None
    data: data.Data
    than_before: ThanBefore | None


def measures(section: Estimate | Test) -> list[tuple[str, Measure | Value]]:
    """Return what a section has measured, by name, in its order."""
    found = vars(section).items()
    return [(name, value) for name, value in found if isinstance(value, Measure | Value)]


def figure(report: Report) -> str | None:
    """Draw the accuracy to expect, with its interval."""
    section = report.get(ESTIMATE)
    found = None if section is None else section.accuracy
    if found is None or found.value is None or found.low is None or found.high is None:
        return None
    return drawing.interval(found.value, found.low, found.high)


def describe_test(test: Test) -> str:
    """Return the sentence on the test images: their accuracy and its interval, or why it is not said."""
    if test.withheld:
        why = test.withheld[0].lower() + test.withheld[1:]
        return f"On the {counted(test.n or 0, 'test image')} nothing can be said of new ones: {why}"
    share = test.accuracy
    if test.n is None or share is None or share.value is None or share.low is None or share.high is None:
        return ""
    told, low, high = round(test.n * share.value), of_hundred(share.low), of_hundred(share.high)
    return (
        f"Of the {counted(test.n, 'test image')} {told} {'was' if told == 1 else 'were'} told right; of 100 new ones "
        f"that would be {low} to {high}."
    )


def _shown(report: Report) -> Expected | None:
    estimate, test = report.get(ESTIMATE), report.get(TEST)
    return Expected(estimate, test, data.of(report), report.get(THAN_BEFORE)) if estimate or test else None


def _table(report: Report) -> list[str]:
    section = report.get(ESTIMATE) or Estimate()
    rows = [
        f"| {name.replace('_', ' ')} | {_number(value.value)} | {_range(value)} | {value.n} |"
        for name, value in measures(section)
        if isinstance(value, Measure) and not (section.withheld and name in SHARES)
    ]
    return ["| on new images of this kind | expected | 95 % interval | images |", "| --- | --- | --- | --- |", *rows]


def _lines_of_test(report: Report) -> Iterator[str]:
    test = report.get(TEST)
    if test is not None and (said := describe_test(test)):
        yield said


def _test_paragraph(report: Report) -> list[str]:
    test = report.get(TEST)
    if test is None:
        return ["There were no test images; the numbers come from cross-validation."]
    if test.withheld or test.accuracy is None:
        return [describe_test(test)]
    told = f"accuracy {_number(test.accuracy.value)} (95 % interval {_range(test.accuracy)})"
    return [f"On the {counted(test.n or 0, 'test image')}: {told}."]


def _range(interval: Measure) -> str:
    return f"{_number(interval.low)} to {_number(interval.high)}"


def _number(value: float | None) -> str:
    return "not measurable" if value is None else f"{value:.3f}"


ESTIMATE = Section("estimate", Estimate, Page("expected.html", _shown), card=_table)
IF_GROUPED = Section("if_grouped", IfGrouped)
TEST = Section("test", Test, terminal=_lines_of_test, card=_test_paragraph)
THAN_BEFORE = Section("than_before", ThanBefore)
