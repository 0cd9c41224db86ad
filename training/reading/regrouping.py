"""Give files the groups that the user asked for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from training.errors import TrainingError
from training.reading.found import Found
from training.reading.grouping import SYNTAX, Grouping, by_name


def regroup(found: Sequence[Found], grouping: Grouping | None) -> list[Found]:
    """Return the files with the groups that were asked for; what a column says was read with the table.

    Raises:
        TrainingError: Some files have no such folder, or a name that does not fit the pattern.
    """
    if grouping is None or grouping.kind == "file":  # files tell once they were read (`training.reading.suspecting`)
        return list(found)
    if grouping.kind == "column":
        if all(entry.group is None for entry in found):
            raise TrainingError(
                f"--groups column:{grouping.value} tells the group of no image: it needs a table that lists the "
                "images, with that column filled in."
            )
        return list(found)
    if grouping.kind == "none":
        return [replace(entry, group=None) for entry in found]
    tell = _by_folder(int(grouping.value)) if grouping.kind == "folder" else by_name(grouping.value)
    groups = [tell(PurePosixPath(entry.file)) for entry in found]
    strangers = [entry.file for entry, group in zip(found, groups, strict=True) if group is None]
    if strangers:
        raise TrainingError(
            f"--groups {_option(grouping)} does not tell the group of {len(strangers)} of {len(found)} files, such as "
            f"{', '.join(strangers[:3])}. {SYNTAX}"
        )
    return [replace(entry, group=group) for entry, group in zip(found, groups, strict=True)]


def _option(grouping: Grouping) -> str:
    return f"folder:{grouping.value}" if grouping.kind == "folder" else repr(grouping.value)


def _by_folder(position: int) -> Callable[[PurePosixPath], str | None]:
    def tell(path: PurePosixPath) -> str | None:
        folders = path.parts[:-1]
        index = position - 1 if position > 0 else len(folders) + position
        return folders[index] if 0 <= index < len(folders) else None

    return tell
