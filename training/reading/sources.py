"""Find labelled files: each finder turns one kind of input into `Found` entries and opens none of the images.

A finder is a function `find(path) -> list[Found]`; `find` chooses one by what the path is.
"""

import csv
import io
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

from artifact import formats
from training.errors import TrainingError

Part = Literal["train", "test"]

_HEADINGS = ({"path", "file", "filename", "image"}, {"label", "class"})
LARGEST_FILE = 256 * 1024**2
"""Bytes; a larger entry of an archive is not unpacked."""

LAYOUT = (
    "Expected is one folder for each of the two classes:\n"
    "    DATA_DIR/cat/*.jpg  DATA_DIR/dog/*.jpg\n"
    "or the same inside DATA_DIR/train and DATA_DIR/test; or a .zip of that; or a CSV file of path,label.\n"
    "Images inside DATA_DIR/val are learned from too, since cross-validation makes its own splits."
)
_PARTS: dict[str, Part] = {"train": "train", "val": "train", "valid": "train", "validation": "train", "test": "test"}
"""The part that a folder beside `train`, or a third column, stands for."""


@dataclass(frozen=True)
class Found:
    """One file that should be an image: its name for people, its class, its part, how to get its bytes, its group."""

    file: str
    label: str
    part: Part
    read: Callable[[], bytes]
    group: str | None = None


def find(path: Path) -> list[Found]:
    """Find the labelled files under a folder, in a .zip, or in a CSV list; raises `TrainingError`."""
    if path.is_dir():
        return _in_folder(path)
    if not path.exists():
        raise TrainingError(f"{path} does not exist. {LAYOUT}")
    if zipfile.is_zipfile(path):
        return _in_archive(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        return _in_table(path)
    raise TrainingError(f"{path} is a file, but neither a .zip nor a .csv. {LAYOUT}")


def find_unlabelled(folder: Path) -> list[Found]:
    """Find the images anywhere under a folder; raises `TrainingError` where there are none."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(PurePosixPath(path.relative_to(folder).as_posix()), path) for path in paths]
    found = [
        Found(str(name), "", "train", partial(_read_file, path))
        for name, path in named
        if _looks_like_a_picture(name) and not _hidden(name.parts)
    ]
    if not found:
        raise TrainingError(f"--unlabelled {folder} holds no images. Name a folder of JPEG or PNG files.")
    return found


def _in_folder(root: Path) -> list[Found]:
    return _arrange({path.relative_to(root).as_posix(): partial(_read_file, path) for path in _files(root)}, str(root))


def _files(root: Path) -> Iterator[Path]:
    """Yield the files under a folder, through links too, each folder once, so that a circle of links ends."""
    entered = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        if os.path.realpath(folder) in entered:
            folders.clear()
            continue
        entered.add(os.path.realpath(folder))
        for path in (os.path.join(folder, name) for name in names):
            if os.path.isfile(path) or not os.path.exists(path):  # a broken link is named later; a pipe would block
                yield Path(path)


def _in_archive(path: Path) -> list[Found]:
    try:
        archive = zipfile.ZipFile(path)  # the readers share it: opening it for each would parse its index each time
    except (zipfile.BadZipFile, OSError) as error:
        raise TrainingError(f"{path} is damaged or cannot be read ({error}). Make the archive again.") from error
    entries = {
        entry.filename.replace("\\", "/"): partial(_read_entry, archive, entry)  # some Windows archivers write \
        for entry in archive.infolist()
        if not entry.is_dir()
    }
    return _arrange(entries, str(path))


def _arrange(readers: Mapping[str, Callable[[], bytes]], where: str) -> list[Found]:
    """Read part and class off each name: `class/...`, or `train/class/...` and what stands beside it."""
    named = {PurePosixPath(name): read for name, read in sorted(readers.items())}
    paths = [path for path in named if not _hidden(path.parts)]
    depth = _common_depth([path for path in paths if _looks_like_a_picture(path)])
    split = any(path.parts[depth].lower() == "train" for path in paths if len(path.parts) > depth + 2)
    class_folders = {
        path.parts[: depth + 1 + split]
        for path in paths
        if _looks_like_a_picture(path) and len(path.parts) > depth + 1 + split
    }
    found = []
    for path in paths:
        folder = path.parts[: depth + 1 + split]
        if folder in class_folders:
            part = _PARTS.get(folder[depth].lower()) if split else "train"
            if part is not None:
                found.append(Found(str(path), folder[-1], part, named[path]))
    if not found:
        raise TrainingError(f"No labelled images were found in {where}. {LAYOUT}")
    return found


def _common_depth(pictures: list[PurePosixPath]) -> int:
    """Return how many folders lie around everything (0 or 1): many archivers put one."""
    tops = {path.parts[0].lower() for path in pictures}
    wrapped = len(tops) == 1 and tops.isdisjoint({"train", "test"}) and all(len(p.parts) > 2 for p in pictures)
    return int(wrapped)


def _in_table(path: Path) -> list[Found]:
    """Read rows of path,label[,part]; paths are relative to the CSV file."""
    try:
        lines = csv.reader(
            io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter="\t" if path.suffix.lower() == ".tsv" else ","
        )
        rows = [(lines.line_num, [cell.strip() for cell in row]) for row in lines if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{path} is not UTF-8 text. Save it as CSV UTF-8 with the columns path,label.") from error
    except OSError as error:
        raise TrainingError(f"{path} cannot be read ({error.strerror}). See that you may read it.") from error
    if rows and all(cell.lower() in headings for cell, headings in zip(rows[0][1], _HEADINGS, strict=False)):
        rows = rows[1:]
    if not rows:
        raise TrainingError(f"{path} has no rows. Expected are lines such as: images/one.jpg,cat")
    return [_row(path, line, row) for line, row in rows]


def _row(path: Path, line: int, row: list[str]) -> Found:
    part = _PARTS.get(row[2].lower() if len(row) > 2 and row[2] else "train")
    if len(row) < 2 or not row[0] or not row[1] or part is None or "\0" in row[0]:
        raise TrainingError(
            f"Line {line} of {path} is {','.join(row)[:200]!r}; path,label was expected, then perhaps ,train ,val or "
            ",test."
        )
    return Found(row[0], row[1], part, partial(_read_file, path.parent / row[0]))


def _read_file(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        raise OSError(f"larger than {LARGEST_FILE:,} bytes")
    return path.read_bytes()


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > LARGEST_FILE:
        raise OSError(f"larger than {LARGEST_FILE:,} bytes when unpacked")
    try:
        return archive.read(entry)
    except Exception as error:  # damage, encryption and unknown compression raise half a dozen types
        raise OSError(f"its entry in the archive is damaged or encrypted: {error}") from error


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _looks_like_a_picture(path: PurePosixPath) -> bool:
    return path.suffix.lower() in formats.SUFFIXES
