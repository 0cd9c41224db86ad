"""The sentences to remember of a report: how many new photos will be told right, as counts, and how well that is known.

Counts of a hundred are read rightly by more people than percentages are (Gigerenzer and Hoffrage 1995). None is 0 or
100, since no number of images could show that.
"""

from typing import Any

from artifact.report.reading import mapping, number

NO_BETTER = "No better than guessing. Do not use it."
NOTHING_SAID = "How many new photos will be told right cannot be said."
ROUGH = 0.05
"""Width of the 95 % interval from which on a share is known only roughly."""
FINE = 0.02
"""Width of the interval below which counts are of a thousand."""


def compose(report: dict[str, Any]) -> str:
    """Return the verdict of a report; the first sentence says so where nothing was learned or can be promised.

    Read are `estimate`, `classes`, `data` (its number of training images, and its groups) and the uncertain band of
    `calibration`. The empty text where the report has no accuracy to speak of.
    """
    data, classes = mapping(report.get("data")), mapping(report.get("classes"))
    groups, estimate = mapping(data.get("groups")), mapping(report.get("estimate"))
    if estimate.get("withheld"):
        first = NO_BETTER if estimate.get("no_better_than_guessing") else NOTHING_SAID
        return f"{first} {estimate['withheld']}"
    share = _Share.read(mapping(estimate.get("accuracy")))
    if share is None:
        return ""
    source = f"{share.n:,} photos" if not groups else f"{groups.get('train')} {groups.get('called')}s, {share.n} photos"
    if estimate.get("no_better_than_guessing"):
        return f"{NO_BETTER} {_compare_with_guessing(share, source, estimate, data)}"
    told = f"{classes.get('positive')} or {classes.get('negative')}"
    return (
        f"About {share.told} of {share.of} new photos like these will be told right as {told}. "
        f"From {source} that is known {share.known}.{_caution(report)}"
    )


def brief(accuracy: Any) -> str | None:
    """Return `97 of 100 (80 to 99)` of an accuracy with `value`, `low` and `high`; None where these are no numbers."""
    section = mapping(accuracy)
    share = _Share.read({"n": 0, **section})
    return None if share is None else f"{share.told} of {share.of} ({share.range})"


def of_hundred(share: float) -> int:
    """Return a share as a count of a hundred, which is never none and never all."""
    return _count(share, 100)


def _count(share: float, whole: int) -> int:
    return min(whole - 1, max(1, round(whole * share)))


class _Share:
    """A share of right answers with its interval, in counts."""

    def __init__(self, value: float, low: float, high: float, n: int) -> None:
        """Take shares of 0 to 1, and the images behind them."""
        self.low, self.n = low, n
        self.whole = 1000 if high - low < FINE else 100
        self.of = f"{self.whole:,}"
        self.told = self.count(value)
        how = "only roughly" if high - low >= ROUGH else "well"
        self.range = f"{self.count(low)} to {self.count(high)}"
        self.known = f"{how}: {self.range}"

    @classmethod
    def read(cls, section: dict[str, Any]) -> "_Share | None":
        value, low, high, n = (number(section.get(key)) for key in ("value", "low", "high", "n"))
        if value is None or low is None or high is None or n is None:
            return None
        return cls(value, low, high, int(n))

    def count(self, share: float) -> int:
        return _count(share, self.whole)


def _compare_with_guessing(share: _Share, source: str, estimate: dict[str, Any], data: dict[str, Any]) -> str:
    base = number(estimate.get("base_accuracy"))
    counts = mapping(mapping(data.get("counts")).get("train"))
    if base is not None and share.low <= base and counts:
        usual = max(counts, key=lambda name: number(counts[name]) or 0)
        return (
            f"About {share.told} of {share.of} new photos like these would be told right, and always answering {usual} "
            f"gets {share.count(base)} right; from {source} the first is known {share.known}."
        )
    loss, always = number(mapping(estimate.get("log_loss")).get("value")), number(estimate.get("base_log_loss"))
    if loss is None or always is None:
        return "These images do not tell the classes apart, or are too few for it."
    return (
        f"Its log loss on images that it had not seen is {loss:.3f}, and that of always giving the classes' shares "
        f"{always:.3f}: these images do not tell the classes apart, or are too few for it."
    )


def _caution(report: dict[str, Any]) -> str:
    band = mapping(mapping(report.get("calibration")).get("uncertain"))
    if band.get("low") == 0.0 or band.get("high") == 1.0:
        return " There are too few images for a sure answer, so most answers say that they are uncertain."
    return ""
