"""From image files to decisions: decode each, run the network once for all that are good, decide each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from artifact import image
from artifact.decision import Decision, decide
from artifact.errors import ImageError
from artifact.image import Limits
from service.inference import heatmap
from service.inference.model import Model
from service.problems import Problem, from_image_error


@dataclass(frozen=True)
class Answer:
    """The decision for one image, and where the network saw evidence for it (a PNG), where that was asked for."""

    decision: Decision
    heatmap: bytes | None = None


def answer(model: Model, files: Sequence[bytes], limits: Limits, explain: bool = False) -> list[Answer | Problem]:
    """Return an answer for each image file, or the problem with it; one bad file does not sink the others."""
    results: dict[int, Answer | Problem] = {}
    pixels = {}
    for index, file in enumerate(files):
        try:
            pixels[index] = image.load(file, model.card.input, limits)
        except ImageError as error:
            results[index] = from_image_error(error)
    if pixels:
        scores = model.score(np.stack(list(pixels.values())))
        for row, index in enumerate(pixels):
            logit, novelty = scores.pair(row)
            if not math.isfinite(logit):
                results[index] = _no_score()
                continue
            drawn = None
            if explain and scores.evidence is not None:
                drawn = heatmap.render(scores.evidence[row], model.card.input, _size(files[index], model, limits))
            results[index] = Answer(decide(logit, novelty, model.card), drawn)
    return [results[index] for index in range(len(files))]


def _size(file: bytes, model: Model, limits: Limits) -> tuple[int, int]:
    """Return the width and height of a picture as it is seen, upright."""
    return image.decode(file, model.card.input, limits).size


def _no_score() -> Problem:
    return Problem(422, "no_score", "The model gave no finite score for this image, so there is no answer to give.")
