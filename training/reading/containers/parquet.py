"""Hugging Face's Parquet: a column of images as bytes and path, a column of labels, and the names of the classes."""

import io
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from training.errors import TrainingError
from training.reading.containers.interface import Kind, give, has_suffix
from training.reading.entries import read_file
from training.reading.found import Asked, Found, Read, Readers
from training.reading.words import parts_in

_LABELS = ("label", "labels", "class", "target", "category")


def _parquet(files: Readers, asked: Asked) -> list[Found]:
    """Read the columns `image` (bytes and path, as datasets writes it) and `label`, with the names of its classes."""
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise TrainingError("Parquet files need pyarrow. Install it: pip install 'thirtyfive[training]'.") from error
    found = []
    for path, read in files.items():
        table = pq.read_table(io.BytesIO(read()))
        image, label = _parquet_columns(str(path), table, asked)
        names = _class_names(table.schema.metadata or {}, label)
        for row, (picture, value) in enumerate(
            zip(table.column(image).to_pylist(), table.column(label).to_pylist(), strict=True)
        ):
            if value is None or value == -1:
                raise TrainingError(f"Row {row + 1} of {path} has no class. Leave it out.")
            text = names[value] if names and isinstance(value, int) else str(value)
            read_image = _reading(f"Row {row + 1} of {path}", picture)
            found.append(Found(f"{path}#{row}", text, parts_in(path) or "train", read_image))
    return found


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


def _parquet_columns(name: str, table: Any, asked: Asked) -> tuple[str, str]:
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


KIND = Kind("Parquet", has_suffix(".parquet"), _parquet)
