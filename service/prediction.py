"""The way of the images of one request: wait for a turn, decode, run the network, decide; with each stage measured."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from artifact import image
from artifact.errors import ImageError
from service.inference import answers
from service.inference.answers import Answer, Pixels, Result
from service.inference.model import Model, Scores
from service.problems import Problem, from_image_error
from service.state import state

T = TypeVar("T")


def predict_files(model: Model, files: Sequence[bytes], explain: bool = False) -> list[Result]:
    """Return an answer for each image file, or the problem with it; one bad file does not sink the others."""
    with _turn():
        decoded = _decode(model, files)
        good = {index: found for index, found in enumerate(decoded) if not isinstance(found, Problem)}
        results: dict[int, Result] = {index: found for index, found in enumerate(decoded) if isinstance(found, Problem)}
        if good:
            scores = _run(model, np.stack(list(good.values())))
            for row, index in enumerate(good):
                results[index] = _explained(model, scores, row, files[index] if explain else None)
    ordered = [results[index] for index in range(len(files))]
    _record(model, ordered)
    return ordered


def predict_pixels(model: Model, images: NDArray[np.uint8] | Sequence[bytes]) -> tuple[Scores, list[Answer]]:
    """Return the scores and the answers for pixels `[N, h, w, c]`, or for image files that must all be good.

    Raises:
        Problem: An image file is bad, or the network gave no finite score for an image.
    """
    with _turn():
        if not isinstance(images, np.ndarray):
            images = np.stack([_good(found) for found in _decode(model, images)])
        scores = _run(model, images)
        results = [answers.decide(model, scores, row) for row in range(len(images))]
    _record(model, results)
    return scores, [_good(result) for result in results]


def check_files(files: Sequence[bytes]) -> None:
    """Raise the `Problem` of the first image file that cannot be decoded."""
    with _turn():
        for file in files:
            try:
                image.decode(file, limits=state().limits)
            except ImageError as error:
                raise from_image_error(error) from error


@contextmanager
def _turn() -> Iterator[None]:
    start, here = time.perf_counter(), state()
    with here.metrics.queue.track_inprogress(), here.gate.enter():
        here.metrics.observe_stage("queue", time.perf_counter() - start)
        yield


def _decode(model: Model, files: Sequence[bytes]) -> list[Pixels | Problem]:
    start, here = time.perf_counter(), state()
    decoded = [answers.decode(file, model, here.limits) for file in files]
    here.metrics.observe_stage("decode", time.perf_counter() - start)
    return decoded


def _run(model: Model, pixels: NDArray[np.uint8]) -> Scores:
    start = time.perf_counter()
    scores = model.score(pixels)
    state().metrics.observe_stage("run", time.perf_counter() - start)
    return scores


def _explained(model: Model, scores: Scores, row: int, file: bytes | None) -> Result:
    """Return the answer for one image, with its heatmap where its file is given and the model has evidence."""
    result = answers.decide(model, scores, row)
    if file is None or scores.evidence is None or isinstance(result, Problem):
        return result
    return replace(result, heatmap=answers.explain(scores.evidence[row], file, model, state().limits))


def _record(model: Model, results: Sequence[Result]) -> None:
    here = state()
    default = model is here.registry.default.model  # others would mix their answers into its drift
    for result in results:
        here.metrics.observe_result(model, result)
        if default and isinstance(result, Answer):
            here.drift.record(model.card, result.decision.probability, result.novelty)


def _good(found: T | Problem) -> T:
    if isinstance(found, Problem):
        raise found
    return found
