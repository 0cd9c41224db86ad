"""The files that a batch writes: one module and one row for each layout, with the same small interface."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from service.batch.table import Tally

Rows = list[dict[str, Any]]


class LayoutError(Exception):
    """A layout whose package is not installed."""


@dataclass(frozen=True)
class Layout:
    """How rows and paths become a file, and are read back.

    Attributes:
        suffix: How its files' names end.
        encode: Returns rows and their tally as a file.
        read_tally: Returns the tally of a file that `encode` made.
        encode_paths: Returns paths as a file.
        decode_paths: Returns the paths of a file that `encode_paths` made.
    """

    suffix: str
    encode: Callable[[Rows, Tally], bytes]
    read_tally: Callable[[IO[bytes]], Tally]
    encode_paths: Callable[[Sequence[str]], bytes]
    decode_paths: Callable[[bytes], list[str]]


TABLE = {"csv": "service.batch.layout_csv", "parquet": "service.batch.layout_parquet"}
"""The module of each layout, which has it as `LAYOUT`; imported only where it is asked for."""


def of(name: str) -> Layout:
    """Return a layout by its name; raises `LayoutError` where its package is not installed."""
    try:
        layout: Layout = importlib.import_module(TABLE[name]).LAYOUT
    except ImportError as error:
        raise LayoutError(
            f"Parquet needs pyarrow, which is not installed ({error}). Give --format csv, or install it in a checkout: "
            ".venv/bin/python -m pip install '.[batch]' (elsewhere: pip install 'thirtyfive[batch]')"
        ) from error
    return layout


def default() -> str:
    """Return the name of the layout where none was asked for: Parquet where it can be written, else CSV."""
    try:
        of("parquet")
    except LayoutError:
        return "csv"
    return "parquet"
