"""From the body of a request to a training log and what is known of its run: a bare body, or a form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request

from doctor.context import FACTS, Fact
from service.intake.bodies import read_body, read_form
from service.intake.forms import Part
from service.intake.parameters import refuse_misspelt
from service.problems import Problem

MAX_BYTES = 8 * 1024**2
"""The largest log. Notebooks are of this size with the pictures in them, of which nothing is read."""
_MOST_MARKS = 800_000
"""The most commas, line ends and brackets: what parses to dozens of bytes each is bounded before."""
_LOG_FIELDS = ("log", "file", "history", "text")
ASKED = {name: fact for name, fact in FACTS.items() if fact.help is not None}
"""The facts that people are asked for, by name."""


@dataclass(frozen=True)
class History:
    """A training log as it came.

    Attributes:
        data: Its bytes.
        texts: The text fields that came with it, as they were given.
        name: The file's name, or None.
    """

    data: bytes
    texts: dict[str, str] = field(default_factory=dict)
    name: str | None = None

    @property
    def run(self) -> str | None:
        """Which run is meant, where the log holds several."""
        return self.texts.get("run", "").strip() or None

    def facts(self) -> dict[str, Any]:
        """Return what is said of the run, by the names of `doctor.Context`.

        Raises:
            Problem: 422 where a value is not of its kind, or a name is a misspelt one.
        """
        refuse_misspelt(self.texts, [*ASKED, "run", *_LOG_FIELDS])
        given = {name: self.texts[name].strip() for name in ASKED if self.texts.get(name, "").strip()}
        return {name: _value(name, ASKED[name], text) for name, text in given.items()}


def read(request: Request) -> History:
    """Return the log in a request; facts stand in the form's fields or the address's parameters.

    Raises:
        Problem: 400 where there is no log, 413 where it is too large.
    """
    request.max_content_length = MAX_BYTES
    body = read_body(request)
    parts = read_form(request, body)
    found = History(body, dict(request.args)) if parts is None else _from_form(parts, request.args)
    if not found.data.strip():
        raise Problem(400, "empty", "There is no log; a training history was expected (JSON, CSV, console text, ...).")
    marks = sum(found.data.count(mark) for mark in (b",", b"\n", b"\r", b"\t", b"[", b"{"))
    if marks > _MOST_MARKS:
        detail = f"The log holds {marks:,} values or lines; at most {_MOST_MARKS:,} are read here."
        raise Problem(413, "too_many_elements", f"{detail} Keep fewer columns, or use: python -m doctor", _MOST_MARKS)
    return found


def _from_form(parts: list[Part], parameters: Mapping[str, str]) -> History:
    """Return the log in a file field, or else in a text field; the other texts are facts."""
    files = [part for part in parts if part.name in _LOG_FIELDS and part.filename and part.data]
    texts = [part for part in parts if part.name in _LOG_FIELDS and part.filename is None and part.data.strip()]
    others = {part.name: _text(part) for part in reversed(parts) if part.filename is None}
    if not files + texts:
        found = ", ".join(sorted({part.name for part in parts if part.data})) or "nothing"
        detail = f"The form has no log in a field named log; it has {found:.200}. Send it as: curl -F log=@history.csv"
        raise Problem(400, "empty", detail, people="There is no log. Choose its file, or paste its text.")
    chosen = (files + texts)[0]
    return History(chosen.data, {**parameters, **others}, chosen.filename)


def _text(part: Part) -> str:
    return part.data.decode("utf-8", "replace")


def _value(name: str, fact: Fact, text: str) -> Any:
    """Return a fact as the doctor takes it; of several numbers, between commas or blanks, a tuple."""
    try:
        if fact.several:
            return tuple(fact.kind(item) for item in re.split(r"[,;\s]+", text))
        return fact.kind(text)
    except ValueError as error:
        wanted = f"{'numbers' if fact.several else 'a number'}: {fact.help}"
        raise Problem(422, "invalid_parameter", f"{name} is {text!r:.60}, and not {wanted}.") from error
