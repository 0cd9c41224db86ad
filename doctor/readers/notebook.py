"""Jupyter notebooks: what training printed into the outputs of the cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.console import log_of
from doctor.readers.html import table_of
from doctor.readers.source import Source
from doctor.readers.structured import parse
from doctor.readers.widgets import Models, line_of, models_of


def recognises(source: Source) -> int:
    """Tell whether it is an object with `cells` and `nbformat`."""
    return SURE if isinstance(source.json, dict) and {"cells", "nbformat"} <= source.json.keys() else NO


def read(source: Source) -> list[Log]:
    """Read the outputs of each cell; each one in which a training was printed is a run.

    Raises:
        HistoryError: It is not a notebook, or no cell printed a training.
    """
    notebook = source.json if source.json is not None else parse(source.text)
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    if not isinstance(cells, list):
        raise HistoryError("The JSON is not a notebook; expected an object with a list 'cells'.")
    models = models_of(notebook)
    found: list[Log] = []
    refused: list[str] = []
    for number, cell in enumerate(cells, 1):
        try:
            log = log_of("\n".join(_outputs(cell, models)))
        except HistoryError as error:
            refused.append(f" Cell {number}: {error}")
            continue
        if log is not None and any(
            (own := track.role or role(track.name)) and own.curve == "loss" for track in log.tracks
        ):
            found.append(replace(log, name=f"cell {number}", separate=True))
    if not found and refused:
        raise HistoryError(f"The notebook's output cannot be read.{''.join(refused[:3])}")
    if not found:
        raise HistoryError(
            f"None of the notebook's {len(cells)} cells holds an output in which a training was printed. Run it and "
            "save it with its outputs, or write the history to a file: json.dump(history.history, file)."
        )
    if len(found) == 1:
        return [replace(found[0], name=None, separate=False, notes=(*found[0].notes, f"Read from {found[0].name}."))]
    names = ", ".join(str(log.name) for log in found)
    note = f"The notebook prints {len(found)} trainings ({names}); this is that of"
    return [
        replace(log, notes=(*log.notes, f"{note} {log.name}; --run 'cell N' judges another by itself."))
        for log in found
    ]


def _outputs(cell: Any, models: Models) -> Iterator[str]:
    outputs = cell.get("outputs") if isinstance(cell, Mapping) else None
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, Mapping):
            continue
        held = output.get("data")
        data = held if isinstance(held, Mapping) else {}
        if "text/html" in data and "<table" in (html := _joined(data["text/html"])):
            yield table_of(html)
        else:
            yield line_of(data, models) or _joined(output.get("text")) or _joined(data.get("text/plain"))


def _joined(text: Any) -> str:
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


READER = Reader("notebook", recognises, read)
