"""The images of one request: wait for a turn, have them answered, and count what came of it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from artifact.network import Scores
from service.inference import answers
from service.inference.answers import NO_EXTRAS, Answer, Extras, Given, Means, Result
from service.inference.model import Model
from service.intake.uploads import Upload
from service.problems import Problem
from service.state import state


def predict_uploads(model: Model, uploads: Sequence[Upload], extras: Extras) -> list[Result]:
    """Return what is said of each upload; raises the `Problem` of one that is the only one and is bad."""
    results = _answer(model, [upload.problem or upload.data for upload in uploads], extras)
    if len(results) == 1:
        _good(results[0])
    return results


def predict_pixels(model: Model, images: NDArray[np.uint8] | Sequence[bytes]) -> tuple[Scores, list[Answer]]:
    """Return the scores and the answers for pixels `[N, h, w, c]`, or for image files that must all be good.

    Raises:
        Problem: An image file is bad, or the network gave no finite score for an image.
    """
    found = [_good(result) for result in _answer(model, list(images), NO_EXTRAS)]
    return Scores.of([answer.row for answer in found]), found


def check_files(model: Model, files: Sequence[bytes]) -> None:
    """Raise the `Problem` of the first image file that cannot be decoded."""
    with _turn() as means:
        for file in files:
            answers.check(file, model.card.input, means)


def _answer(model: Model, images: Sequence[Given], extras: Extras) -> list[Result]:
    with _turn() as means:
        results = list(answers.answer(model, images, means, extras))
    here = state()
    default = model is here.registry.default.model  # others would mix their answers into its drift
    for result in results:
        here.metrics.observe_result(model, result)
        if default and isinstance(result, Answer):
            novelty = None if result.row.novelty is None else float(result.row.novelty)
            here.drift.record(model.card, result.decision.probability, novelty)
    return results


@contextmanager
def _turn() -> Iterator[Means]:
    """Wait for a turn; count the time of each stage of the request."""
    start, here = time.perf_counter(), state()
    seconds: dict[str, float] = {}

    def observe(stage: str, taken: float) -> None:
        seconds[stage] = seconds.get(stage, 0.0) + taken

    with here.metrics.queue.track_inprogress(), here.gate.enter():
        observe("queue", time.perf_counter() - start)
        try:
            yield Means(here.limits, here.memory.hold, observe)
        finally:
            for stage, taken in seconds.items():
                here.metrics.observe_stage(stage, taken)


def _good(found: Result) -> Answer:
    if isinstance(found, Problem):
        raise found
    return found
