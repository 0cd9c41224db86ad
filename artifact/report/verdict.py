"""The sentences to remember of a report: how many new photos will be told right, as counts, and how well that is known.

Counts of a hundred are read rightly by more people than percentages are (Gigerenzer and Hoffrage 1995). None is 0 or
100, since no number of images could show that.
"""

from artifact.card import Classes
from artifact.counting import counted
from artifact.report import data
from artifact.report.calibration import CALIBRATION
from artifact.report.data import CLASSES, Data
from artifact.report.estimate import ESTIMATE, Estimate, Measure
from artifact.report.numbers import count_of
from artifact.report.section import Report

NO_BETTER = "No better than guessing. Do not use it."
NOTHING_SAID = "How many new photos will be told right cannot be said."
ROUGH = 0.05
"""Width of the 95 % interval from which on a share is known only roughly."""
FINE = 0.02
"""Width of the interval below which counts are of a thousand."""


def compose(report: Report) -> str:
    """Return the verdict of a report; the first sentence says so where nothing was learned or can be promised.

    Read are `estimate`, `classes`, `data` (its number of training images, and its groups) and the uncertain band of
    `calibration`. The empty text where the report has no accuracy to speak of.
    """
    section, classes = data.of(report), report.get(CLASSES) or Classes("no", "yes")
    estimate = report.get(ESTIMATE) or Estimate()
    if estimate.withheld:
        return f"{NO_BETTER if estimate.no_better_than_guessing else NOTHING_SAID} {estimate.withheld}"
    share = _Share.read(estimate.accuracy)
    if share is None or share.n is None:
        return ""
    groups = section.groups
    source = counted(share.n, "photo")
    if groups:
        source = f"{counted(groups.train, groups.called)}, {source}"
    if estimate.no_better_than_guessing:
        return f"{NO_BETTER} {_compare_with_guessing(share, source, estimate, section)}"
    return (
        f"About {share.told} of {share.of} new photos like these will be told right as {classes.positive} or "
        f"{classes.negative}. From {source} that is known {share.known}.{_caution(report)}"
    )


def brief(accuracy: Measure | None) -> str | None:
    """Return `97 of 100 (80 to 99)` of an accuracy; None where it has no number or no interval."""
    share = _Share.read(accuracy)
    return None if share is None else f"{share.told} of {share.of} ({share.range})"


class _Share:
    """A share of right answers with its interval, in counts."""

    def __init__(self, value: float, low: float, high: float, n: int | None) -> None:
        """Take shares of 0 to 1, and the images behind them."""
        self.low, self.n = low, n
        self.whole = 1000 if high - low < FINE else 100
        self.of = f"{self.whole:,}"
        self.told = self.count(value)
        how = "only roughly" if high - low >= ROUGH else "well"
        self.range = f"{self.count(low)} to {self.count(high)}"
        self.known = f"{how}: {self.range}"

    @classmethod
    def read(cls, found: Measure | None) -> "_Share | None":
        if found is None or found.value is None or found.low is None or found.high is None:
            return None
        return cls(found.value, found.low, found.high, found.n)

    def count(self, share: float) -> int:
        return count_of(share, self.whole)


def _compare_with_guessing(share: _Share, source: str, estimate: Estimate, section: Data) -> str:
    base, counts = estimate.base_accuracy, section.counts.train
    if base is not None and share.low <= base and counts:
        usual = max(counts, key=lambda name: counts[name])
        return (
            f"About {share.told} of {share.of} new photos like these would be told right, and always answering {usual} "
            f"gets {share.count(base)} right; from {source} the first is known {share.known}."
        )
    loss, always = None if estimate.log_loss is None else estimate.log_loss.value, estimate.base_log_loss
    if loss is None or always is None:
        return "These images do not tell the classes apart, or are too few for it."
    return (
        f"Its log loss on images that it had not seen is {loss:.3f}, and that of always giving the classes' shares "
        f"{always:.3f}: these images do not tell the classes apart, or are too few for it."
    )


def _caution(report: Report) -> str:
    section = report.get(CALIBRATION)
    band = None if section is None else section.uncertain
    if band is not None and (band.low == 0.0 or band.high == 1.0):
        return " There are too few images for a sure answer, so most answers say that they are uncertain."
    return ""
