"""From an image file to pixels, and from scores to an answer; each may end in a problem in its place."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact import decision, image
from artifact.decision import Decision
from artifact.errors import ImageError
from artifact.image import Limits
from service.inference import heatmap
from service.inference.model import Model, Scores
from service.problems import Problem, from_image_error

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Answer:
    """What is said of one image.

    Attributes:
        decision: The decision.
        novelty: Its distance from the training images, or None where the model has no such measure.
        heatmap: Where the network saw evidence (a PNG), where that was asked for.
    """

    decision: Decision
    novelty: float | None
    heatmap: bytes | None = None


Result = Answer | Problem


def to_json(result: Result) -> dict[str, Any]:
    """Return the fields that say it: those of the decision, or `error`, `code` and, where one was passed, `limit`."""
    if not isinstance(result, Problem):
        return dict(vars(result.decision))
    fields: dict[str, Any] = {"error": result.detail, "code": result.code}
    return fields if result.limit is None else {**fields, "limit": result.limit}


def decode(file: bytes, model: Model, limits: Limits) -> Pixels | Problem:
    """Return the pixels `[height, width, channels]` of an image file, or the problem with it."""
    try:
        return image.load(file, model.card.input, limits)
    except ImageError as error:
        return from_image_error(error)


def decide(model: Model, scores: Scores, row: int) -> Result:
    """Return the answer for one image of several, or the problem where the network gave no finite score for it."""
    logit, novelty = scores.pair(row)
    if not math.isfinite(logit):
        return Problem(422, "no_score", "The model gave no finite score for this image, so there is no answer to give.")
    return Answer(decision.decide(logit, novelty, model.card), novelty)


def explain(evidence: NDArray[np.float32], file: bytes, model: Model, limits: Limits) -> bytes:
    """Return the heatmap (a PNG) of an image file from its evidence `[h, w]`, in the shape of the upright picture."""
    return heatmap.render(evidence, model.card.input, image.decode(file, model.card.input, limits).size)
