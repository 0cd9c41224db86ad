"""TensorBoard folders: which writers belong to one run, and whose the curves of each are.

Keras writes `train/` and `validation/`, torch's `add_scalars` a folder for each curve (`loss_train/`, tag `loss`),
Lightning one folder a version, CatBoost `learn/` and `test/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import numpy as np

from doctor.columns import SPLIT_OF, Role, is_loss, role, words_of
from doctor.errors import HistoryError
from doctor.points import Array
from doctor.readers.base import LARGEST_EVENTS, MOST_ROWS, Log, Track
from doctor.readers.continued import joined
from doctor.readers.source import Source

_MOST_FILES = 512
_HYPERPARAMETERS = ("hparams/", "hparam/", "_hparams_/")
"""Tags under which results stand beside settings, once a run: torch's `add_hparams`, Composer."""
Scalars = Callable[[bytes], Iterator[tuple[int, str, float]]]


@dataclass
class Writer:
    """The scalars of the event files of one folder.

    Attributes:
        run: The run that the folder belongs to.
        folder: The folder's own name.
        curves: Tag -> steps and values, in the order of writing.
        others: Tags that are not curves.
    """

    run: str
    folder: str
    curves: dict[str, tuple[list[int], list[float]]] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)

    def add(self, scalars: Iterable[tuple[int, str, float]]) -> None:
        """Take the scalars of one file; of tags that are not curves only the name is kept."""
        count = 0
        for step, tag, value in scalars:
            count += 1
            if count > MOST_ROWS:
                raise HistoryError(f"The event file holds more than {MOST_ROWS:,} scalars; log once an epoch.")
            if tag not in self.curves:
                if tag in self.others:
                    continue
                if tag != "epoch" and (role(tag) is None or tag.startswith(_HYPERPARAMETERS)):
                    self.others[tag] = None
                    continue
                self.curves[tag] = ([], [])
            steps, values = self.curves[tag]
            steps.append(step)
            values.append(value)


def read_folder(folder: Source, scalars: Scalars) -> list[Log]:
    """Read every event file under `folder`, and put together those that belong to one run.

    Raises:
        HistoryError: There is none, there are too many, or one cannot be read.
    """
    files = folder.find("*tfevents*", _MOST_FILES)
    if not files or len(files) > _MOST_FILES:
        raise HistoryError(
            f"The folder {folder.name!r} holds {f'more than {_MOST_FILES}' if files else 'no'} event files; "
            "expected one run's TensorBoard folder, or name one file."
        )
    writers: dict[str, Writer] = {}
    for file in files:
        if file.size > LARGEST_EVENTS:
            raise HistoryError(f"The event file {file.name!r} is larger than {LARGEST_EVENTS:,} bytes.")
        place = _place(folder, file)
        writer = writers.setdefault(str(place), Writer(_run_of(place), place.name or folder.name))
        writer.add(scalars(file.data))
    runs: dict[str, list[Writer]] = {}
    for writer in writers.values():
        runs.setdefault(_without_tag(writer), []).append(writer)
    if len(runs) > 1:  # a folder above its runs may hold hyperparameters or pictures only
        runs = {run: held for run, held in runs.items() if any(_has_loss(writer) for writer in held)} or runs
    logs = [replace(log_of_writers(held), name=run or "." if len(runs) > 1 else None) for run, held in runs.items()]
    return joined(logs)


def log_of_writers(writers: Sequence[Writer]) -> Log:
    """Make one run of the writers of its folders.

    Raises:
        HistoryError: They hold no scalar.
    """
    tracks = [track for writer in writers for track in _tracks(writer)]
    if not tracks:
        raise HistoryError("The event file holds no scalar; expected tags such as 'epoch_loss' or 'loss/train'.")
    epochs = next((track for track in tracks if track.name == "epoch"), None)
    tracks = [_with_epochs(track, epochs) for track in tracks if track.name != "epoch"]
    return Log(tuple(tracks))


def _place(folder: Source, file: Source) -> PurePath:
    assert file.path is not None
    assert folder.path is not None
    return file.path.parent.relative_to(folder.path)


def _run_of(place: PurePath) -> str:
    """Return the path without a last part that says whose the curves are."""
    parts = list(place.parts)
    if parts and split_of(parts[-1]):
        parts.pop()
    elif parts and role(parts[-1].split("_")[0]) is not None:
        parts.pop()  # add_scalars("loss", {"a": .., "b": ..}) writes loss_a/
    return "/".join(parts)


def _without_tag(writer: Writer) -> str:
    """Return the run without a last part that is the one tag: tensorboardX's `add_scalars("acc")` fills acc/val/."""
    *parts, last = writer.run.split("/")
    return "/".join(parts) if [*writer.curves, *writer.others] == [last] else writer.run


def split_of(folder: str) -> str | None:
    """Return whose the curves are by a folder's name, or None where it does not say."""
    words = words_of(folder)
    return next((SPLIT_OF[word] for word in (*words[-1:], *words[:1]) if word in SPLIT_OF), None)


def _tracks(writer: Writer) -> Iterator[Track]:
    split = split_of(writer.folder)
    for tag, (steps, values) in writer.curves.items():
        own = role(tag)
        if own is not None and own.split is None:
            own = replace(own, split=split)
            if not split and writer.folder.startswith(f"{tag}_"):
                own = _of_series(own, writer.folder[len(tag) + 1 :])
        axis = np.array(steps, np.float64)
        epoch = axis if tag.startswith("epoch_") else None  # Keras counts the steps of these in epochs
        yield Track(tag, np.array(values), epoch=epoch, step=axis, role=own, source=writer.folder)
    for tag in writer.others:
        yield Track(tag, (), step=np.empty(0), source=writer.folder)


def _of_series(own: Role, series: str) -> Role:
    """Return the role of one of the series that `add_scalars("loss", {"loss": .., "val_loss": ..})` writes."""
    named = role(series)
    if named is not None and named.quantity == own.quantity:
        return replace(own, split=named.split, part=named.part)
    return replace(own, part=series)


def _has_loss(writer: Writer) -> bool:
    return any(map(is_loss, writer.curves))


def _with_epochs(track: Track, epochs: Track | None) -> Track:
    """Give a track the epochs that Lightning logs under the tag `epoch` at the same steps."""
    if epochs is None or track.step is None or epochs.step is None or not len(epochs.step) or not len(track.step):
        return track
    order = np.argsort(epochs.step, kind="stable")
    numbers: Array = np.asarray(epochs.cells, np.float64)[order]
    place = np.minimum(np.searchsorted(epochs.step[order], track.step), len(order) - 1)
    return replace(track, epoch=numbers[place])
