"""Parquet, by pyarrow: typed columns, and the tally of a part in its footer."""

import io
import json
from collections.abc import Sequence
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from service.batch.layouts import Layout, Rows
from service.batch.table import COLUMNS, Tally

_TYPES = {
    "probability": pa.float64(),
    "probabilities": pa.map_(pa.string(), pa.float64()),
    "uncertain": pa.bool_(),
    "unfamiliar": pa.bool_(),
    "limit": pa.int64(),
}
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])
_PATHS = pa.schema([("path", pa.string())])
_TALLY = b"thirtyfive"


def _encode(rows: Rows, counted: Tally) -> bytes:
    columns = {name: [one.get(name) for one in rows] for name in COLUMNS}
    columns["probabilities"] = [list(values.items()) if values else None for values in columns["probabilities"]]
    return _write(pa.table(columns, _SCHEMA.with_metadata({_TALLY: json.dumps(counted.to_json())})))


def _read_tally(file: IO[bytes]) -> Tally:
    """Return the tally in the footer; of the file, only that is read."""
    return Tally.from_json(json.loads(pq.read_schema(file).metadata[_TALLY]))


def _encode_paths(paths: Sequence[str]) -> bytes:
    return _write(pa.table({"path": list(paths)}, _PATHS))


def _decode_paths(data: bytes) -> list[str]:
    found: list[str] = pq.read_table(io.BytesIO(data)).column("path").to_pylist()
    return found


def _write(table: pa.Table) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


LAYOUT = Layout(".parquet", _encode, _read_tally, _encode_paths, _decode_paths)
