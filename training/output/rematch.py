"""Is the new version better than the one that is served: both answer the same images, which neither has learned from.

The served version answers by its own network, calibration and threshold, as the service does; of the new one count the
answers of the cross-validation, and on test images its own. Images that the served version has learned from, and what
belongs together with them, are left out.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artifact import store
from artifact.card import Card
from artifact.counting import counted
from artifact.decision import calibrate
from artifact.errors import ArtifactError
from artifact.report import reading
from artifact.report.estimate import Gain, ThanBefore
from artifact.report.record import RECORDED
from artifact.store import Published
from training.evaluation import clustering, paired, scores
from training.evaluation.choosing import ACCURACY_INFLATION
from training.evaluation.interval import Estimate
from training.gathering import Gathered
from training.output.recording import Answers
from training.output.verifying import Scorer
from training.reading.dataset import Sample
from training.settings import Settings

FEWEST = 5
"""Images, and groups, that are new to both, from which on anything can be told."""

Verdict = Literal["better", "worse", "cannot tell"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rematch:
    """What came of it.

    Attributes:
        version: The version that is served.
        verdict: Whether the new one is right more often, by an interval that leaves 0 out.
        gain: By how much, as a share; None where too few images are new to both.
        images: Images that are new to both.
        seen: Images left out, since the served version has learned from them or from what belongs with them.
    """

    version: str
    verdict: Verdict
    gain: Estimate | None
    images: int
    seen: int

    @property
    def sentence(self) -> str:
        """Return what is said of it."""
        source = f"on the {counted(self.images, 'image')} that version {self.version} has not learned from"
        if self.gain is None:
            return (
                f"Whether it is better than version {self.version} cannot be told: {counted(self.images, 'image')} "
                f"{'is' if self.images == 1 else 'are'} new to both, and at least {FEWEST} are needed. Test both on "
                "images that neither has seen: --test PATH."
            )
        interval = f"({_points(self.gain.low)} to {_points(self.gain.high)}, {source})"
        if self.verdict == "cannot tell":
            question = f"Whether it is better than version {self.version} cannot be told"
            return f"{question}: {_points(self.gain.value)} points {interval}."
        by = _points(abs(self.gain.value)).lstrip("+")
        return f"It is {self.verdict} than version {self.version} by {by} points {interval}."

    @property
    def section(self) -> ThanBefore:
        """The report's section."""
        gain = None if self.gain is None else Gain(self.gain.value, self.gain.low, self.gain.high)
        return ThanBefore(self.version, self.verdict, gain, self.images, self.seen, self.sentence)


def play(settings: Settings, gathered: Gathered, card: Card, logits: Floats, recorded: Answers) -> Rematch | None:
    """Compare the new version with the one that is served under its name.

    Args:
        settings: Of the run.
        gathered: Its images.
        card: The new version's card.
        logits: Calibrated out-of-fold logits of the new one for the training images, `[repeats, n]`.
        recorded: Its own answers, of which those for test images count.

    Returns:
        None where nothing is served that tells the same classes apart, or what is there cannot be read.
    """
    try:
        before = store.read(settings.models, settings.name)
        rows = reading.find(before.report(), RECORDED) or ()
    except ArtifactError:
        return None
    known = {row.sha256 for row in rows if row.part == "train"}
    if {before.card.classes.positive, before.card.classes.negative} != {card.classes.positive, card.classes.negative}:
        return None
    new = _new_to_both(gathered, known)
    seen = len(gathered.dataset.samples) - len(new)
    if gathered.dataset.groups[new].count < FEWEST:
        return Rematch(before.card.version, "cannot tell", None, len(new), seen)
    samples = [gathered.dataset.samples[row] for row in new]
    labels = np.array([sample.label for sample in samples])
    ours = _ours(gathered, card, logits, recorded)[new]
    gains = ours - _theirs(before, samples, card)
    inflation = clustering.count((gains + 1) / 2, labels, gathered.dataset.groups[new]).inflation
    gain = paired.difference(gains, ACCURACY_INFLATION * inflation)
    verdict: Verdict = "better" if gain.low > 0 else "worse" if gain.high < 0 else "cannot tell"
    return Rematch(before.card.version, verdict, gain, len(new), seen)


def _new_to_both(gathered: Gathered, known: set[str]) -> NDArray[np.int64]:
    """Return the rows, of training and then test images, that nothing the served version has learned from joins."""
    dataset = gathered.dataset
    learned = np.array([sample.facts.sha256 in known for sample in dataset.samples])
    new = ~dataset.groups.in_any_of(dataset.groups[learned])
    test = np.arange(len(new)) >= len(dataset.train)
    new &= ~(test & dataset.groups.in_any_of(dataset.train_groups))  # the new one has learned from their like
    return np.flatnonzero(new)


def _ours(gathered: Gathered, card: Card, logits: Floats, recorded: Answers) -> Floats:
    """Return how often the new version is right on each image: out of fold, and on test images by itself."""
    labels = gathered.labels == 1
    right = ((scores.sigmoid(logits) >= card.threshold) == labels).mean(axis=0)
    tested = [float(row.label == row.actual) for row in recorded.rows if row.part == "test"]
    return np.concatenate([right, tested])


def _theirs(before: Published, samples: list[Sample], card: Card) -> Floats:
    """Return whether the served version is right on each image, as the service would answer."""
    scorer = Scorer(before.model, before.card.input)
    right = []
    for sample, (logit, _) in zip(samples, scorer.score_all(samples), strict=True):
        actual = card.classes.positive if sample.label else card.classes.negative
        says_yes = calibrate(logit, before.card) >= before.card.threshold
        right.append(float((before.card.classes.positive if says_yes else before.card.classes.negative) == actual))
    return np.array(right)


def _points(share: float) -> str:
    return f"{100 * share:+.0f}" if round(100 * share) else "0"
