"""From a score to an answer: the calibrated probability, the label, and what speaks against trusting it."""

import math
from dataclasses import dataclass

from artifact.card import Card


@dataclass(frozen=True)
class Decision:
    """The answer for one image.

    Attributes:
        label: The name of the class on the likelier side of the threshold.
        probability: Calibrated probability of the positive class, 0 to 1.
        probabilities: Calibrated probability by class name; they sum to 1.
        uncertain: The probability lies inside the uncertain band, or the model is no better than guessing: the data do
            not carry a sure answer.
        unfamiliar: The image is further from the training images than the novelty limit, or its samples lie in
            another range than theirs.
        reason: Why the answer should not be taken as sure, as a sentence; None where nothing speaks against it.
        reason_code: The same as a word for programs, which does not change: a key of `REASONS`; None without a reason.
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    uncertain: bool
    unfamiliar: bool
    reason: str | None
    reason_code: str | None = None


REASONS = {
    "another_range": "{note}",
    "unfamiliar": "The image is unlike the training images, so the answer may mean nothing.",
    "guessing": "The model is no better than guessing, so the answer means nothing.",
    "too_few_images": "The model learned from too few images to be sure of an answer of {probability:.2f}.",
    "between": "The probability {probability:.2f} lies between {low:.2f} and {high:.2f}, where the data cannot tell.",
}
"""The reasons, the gravest first; of several the first is given."""


def decide(logit: float, novelty: float | None, card: Card, note: str | None = None) -> Decision:
    """Turn a model's raw outputs for one image into a decision by the rules on the model's card.

    Args:
        logit: The score before calibration, any finite number.
        novelty: Distance from the training images in feature space, or None where the model has none.
        card: The card of the model that made the score.
        note: Why the image may not have been read as the training images were, as a sentence: it is then unfamiliar.

    Raises:
        ValueError: The score is NaN: the model is broken, and no answer is better than a wrong one.
    """
    probability = calibrate(logit, card)
    if math.isnan(probability):
        raise ValueError("The model's score is not a number; the model is damaged: publish it again or roll back.")
    uncertain = card.guessing or card.uncertain.low < probability < card.uncertain.high
    unlike = card.novelty_limit is not None and novelty is not None and not novelty <= card.novelty_limit
    code = "another_range" if note else _reason(probability, uncertain, unlike, card)
    numbers = {"probability": probability, "low": card.uncertain.low, "high": card.uncertain.high}
    return Decision(
        label=card.classes.positive if probability >= card.threshold else card.classes.negative,
        probability=probability,
        probabilities={card.classes.negative: 1.0 - probability, card.classes.positive: probability},
        uncertain=uncertain,
        unfamiliar=unlike or note is not None,
        reason=code and REASONS[code].format(note=note, **numbers),
        reason_code=code,
    )


def calibrate(logit: float, card: Card) -> float:
    """Return the calibrated probability of the positive class for a raw score, without overflow."""
    score = card.calibration.slope * logit + card.calibration.intercept
    if score >= 0:
        return 1.0 / (1.0 + math.exp(-score))
    return math.exp(score) / (1.0 + math.exp(score))


def _reason(probability: float, uncertain: bool, unfamiliar: bool, card: Card) -> str | None:
    """Return the gravest reason's code."""
    if unfamiliar:
        return "unfamiliar"
    if not uncertain:
        return None
    if card.guessing:
        return "guessing"
    open_end = card.uncertain.high == 1.0 if probability >= card.threshold else card.uncertain.low == 0.0
    return "too_few_images" if open_end else "between"
