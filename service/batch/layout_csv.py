"""CSV as RFC 4180 has it, in UTF-8: what is absent is an empty cell, `probabilities` is a JSON object, flags are words.

A part's tally is counted again from its rows where a run goes on.
"""

import csv
import io
import json
from collections.abc import Sequence
from typing import IO, Any

from service.batch.layouts import Layout, Rows
from service.batch.table import COLUMNS, Tally


def _encode(rows: Rows, counted: Tally) -> bytes:
    return _write([COLUMNS, *([_cell(one.get(name)) for name in COLUMNS] for one in rows)])


def _read_tally(file: IO[bytes]) -> Tally:
    """Count the rows of a part, a row at a time."""
    tally = Tally()
    with io.TextIOWrapper(file, "utf-8", newline="") as text:
        for row in csv.DictReader(text):
            if row["code"]:
                tally.add({name: row[name] for name in ("path", "code", "error")})
            else:
                flags = {name: row[name] == "true" for name in ("uncertain", "unfamiliar")}
                tally.add({"label": row["label"], **flags})
    return tally


def _encode_paths(paths: Sequence[str]) -> bytes:
    return _write([["path"], *([path] for path in paths)])


def _decode_paths(data: bytes) -> list[str]:
    return [row["path"] for row in csv.DictReader(io.StringIO(data.decode(), newline=""))]


def _write(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)  # by which lone \r and \n in names are quoted too
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)  # true, false, numbers to the last bit, objects


LAYOUT = Layout(".csv", _encode, _read_tally, _encode_paths, _decode_paths)
