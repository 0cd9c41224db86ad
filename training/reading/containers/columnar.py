"""Hugging Face's Parquet and Arrow: a column of images as bytes and path, one of labels, and the classes' names."""

import io
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from artifact.lists.tables import Table
from training.errors import TrainingError
from training.reading import flags, roles
from training.reading.columns import Columns
from training.reading.containers.interface import Kind, give, has_suffix
from training.reading.entries import read_file
from training.reading.found import Asked, Found, Part, Read, Readers
from training.reading.words import part_of, parts_in

_LABELS = ("label", "labels", "class", "target", "category")


def _find(files: Readers, asked: Asked) -> list[Found]:
    """Read the columns `image` (bytes and path, as datasets writes it) and `label`, with the names of its classes."""
    found = []
    for path, read in files.items():
        table = _table(path, read())
        image, label = _columns(str(path), table, asked)
        names = _class_names(table.schema.metadata or {}, label)
        parts, groups = _parts_and_groups(str(path), table, asked)
        for row, (picture, value) in enumerate(
            zip(table.column(image).to_pylist(), table.column(label).to_pylist(), strict=True)
        ):
            if value is None or value == -1:
                raise TrainingError(f"Row {row + 1} of {path} has no class. Leave it out.")
            text = names[value] if names and isinstance(value, int) else str(value)
            read_image = _reading(f"Row {row + 1} of {path}", picture)
            part = parts[row] or parts_in(path) or "train"
            found.append(Found(f"{path}#{row}", text, part, read_image, groups[row]))
    return found


def _table(path: PurePosixPath, data: bytes) -> Any:
    """Return the table of a file: Parquet, or Arrow as a stream (`save_to_disk`) or as a file (Feather)."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise TrainingError(
            "Parquet and Arrow files need pyarrow. Install it: pip install 'thirtyfive[training]'."
        ) from error
    try:
        if data.startswith(b"PAR1"):
            return pq.read_table(io.BytesIO(data))
        opened = pa.ipc.open_file if data.startswith(b"ARROW1") else pa.ipc.open_stream
        return opened(io.BytesIO(data)).read_all()
    except pa.ArrowInvalid as error:
        raise TrainingError(f"{path} is damaged or no table of its kind ({error}). Write it anew.") from error


def _parts_and_groups(name: str, table: Any, asked: Asked) -> tuple[list[Part | None], list[str | None]]:
    """Return what each row says of its part and its group, by the rules of lists; None where it says nothing."""
    nothing: list[Any] = [None] * table.num_rows
    scalars = [field.name for field in table.schema if not _is_large(field.type)]
    cells = [["" if one is None else str(one) for one in table.column(name).to_pylist()] for name in scalars]
    if not scalars or not table.num_rows:
        return nothing, nothing
    rows = [list(row) for row in zip(*cells, strict=True)]
    columns = Columns(
        flags.spell_out(Table(name, scalars, rows, list(range(1, len(rows) + 1)))), lambda _: False, asked
    )
    split = roles.split_column(columns, None)
    group = roles.group_column(columns, {split})
    parts = nothing if split is None else [_part(name, at, row[split]) for at, row in enumerate(columns.table.rows, 1)]
    return parts, [row[group] or None for row in rows] if group is not None else nothing


def _part(name: str, row: int, said: str) -> Part | None:
    part = part_of(said) if said else None
    if said and part is None:
        raise TrainingError(
            f"Row {row} of {name} is of {said!r}, which is the name of no split; train, val or test was expected. Say "
            "which column tells them with --split-column, or none."
        )
    return part


def _is_large(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _reading(where: str, picture: Any) -> Read:
    """Return what reads the image of a cell: its bytes, or the file whose path it has, as `to_parquet` leaves it."""
    data = picture.get("bytes") if isinstance(picture, dict) else picture
    if isinstance(data, bytes):
        return partial(give, data)
    name = picture.get("path") if isinstance(picture, dict) else None
    if isinstance(name, str) and Path(name).is_file():
        return partial(read_file, Path(name))
    raise TrainingError(
        f"{where} has no bytes of an image"
        + (f" but the path {name}, and no such file is on this machine" if name else "")
        + ". Write the images themselves into the file (datasets' push_to_hub does), or give their folder."
    )


def _columns(name: str, table: Any, asked: Asked) -> tuple[str, str]:
    """Return the columns of the images and of the labels; raises `TrainingError` where they are not clear."""
    columns = [field.name for field in table.schema]
    images = [field.name for field in table.schema if _holds_images(field.type)]
    labels = [name for name in columns if name in _LABELS]
    image = asked.path_column or (images[0] if len(images) == 1 else None)
    label = asked.label_column or (labels[0] if len(labels) == 1 else None)
    if image not in columns or label not in columns:
        raise TrainingError(
            f"{name} has the columns {', '.join(columns)}; one of images (bytes) and one called label were expected. "
            "Say which they are with --path-column and --label-column."
        )
    return str(image), str(label)


def _holds_images(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_binary(kind) or (pa.types.is_struct(kind) and kind.get_field_index("bytes") >= 0))


def _class_names(metadata: Mapping[bytes, bytes], label: str) -> list[str] | None:
    """Return the names that datasets keeps beside the numbers."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        names = features[label]["names"]
    except (KeyError, ValueError, TypeError):
        return None
    return [str(name) for name in names]


KIND = Kind("Parquet", has_suffix(".parquet"), _find)
ARROW = Kind("Arrow", has_suffix(".arrow", ".feather"), _find)
