"""The rows of a part, which are the answers of /predict with the path in place of the file's name; and their counts."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.inference.answers import Result, to_json
from service.problems import Problem

COLUMNS = (
    *("path", "label", "probability", "probabilities", "uncertain", "unfamiliar", "reason", "reason_code"),
    *("error", "code", "limit", "model", "version"),
)
"""What a row has, in order; an answer leaves `error`, `code` and `limit` empty, and a problem the answer's columns."""
_EXAMPLES = 10


@dataclass
class Tally:
    """What a part, or a whole job, came to.

    Attributes:
        images: Rows.
        labels: Answers by label.
        uncertain: Answers flagged so.
        unfamiliar: Answers flagged so.
        animations: Images that are moving pictures, of which one frame was read.
        problems: Images without an answer, by code.
        examples: The first few of them: path, code, error.
    """

    images: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    uncertain: int = 0
    unfamiliar: int = 0
    animations: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, str]] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        """Count one row."""
        self.images += 1
        if "code" in row:
            self.problems[row["code"]] += 1
            if len(self.examples) < _EXAMPLES:
                self.examples.append({name: row[name] for name in ("path", "code", "error")})
            return
        self.labels[row["label"]] += 1
        self.uncertain += row["uncertain"]
        self.unfamiliar += row["unfamiliar"]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Tally":
        """Return what `to_json` gave."""
        return cls(**{**values, "labels": Counter(values["labels"]), "problems": Counter(values["problems"])})

    def to_json(self) -> dict[str, Any]:
        """Return the tally as plain values."""
        return {**vars(self), "labels": dict(self.labels), "problems": dict(self.problems)}

    def merge(self, other: "Tally") -> None:
        """Count all of another tally."""
        self.images += other.images
        self.labels.update(other.labels)
        self.uncertain += other.uncertain
        self.unfamiliar += other.unfamiliar
        self.animations += other.animations
        self.problems.update(other.problems)
        self.examples += other.examples[: _EXAMPLES - len(self.examples)]


def row(path: str, result: Result, model: dict[str, str]) -> dict[str, Any]:
    """Return the row of one image; its error is for people, since nobody sends it with curl."""
    said = {"error": result.people} if isinstance(result, Problem) else {}
    return {"path": path, **to_json(result), **said, "model": model["name"], "version": model["version"]}


def tally(rows: list[dict[str, Any]]) -> Tally:
    """Count rows."""
    counted = Tally()
    for one in rows:
        counted.add(one)
    return counted


def problems(rows: list[dict[str, Any]]) -> bytes:
    """Return the images without an answer as JSON, one object a line; no bytes where there are none."""
    kept = ("path", "code", "error", "limit")
    bad = [{name: one[name] for name in kept if name in one} for one in rows if "code" in one]
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in bad)
