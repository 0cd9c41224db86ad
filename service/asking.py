"""The page on which people ask: the form, what to expect of the model, and a card for each answer."""

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template

from artifact import fitting, formats, store
from artifact.card import Card
from artifact.errors import ArtifactError
from artifact.report.record import VERDICT
from service import words
from service.feedback import NEITHER
from service.inference.answers import Answer, Result
from service.inference.model import Model
from service.intake.uploads import Upload
from service.problems import Problem
from service.routes.predict import entry
from service.state import state

MOST_CHOICES = 50
"""Published models that the page offers, at most; the others answer to `/?model=NAME`."""


@dataclass(frozen=True)
class Shown:
    """A picture on a card: data URLs of the picture and of the heatmap, its size, and the box that the model sees."""

    picture: str
    overlay: str | None
    width: int
    height: int
    seen: tuple[int, int, int, int] | None


def render(model: Model | None, cards: Sequence[dict[str, Any]] = (), problem: Problem | None = None) -> Response:
    """Return the page with the form, and the answers to the last upload, where there are some.

    Args:
        model: The model that answers, or None where none is loaded.
        cards: The answers, as `card` makes them.
        problem: Why there are no answers.
    """
    here = state()
    values = {
        "formats": formats.names(here.limits.formats),
        "feedback": here.feedback is not None,
        "neither": None if model is None or NEITHER in model.pair else NEITHER,
        "choices": _choices(),
        "asked_for": here.settings.model,
        "cards": cards,
        "problem": problem and problem.people,
    }
    if model is not None:
        whole = model.card.input.fit != "crop"
        values |= {"model": model.identity, "classes": model.card.classes, "whole": whole}
        expectation = model.told.get(VERDICT)
        values |= {"expectation": expectation, "heatmap": "evidence" in model.outputs}
    html = render_template("upload.html", **values, grade=words.grade, percent=words.percent)
    page = Response(html, problem.status if problem else 200, content_type="text/html; charset=utf-8")
    page.headers.extend(problem.headers if problem else {})
    return page


def card(model: Model, upload: Upload, result: Result) -> dict[str, Any]:
    """Return what the page shows of one image: what is said of it, by which model, and the picture."""
    said = {**entry(upload, result), "model": model.card.name, "version": model.card.version}
    said.pop("heatmap", None)
    if isinstance(result, Problem):
        said["error"] = result.people
    return {"said": said, "shown": None if isinstance(result, Problem) else _shown(result, model.card)}


def _shown(answer: Answer, described: Card) -> Shown | None:
    """Return the picture; of one that is unlike the training images, no place speaks for anything."""
    if answer.preview is None:
        return None
    width, height = struct.unpack(">II", answer.preview[16:24])  # of a PNG, which begins with its size
    heat = None if answer.decision.unfamiliar else answer.heatmap
    overlay = None if heat is None else _png_url(heat)
    return Shown(_png_url(answer.preview), overlay, width, height, _seen(described, width, height))


def _seen(described: Card, width: int, height: int) -> tuple[int, int, int, int] | None:
    """Return left, top, right and bottom of what the network is shown of a picture; None where that is all of it."""
    if described.input.fit != "crop":
        return None
    left, top, right, bottom = map(round, fitting.crop_box((width, height), described.input))
    return None if (left, top, right, bottom) == (0, 0, width, height) else (left, top, right, bottom)


def _choices() -> list[dict[str, str]]:
    """Return the published models with their classes, in the order of their names; a damaged one is left out."""
    folder, found = state().settings.models, []
    try:
        names = store.names(folder)[:MOST_CHOICES]
    except ArtifactError:
        return []
    for name in names:
        try:
            classes = store.read_card(folder, name).classes
        except ArtifactError:
            continue
        found.append({"name": name, "words": f"{classes.positive} or {classes.negative}"})
    return found


def _png_url(file: bytes) -> str:
    """Return a PNG as a URL that a page can show without another request."""
    return "data:image/png;base64," + base64.b64encode(file).decode()
