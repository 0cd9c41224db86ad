"""From images to what is said of them: opened once, decoded once, run through the network, decided.

`answer` is the one way of every route, of replicas on Ray and of batches; it knows nothing of HTTP.
"""

import io
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact import decision, fitting
from artifact.card import ImageSpec
from artifact.decision import Decision
from artifact.errors import ImageError
from artifact.limits import Limits
from artifact.network import Row
from artifact.picture import Picture
from service.inference import heatmap
from service.inference.model import Model
from service.intake import content
from service.problems import Problem, from_image_error

Pixels = NDArray[np.uint8]
Given = bytes | Pixels | Problem
"""An image as it comes: a file, pixels `[height, width, channels]` of the model's input, or why there is neither."""
PREVIEW_SIDE = 320


@dataclass(frozen=True)
class Means:
    """What answering may use.

    Attributes:
        limits: What is refused of an image file.
        hold: Takes a number of bytes and holds so much working memory while a picture is decoded.
        observe: Is told the seconds of each stage, `decode` and `run`.
    """

    limits: Limits
    hold: Callable[[int], AbstractContextManager[None]] = lambda _: nullcontext()
    observe: Callable[[str, float], None] = lambda *_: None


@dataclass(frozen=True)
class Extras:
    """What an answer may have beside the decision.

    Attributes:
        heatmap: Where the network saw evidence, where the model can say it.
        preview: A small copy of the picture.
    """

    heatmap: bool = False
    preview: bool = False


NO_EXTRAS = Extras()


@dataclass(frozen=True)
class Answer:
    """What is said of one image.

    Attributes:
        decision: The decision.
        row: What the network gave for it.
        heatmap: A PNG, where that was asked for and the model has evidence.
        preview: A PNG, where that was asked for.
    """

    decision: Decision
    row: Row
    heatmap: bytes | None = None
    preview: bytes | None = None


Result = Answer | Problem


@dataclass(frozen=True)
class _Opened:
    """A decoded image: the model's pixels, and of a file the upright picture's size, what is odd of it, the preview."""

    pixels: Pixels
    size: tuple[int, int] | None = None
    note: str | None = None
    preview: bytes | None = None


def answer(model: Model, images: Iterable[Given], means: Means, extras: Extras = NO_EXTRAS) -> Iterator[Result]:
    """Yield what is said of each image, in order; one bad image does not sink the others.

    No more images than one run of the network takes are decoded at once.
    """
    remaining = iter(images)
    while opened := [_open(image, model.card.input, means, extras) for image in islice(remaining, model.batch)]:
        pixels = [found.pixels for found in opened if not isinstance(found, Problem)]
        start = time.perf_counter()
        rows = iter(model.score(np.stack(pixels)).rows() if pixels else ())
        if pixels:
            means.observe("run", time.perf_counter() - start)
        for found in opened:
            yield found if isinstance(found, Problem) else _decide(model, next(rows), found, extras)


def check(file: bytes, spec: ImageSpec, means: Means) -> None:
    """Raise the `Problem` of an image file that cannot be decoded."""
    found = _open(file, spec, means, NO_EXTRAS)
    if isinstance(found, Problem):
        raise found


def to_json(result: Result) -> dict[str, Any]:
    """Return the fields that say it: those of the decision, or `error`, `code` and, where one was passed, `limit`."""
    if not isinstance(result, Problem):
        return dict(vars(result.decision))
    fields: dict[str, Any] = {"error": result.detail, "code": result.code}
    return fields if result.limit is None else {**fields, "limit": result.limit}


def _open(image: Given, spec: ImageSpec, means: Means, extras: Extras) -> _Opened | Problem:
    start = time.perf_counter()
    try:
        return _Opened(image) if isinstance(image, np.ndarray) else _decode(image, spec, means, extras)
    except ImageError as error:
        return from_image_error(error)
    except Problem as problem:
        return problem
    finally:
        means.observe("decode", time.perf_counter() - start)


def _decode(image: bytes | Problem, spec: ImageSpec, means: Means, extras: Extras) -> _Opened:
    if isinstance(image, Problem):
        raise image
    picture = Picture(content.file_in(image), means.limits)
    with means.hold(picture.working_bytes(spec)):
        decoded = picture.decode(spec)
        pixels = fitting.to_array(decoded, spec)
        return _Opened(pixels, decoded.size, picture.note, _preview(decoded) if extras.preview else None)


def _decide(model: Model, row: Row, opened: _Opened, extras: Extras) -> Result:
    """Return the answer for one image, or the problem where the network gave no finite score for it."""
    if not math.isfinite(row.logit):
        return Problem(422, "no_score", "The model gave no finite score for this image, so there is no answer to give.")
    drawn = None
    if extras.heatmap and row.evidence is not None and opened.size is not None:
        drawn = heatmap.render(row.evidence, model.card.input, opened.size)
    novelty = None if row.novelty is None else float(row.novelty)
    decided = decision.decide(float(row.logit), novelty, model.card, opened.note)
    return Answer(decided, row, drawn, opened.preview)


def _preview(picture: Image.Image) -> bytes:
    """Return a small copy of a picture as a PNG."""
    small, file = picture.copy(), io.BytesIO()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    small.save(file, "PNG")
    return file.getvalue()
