"""From a published model and a folder of images without labels to those worth a label, the best first."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifact import store
from artifact.card import Card, ImageSpec
from artifact.decision import Decision, decide
from artifact.report import reading
from artifact.report.record import RECORDED
from training.backbone import Cache, FeatureKey
from training.backbone.extract import Extractor
from training.labelling import pool, ranking
from training.labelling.pool import Pool
from training.output.verifying import Scorer
from training.pixels import stream
from training.progress import Stages
from training.reading.dataset import Sample

SPEC = ImageSpec(224, 224)
"""The whole picture, for the features by which images are alike."""
FEATURE: FeatureKey = ("last", "deviation")
AT_MOST = 3000
"""Images compared with each other, in 72 MB at a time; of more, the least sure half, and others evenly drawn."""


@dataclass(frozen=True)
class Asked:
    """What is asked for: of which model, from which folder, how many, and where things are.

    `cache` is the folder of cached features, or None for none.
    """

    models: Path
    name: str
    folder: Path
    count: int
    cache: Path | None


@dataclass(frozen=True)
class Suggestion:
    """One image to label: what the model says of it, and how many others of the folder are most like it."""

    sample: Sample
    decision: Decision
    stands_for: int

    def explain(self, card: Card) -> str:
        """Return in a sentence or two why its label would teach something."""
        return f"{self._doubt(card)} {self._others()}".strip()

    def _doubt(self, card: Card) -> str:
        if self.decision.unfamiliar:
            return "It is unlike what the model has learned from."
        least = min(self.decision.probabilities.values())
        if card.guessing:
            return "The model can do no better than guess."
        if self.decision.uncertain or least > 1 / 3:
            return "The model cannot tell."
        return "The model is not quite sure." if least > 0.1 else "It is of a kind that the model has seen little of."

    def _others(self) -> str:
        like = self.stands_for - 1
        if like == 0:
            return ""
        return "It is the nearest to 1 other here." if like == 1 else f"It is the nearest to {like} others here."


@dataclass(frozen=True)
class Suggested:
    """The images to label.

    Attributes:
        card: Of the model.
        suggestions: The image that teaches most first.
        pool: What there was to choose from.
        compared: How many images of it were compared with each other.
    """

    card: Card
    suggestions: tuple[Suggestion, ...]
    pool: Pool
    compared: int


def suggest(asked: Asked, stages: Stages) -> Suggested:
    """Choose the images to label next.

    Raises:
        TrainingError: The folder holds no image that could be labelled.
        artifact.errors.ArtifactError: There is no such model, or it is damaged.
    """
    published = store.read(asked.models, asked.name)
    card = published.card
    recorded = reading.find(published.report(), RECORDED) or ()
    with stages.stage("Reading images") as advance:
        found = pool.gather(asked.folder, card, recorded, advance)
    scorer = Scorer(published.model, card.input)
    with stages.stage(f"Asking {card.name} version {card.version}", len(found.samples)) as advance:
        decisions = []
        for logit, novelty in scorer.score_all(found.samples):
            decisions.append(decide(logit, novelty, card))
            advance()
    probabilities = np.array([decision.probability for decision in decisions])
    rows = shortlist(probabilities)
    samples = [found.samples[row] for row in rows]
    with stages.stage("Comparing them with each other", len(samples)) as advance:
        extractor = Extractor(SPEC.height, (FEATURE,), cache=None if asked.cache is None else Cache(asked.cache))
        features = extractor.extract(stream(samples, SPEC, advance)).pooled[FEATURE]
        chosen = ranking.rank(features, probabilities[rows], asked.count)
        stands_for = ranking.stand_for(features, chosen)
    suggestions = tuple(
        Suggestion(samples[row], decisions[rows[row]], number) for row, number in zip(chosen, stands_for, strict=True)
    )
    return Suggested(card, suggestions, found, len(rows))


def shortlist(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows that are compared with each other, at most `AT_MOST`, in order."""
    n = len(probabilities)
    if n <= AT_MOST:
        return np.arange(n)
    unsure = np.argsort(np.abs(probabilities - 0.5), kind="stable")
    others = unsure[AT_MOST // 2 :]
    spread = others[np.linspace(0, len(others) - 1, AT_MOST - AT_MOST // 2).astype(np.int64)]
    return np.sort(np.concatenate([unsure[: AT_MOST // 2], spread]))
