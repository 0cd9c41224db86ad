"""What the exported network answers for every image of the run, and how well it does on the test images."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from artifact.card import Card
from artifact.decision import decide
from artifact.report.estimate import Test, Value
from artifact.report.record import Recorded
from training.evaluation import scores
from training.evaluation.clustering import count
from training.evaluation.interval import proportion, ranking
from training.gathering import Gathered
from training.output import promise, report
from training.output.verifying import Scorer
from training.reading import belonging
from training.reading.dataset import Sample, label_array


@dataclass(frozen=True)
class Answers:
    """One row for each image, and the test result (None without test images)."""

    rows: tuple[Recorded, ...]
    test: Test | None


def record(scorer: Scorer, gathered: Gathered, card: Card, advance: Callable[[], None]) -> Answers:
    """Score every training and test image with the exported network, from the bytes of its file.

    The service must give the same probabilities for the same files; the training images' own are no measure of quality,
    since the network has seen them.
    """
    rows = []
    probabilities: dict[str, float] = {}
    parts: dict[Literal["train", "test"], Sequence[Sample]] = {
        "train": gathered.dataset.train,
        "test": gathered.dataset.test,
    }
    for part, samples in parts.items():
        for sample, (logit, novelty) in zip(samples, scorer.score_all(samples), strict=True):
            answer = decide(logit, novelty, card)
            probabilities[sample.file] = answer.probability
            rows.append(
                Recorded(
                    file=sample.file,
                    part=part,
                    sha256=sample.facts.sha256,
                    actual=card.classes.positive if sample.label else card.classes.negative,
                    label=answer.label,
                    probability=answer.probability,
                    uncertain=answer.uncertain,
                    unfamiliar=answer.unfamiliar,
                )
            )
            advance()
    return Answers(tuple(rows), _test(gathered, probabilities, card))


def _test(gathered: Gathered, probabilities: dict[str, float], card: Card) -> Test | None:
    samples = gathered.clean_test
    if not samples:
        return None
    labels = label_array(samples)
    found = np.array([probabilities[sample.file] for sample in samples])
    right = ((found >= card.threshold) == (labels == 1)).astype(np.float64)
    counted = count(right, labels, gathered.clean_test_groups)
    clipped = np.clip(found, 1e-7, 1 - 1e-7)
    auroc = None
    if counted.negatives and counted.positives:
        area = ranking(scores.auroc(found[None], labels), counted.negatives, counted.positives, counted.inflation)
        auroc = report.interval(area)
    result = Test(
        n=len(samples),
        accuracy=report.interval(proportion(float(right.mean()), counted.n, counted.inflation)),
        log_loss=Value(float(-np.log(np.where(labels == 1, clipped, 1 - clipped)).mean())),
        brier=Value(float(((found - labels) ** 2).mean())),
        auroc=auroc,
    )
    classes, noun = gathered.dataset.classes, gathered.dataset.noun
    return promise.withhold(result, belonging.why_withheld(samples, classes, noun))
