"""Reads training logs of the common frameworks; one small module for each format, one table.

Every reader turns a source (bytes, a file or a folder) into runs of tracks, is bounded in size, and raises nothing but
`HistoryError`, whatever the input. What the columns are, and how they are joined, is settled behind the table, in
`doctor.joining`. Adding a format is one module and one entry in `READERS`.
"""

from __future__ import annotations

import os

from doctor.context import Context
from doctor.errors import HistoryError
from doctor.joining import join, runs_of
from doctor.readers import (
    avalanche,
    boosting,
    catboost,
    clearml,
    comet,
    console,
    delimited,
    dvclive,
    exported,
    fastai,
    folder,
    folds,
    html,
    json_lines,
    latex,
    lightning,
    long_table,
    ludwig,
    messages,
    mlflow,
    mmengine,
    neptune,
    notebook,
    sacred,
    sklearn,
    spacy,
    structured,
    tensorboard,
    torchrl,
    trackio,
    trainer_state,
    ultralytics,
    visualdl,
    wandb,
    wandb_chart,
)
from doctor.readers.base import PERHAPS, Log, Reader
from doctor.readers.source import Source
from doctor.readers.unread import told
from doctor.run import History, Run

_FILES: tuple[Reader, ...] = (
    tensorboard.READER,
    trainer_state.READER,
    boosting.READER,
    exported.READER,
    folds.READER,
    catboost.READER,
    clearml.READER,
    comet.READER,
    dvclive.READER,
    mlflow.READER,
    neptune.READER,
    trackio.READER,
    visualdl.READER,
    wandb.READER,
    wandb_chart.READER,
    sacred.READER,
    sklearn.READER,
    spacy.READER,
    fastai.READER,
    avalanche.READER,
    mmengine.READER,
    ludwig.READER,
    torchrl.READER,
    ultralytics.READER,
    long_table.READER,
    notebook.READER,
    messages.READER,
    html.READER,
    latex.READER,
    json_lines.READER,
    structured.READER,
    lightning.READER,
    console.READER,
    delimited.READER,
)
READERS: tuple[Reader, ...] = (folder.reading_with(_FILES), *_FILES)
"""The formats. The one that is surest of a source reads it; of equally sure ones, the first."""


def read(
    source: str | os.PathLike[str] | bytes, format: str | None = None, run: str | None = None
) -> tuple[History, Context]:
    """Read a training log.

    Args:
        source: A path to a file or a folder, or the bytes of a file.
        format: A name of `READERS`; found out where it is None.
        run: Which run to read, where the log holds several.

    Returns:
        The curves found, under Keras's names, one value an epoch (NaN where there is none), and the context.

    Raises:
        HistoryError: The log cannot be read, or has no training loss; the message lists what was found.
    """
    found = read_run(source, format, run)
    return found.history(), Context.of(found.context)


def read_run(source: str | os.PathLike[str] | bytes, format: str | None = None, run: str | None = None) -> Run:
    """Read a training log as a `Run`, which knows its axis, whose each series is, and what was not used.

    Raises:
        HistoryError: As `read`.
    """
    opened = Source.of(source)
    reader = _reader(opened, format)
    logs = [part for log in _read(reader, opened) for part in runs_of(log)]
    names = tuple(log.name for log in logs if log.name is not None) if len(logs) > 1 else ()
    return join(_chosen(logs, names, run, opened), reader.name, names)


def _read(reader: Reader, source: Source) -> list[Log]:
    try:
        return reader.read(source)
    except OSError as error:
        raise HistoryError(f"The file {source.name!r} cannot be opened: {error.__class__.__name__}.") from None


def _chosen(logs: list[Log], names: tuple[str, ...], run: str | None, source: Source) -> Log:
    if not logs:
        raise HistoryError(f"{source.name!r} holds no run.")
    listed = ", ".join(repr(name[:60]) for name in names[:20]) + (" ..." if len(names) > 20 else "")
    if run is not None:
        if not names:
            raise HistoryError(f"{source.name!r} holds one run, which has no name; leave the name {run!r:.60} out.")
        found = [log for log in logs if log.name == run] or [
            log for log in logs if log.name is not None and log.name.startswith(run)
        ]
        if len(found) == 1:
            return found[0]
        raise HistoryError(f"{source.name!r} holds no run {run!r:.60}. Its runs are: {listed}.")
    if len(logs) > 1 and not all(log.appended or log.separate for log in logs):
        raise HistoryError(
            f"{source.name!r} holds {len(logs)} runs: {listed}. Say which one is meant (--run NAME), "
            "or name its own file or folder."
        )
    return logs[-1]


def _reader(source: Source, format: str | None) -> Reader:
    names = {reader.name: reader for reader in READERS}
    if format is not None and format not in names:
        raise HistoryError(f"The format {format!r:.40} is not known; expected one of {', '.join(names)}.")
    if not source.is_folder and not source.data.strip():
        raise HistoryError("The log is empty; expected a training history with at least one epoch.")
    if format is not None:
        return names[format]
    sure, reader = max(((reader.recognises(source), reader) for reader in READERS), key=lambda pair: pair[0])
    if (sure == PERHAPS or not sure) and (other := told(source)) is not None:
        raise HistoryError(other)
    if sure:
        return reader
    if source.is_folder:
        raise HistoryError(
            f"The folder {source.name!r} holds no event files, nor any other log that is read; "
            f"name a file, or a folder of one of {', '.join(names)}."
        )
    raise HistoryError(f"The log is neither text nor a TensorBoard event file; expected one of {', '.join(names)}.")


__all__ = ["READERS", "Reader", "read", "read_run"]
