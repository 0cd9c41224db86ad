"""The rows of a part as Parquet: the fields of an answer of /predict, with the path in place of the file's name."""

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from service.inference.answers import Result, to_json

SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("label", pa.string()),
        ("probability", pa.float64()),
        ("probabilities", pa.map_(pa.string(), pa.float64())),
        ("uncertain", pa.bool_()),
        ("unfamiliar", pa.bool_()),
        ("reason", pa.string()),
        ("reason_code", pa.string()),
        ("error", pa.string()),
        ("code", pa.string()),
        ("limit", pa.int64()),
        ("model", pa.string()),
        ("version", pa.string()),
    ]
)
_TALLY = b"thirtyfive"
_EXAMPLES = 10


@dataclass
class Tally:
    """What a part, or a whole job, came to.

    Attributes:
        images: Rows.
        labels: Answers by label.
        uncertain: Answers flagged so.
        unfamiliar: Answers flagged so.
        problems: Images without an answer, by code.
        examples: The first few of them: path, code, error.
    """

    images: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    uncertain: int = 0
    unfamiliar: int = 0
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

    def to_json(self) -> dict[str, Any]:
        """Return the tally as plain values."""
        return {**vars(self), "labels": dict(self.labels), "problems": dict(self.problems)}

    def merge(self, other: "Tally") -> None:
        """Count all of another tally."""
        self.images += other.images
        self.labels.update(other.labels)
        self.uncertain += other.uncertain
        self.unfamiliar += other.unfamiliar
        self.problems.update(other.problems)
        self.examples += other.examples[: _EXAMPLES - len(self.examples)]


def row(path: str, result: Result, model: dict[str, str]) -> dict[str, Any]:
    """Return the row of one image."""
    return {"path": path, **to_json(result), "model": model["name"], "version": model["version"]}


def tally(rows: list[dict[str, Any]]) -> Tally:
    """Count rows."""
    counted = Tally()
    for one in rows:
        counted.add(one)
    return counted


def encode(rows: list[dict[str, Any]], counted: Tally) -> bytes:
    """Return the rows as a Parquet file, with their tally in its footer."""
    columns = {name: [one.get(name) for one in rows] for name in SCHEMA.names}
    columns["probabilities"] = [list(values.items()) if values else None for values in columns["probabilities"]]
    schema = SCHEMA.with_metadata({_TALLY: json.dumps(counted.to_json())})
    file = io.BytesIO()
    pq.write_table(pa.table(columns, schema), file, compression="zstd")
    return file.getvalue()


def read_tally(file: IO[bytes]) -> Tally:
    """Return the tally in the footer of a part; of the file, only the footer is read."""
    values = json.loads(pq.read_schema(file).metadata[_TALLY])
    for name in ("labels", "problems"):
        values[name] = Counter(values[name])
    return Tally(**values)


def problems(rows: list[dict[str, Any]]) -> bytes:
    """Return the images without an answer as JSON, one object a line; no bytes where there are none."""
    kept = ("path", "code", "error", "limit")
    bad = [{name: one[name] for name in kept if name in one} for one in rows if "code" in one]
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in bad)
