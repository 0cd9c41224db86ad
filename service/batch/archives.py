"""Images inside archives: .tar, as WebDataset shards are, and .zip; a member is named `shard.tar#folder/image.jpg`.

Of a tar each member lies at a place of its own, so that a part reads what it needs and no more; a compressed one has to
be unpacked first. The table of contents of the last archives is kept, since a part's images mostly lie in one, and made
anew where an archive was replaced: its members lie elsewhere then.
"""

import lzma
import re
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from service.batch.lists import InputError
from service.problems import Problem

_MEMBER = re.compile(r"(.+?\.(?:tar|zip))#(.+)", re.IGNORECASE | re.DOTALL)
_KEPT = 4
"""Tables of contents that are kept, those of a hundred thousand files in some dozen megabytes."""
_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, EOFError, UnicodeDecodeError, zlib.error, lzma.LZMAError)
_lock = threading.Lock()


def is_archive(path: str) -> bool:
    """Tell by its name whether a file is an archive whose members can be read one by one."""
    return path.lower().endswith((".tar", ".zip"))


def split(path: str) -> tuple[str, str] | None:
    """Return the archive and the member that a path names; None where it names a file."""
    match = _MEMBER.fullmatch(path)
    return (match[1], match[2]) if match else None


def members(files: Any, place: str) -> Iterator[str]:
    """Yield the names of the files in an archive, in their order.

    Raises:
        InputError: It is damaged, or compressed as a whole.
        OSError: The file system does not answer.
    """
    try:
        found = _contents(files, place, version(files, place))
        yield from found.namelist() if isinstance(found, zipfile.ZipFile) else found
    except _DAMAGE as error:
        raise InputError(
            f"{place} cannot be read as an archive ({error}). Make it anew, as .zip or as .tar without compression."
        ) from error


def version(files: Any, place: str) -> str:
    """Return a text that changes when the archive is replaced, made of its size, its date and what the store tells.

    Raises:
        OSError: The archive is not there, or the file system does not answer.
    """
    return str(files.ukey(place))


def read(files: Any, place: str, of: str, member: str, most_bytes: int) -> bytes:
    """Return the first bytes of a member.

    Args:
        files: The file system of fsspec that the archive is in.
        place: Where the archive is.
        of: The archive's `version`.
        member: The member's name inside.
        most_bytes: How many bytes at most.

    Raises:
        FileNotFoundError: The archive has no such member.
        Problem: 422 where the archive or the member is damaged or encrypted.
        OSError: The file system does not answer.
    """
    try:
        with _lock:  # once, and not in each of several threads
            found = _contents(files, place, of)
        if isinstance(found, zipfile.ZipFile):
            with found.open(member) as inside:
                return inside.read(most_bytes)
        start, size = found[member]
        return bytes(files.cat_file(place, start=start, end=start + min(size, most_bytes))) if size else b""
    except KeyError as error:
        raise FileNotFoundError(member) from error
    except (*_DAMAGE, RuntimeError, NotImplementedError) as error:  # the last two of encryption and rare compression
        raise Problem(
            422, "unreadable", f"The archive's entry is damaged or encrypted ({error}). Make the archive anew."
        ) from error


@lru_cache(maxsize=_KEPT)
def _contents(files: Any, place: str, of: str) -> zipfile.ZipFile | Mapping[str, tuple[int, int]]:
    """Return an open .zip, which several threads may read, or place and size of each member's bytes in a .tar."""
    if place.lower().endswith(".zip"):
        return zipfile.ZipFile(files.open(place, "rb"))
    with files.open(place, "rb") as file, tarfile.open(fileobj=file, mode="r:") as shard:
        return {entry.name: (entry.offset_data, entry.size) for entry in shard if entry.isreg()}
