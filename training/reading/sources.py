"""Find labelled files: each finder turns one kind of input into `Found` entries and opens none of the images.

A finder is a function `find(path) -> list[Found]`; `find` chooses one by what the path is.
"""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

from training.errors import TrainingError

Part = Literal["train", "test"]

PICTURE_SUFFIXES = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".gif",
        ".bmp",
        ".dib",
        ".tif",
        ".tiff",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
        ".mpo",
    ]
)
LARGEST_FILE = 256 * 1024**2
"""Bytes; a larger entry of an archive is not unpacked."""

LAYOUT = (
    "Expected is one folder for each of the two classes:\n"
    "    DATA_DIR/cat/*.jpg  DATA_DIR/dog/*.jpg\n"
    "or the same inside DATA_DIR/train and DATA_DIR/test; or a .zip of that; or a CSV file of path,label."
)


@dataclass(frozen=True)
class Found:
    """One file that should be an image: its name for people, its class, its part, and how to get its bytes."""

    file: str
    label: str
    part: Part
    read: Callable[[], bytes]


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


def _in_folder(root: Path) -> list[Found]:
    names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return _arrange(names, lambda name: partial(_read_file, root / name), str(root))


def _in_archive(path: Path) -> list[Found]:
    with zipfile.ZipFile(path) as archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    return _arrange(names, lambda name: partial(_read_entry, path, name), str(path))


def _arrange(names: list[str], reader: Callable[[str], Callable[[], bytes]], where: str) -> list[Found]:
    """Read part and class off each name: `class/...`, or `train/class/...` and `test/class/...`."""
    paths = [PurePosixPath(name) for name in sorted(names) if not _hidden(PurePosixPath(name).parts)]
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
        part = path.parts[depth].lower() if split else "train"
        if folder in class_folders and part in ("train", "test"):
            part_is: Part = "test" if part == "test" else "train"
            found.append(Found(str(path), folder[-1], part_is, reader(str(path))))
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
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrainingError(f"{path} is not UTF-8 text. Save it as CSV UTF-8 with the columns path,label.") from error
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    if rows and [cell.strip().lower() for cell in rows[0][:2]] in (["path", "label"], ["file", "label"]):
        rows = rows[1:]
    if not rows:
        raise TrainingError(f"{path} has no rows. Expected are lines such as: images/one.jpg,cat")
    return [_row(path, number, [cell.strip() for cell in row]) for number, row in enumerate(rows, start=1)]


def _row(path: Path, number: int, row: list[str]) -> Found:
    part = row[2].lower() if len(row) > 2 and row[2] else "train"
    if len(row) < 2 or not row[0] or not row[1] or part not in ("train", "test"):
        raise TrainingError(
            f"Row {number} of {path} is {','.join(row)[:200]!r}; path,label was expected, then perhaps ,train or ,test."
        )
    return Found(row[0], row[1], "test" if part == "test" else "train", partial(_read_file, path.parent / row[0]))


def _read_file(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        raise OSError(f"larger than {LARGEST_FILE:,} bytes")
    return path.read_bytes()


def _read_entry(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(name).file_size > LARGEST_FILE:
            raise OSError(f"larger than {LARGEST_FILE:,} bytes when unpacked")
        return archive.read(name)


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _looks_like_a_picture(path: PurePosixPath) -> bool:
    return path.suffix.lower() in PICTURE_SUFFIXES
