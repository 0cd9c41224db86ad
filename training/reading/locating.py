"""From what a table calls an image to the file: other separators, other folders, no extension, an upload's prefix."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from training.reading.entries import is_picture, read_file
from training.reading.found import Part, Read, Readers
from training.reading.words import part_of

_UPLOADED = re.compile(r"^[0-9a-f]{8}-(?=.)")
"""What Label Studio puts before the name of an uploaded file."""


@dataclass(frozen=True)
class Located:
    """A file that a cell names, by its path in the source; or the reason why none is, with what fails to read.

    Attributes:
        file: Its path, or the cell.
        read: Returns its bytes, or fails with the reason.
        known: Whether there is one.
        several: The files that have that name, where it is not clear which is meant.
    """

    file: str
    read: Read
    known: bool
    several: tuple[str, ...] = ()


@dataclass(frozen=True)
class Locator:
    """Finds files beside a table.

    Attributes:
        folder: The folder of the table on this disk; None where it is in an archive.
        base: The folder of the table in the source.
        list_files: Returns the files of the source; it is called only where a cell is no path from the table's folder.
    """

    folder: Path | None
    base: PurePosixPath
    list_files: Callable[[], Readers]

    def locate(self, cell: str, part: Part | None = None) -> Located:
        """Return the file that a cell names; of several with that name the one in a folder of the part."""
        if direct := self._directly(cell):
            return direct
        paths = self._search(PurePosixPath(_plain(cell)))
        if len(paths) > 1 and part is not None:
            paths = [path for path in paths if any(part_of(name) == part for name in path.parts[:-1])] or paths
        if len(paths) == 1:
            return Located(str(paths[0]), self._files[paths[0]], True)
        if paths:
            listed = ", ".join(str(path) for path in paths[:3])
            return Located(
                cell,
                _failing(f"{len(paths)} files have that name: {listed}; write the path"),
                False,
                tuple(map(str, paths)),
            )
        return Located(cell, self._missing(cell), False)

    def _directly(self, cell: str) -> Located | None:
        for text in dict.fromkeys((cell, cell.replace("\\", "/"))):
            if self.folder is not None:
                path = self.folder / text
                if _is_file(path):
                    return Located(text, _reading(path), True)
            else:
                path_inside = _inside(self.base, text)
                if path_inside in self._files:
                    return Located(str(path_inside), self._files[path_inside], True)
        return None

    def _search(self, path: PurePosixPath) -> list[PurePosixPath]:
        """Return the files that agree with the path in most of its last parts; the name alone only where it may."""
        parts = tuple(part for part in path.parts if part not in ("/", ".", ".."))
        if not parts:
            return []
        found = self._by_name.get(parts[-1].lower()) or self._by_stem.get(parts[-1].lower())
        found = found or self._by_name.get(_UPLOADED.sub("", parts[-1].lower())) or []
        agreement = {one: _agreement(one.parts[:-1], parts[:-1]) for one in found}
        best = [one for one in found if agreement[one] == max(agreement.values())]
        elsewhere = best and not agreement[best[0]] and len(parts) > 1 and parts[-2].lower() in self._folders
        return [] if elsewhere else best  # train/1.jpg that is missing is not test/1.jpg

    def _missing(self, cell: str) -> Read:
        if self.folder is None:
            return _failing("the archive holds no such file")
        return _reading(self.folder / cell)

    @cached_property
    def _files(self) -> Readers:
        return self.list_files()

    @cached_property
    def _by_name(self) -> dict[str, list[PurePosixPath]]:
        return self._index(lambda path: path.name)

    @cached_property
    def _by_stem(self) -> dict[str, list[PurePosixPath]]:
        return self._index(lambda path: path.stem)

    @cached_property
    def _folders(self) -> set[str]:
        return {part.lower() for path in self._files for part in path.parts[:-1]}

    def _index(self, key: Callable[[PurePosixPath], str]) -> dict[str, list[PurePosixPath]]:
        found = defaultdict(list)
        for path in self._files:
            if is_picture(path):
                found[key(path).lower()].append(path)
        return found


def _plain(cell: str) -> str:
    """Return the path in a cell: of a link to a local file its parameter `d`, blanks that were encoded, slashes."""
    query = parse_qs(urlsplit(cell).query) if "?" in cell else {}
    return unquote(query["d"][0] if "d" in query else cell).replace("\\", "/")


def _agreement(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many folders agree, from the last one up."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next(
        (count for count, (left, right) in enumerate(pairs) if left.lower() != right.lower()), min(len(one), len(other))
    )


def _inside(base: PurePosixPath, text: str) -> PurePosixPath:
    """Return a path from the table's folder as a path in the source, without `.` and `..`."""
    parts: list[str] = []
    for part in (base / text).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, or with a zero byte
        return False


def _reading(path: Path) -> Read:
    return lambda: read_file(path)


def _failing(reason: str) -> Read:
    def fail() -> bytes:
        raise OSError(reason)

    return fail
