"""The images that were told wrong: what each was, what was said of it, and how surely."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artifact.card import Card
from artifact.report.photos import Wrong, WrongImage
from artifact.report.record import Recorded
from training.output.doubting import doubt
from training.output.thumbnails import LARGE, encode
from training.reading.dataset import Sample, label_array

SHOWN = 24
"""Images, at most, which bounds the report."""


def choose(
    train: Sequence[Sample],
    probabilities: NDArray[np.float64],
    tested: Sequence[Sample],
    rows: Sequence[Recorded],
    card: Card,
) -> Wrong:
    """Return the section `wrong` of the report: how many there are, and the surest mistakes, those in training first.

    Args:
        train: The training images.
        probabilities: Of the positive class, from models that had not seen the image, `[n]`.
        tested: The test images that count.
        rows: What the published network answers, image by image.
        card: Its classes and its threshold.
    """
    answered = {row.file: row.probability for row in rows if row.part == "test"}
    asked = np.array([answered[sample.file] for sample in tested])
    found = [*_wrong("train", train, probabilities, card, train), *_wrong("test", tested, asked, card, train)]
    images = tuple(replace(entry, thumbnail=encode(sample, LARGE)) for entry, sample in found[:SHOWN])
    return Wrong(len(found), images)


def _wrong(
    part: Literal["train", "test"],
    samples: Sequence[Sample],
    probabilities: NDArray[np.float64],
    card: Card,
    train: Sequence[Sample],
) -> list[tuple[WrongImage, Sample]]:
    """Return what is said of each wrong one, the surest first, with the image."""
    names, labels = (card.classes.negative, card.classes.positive), label_array(samples)
    answers = (probabilities >= card.threshold).astype(int)
    sure = np.where(answers == 1, probabilities, 1 - probabilities)
    doubted = doubt(labels, np.where(labels == 1, 1 - probabilities, probabilities), train, card.guessing)
    rows = sorted(map(int, np.flatnonzero(answers != labels)), key=lambda row: -sure[row])
    return [
        (
            WrongImage(
                file=samples[row].file,
                part=part,
                actual=names[labels[row]],
                said=names[answers[row]],
                probability=float(sure[row]),
                doubted=bool(doubted[row]),
            ),
            samples[row],
        )
        for row in rows
    ]
