"""The files of a folder or an archive: where each is, how to get its bytes, and which of them are images."""

import os
import tarfile
import threading
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from artifact import filenames, formats
from training.errors import TrainingError
from training.reading.found import Read, Readers

LARGEST_FILE = 256 * 1024**2
"""Bytes; a larger file is not read, a larger entry of an archive not unpacked."""
_ENCRYPTED, _DEFLATE64 = 1, 9
"""The flag and the method of an entry of a .zip (APPNOTE 6.3.10, 4.4.4 and 4.4.5)."""
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def in_folder(root: Path) -> Readers:
    """Return the files under a folder, through links too, by their path from it."""
    return dict(sorted(walk(root)))


def walk(root: Path) -> Iterator[tuple[PurePosixPath, Read]]:
    """Yield the files under a folder as they are come upon."""
    for path in _files(root):
        yield PurePosixPath(path.relative_to(root).as_posix()), partial(read_file, path)


def in_zip(path: Path) -> Readers:
    """Return the files of a .zip; raises `TrainingError` where it is damaged."""
    try:
        archive = zipfile.ZipFile(path)  # the readers share it: opening it for each would parse its index each time
    except (zipfile.BadZipFile, OSError) as error:
        raise TrainingError(f"{path} is damaged or cannot be read ({error}). Make the archive again.") from error
    entries = [entry for entry in sorted(archive.infolist(), key=lambda one: one.filename) if not entry.is_dir()]
    closed = [reason for entry in entries if (reason := _why_closed(entry))]
    if 2 * len(closed) > len(entries):  # small ones may lie in it as they are
        raise TrainingError(f"{path} cannot be read: {closed[0]}. Unpack it, and give the folder.")
    return {
        PurePosixPath(entry.filename.replace("\\", "/")): partial(_read_zipped, archive, entry)  # some write \
        for entry in entries
    }


def _why_closed(entry: zipfile.ZipInfo) -> str | None:
    """Return why an entry of a .zip cannot be unpacked here whatever it holds, or None."""
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted with a password"
    if entry.compress_type not in _COMPRESSIONS:
        name = "Deflate64, as Windows does for more than 2 GB" if entry.compress_type == _DEFLATE64 else "a rare method"
        return f"it is compressed by {name}"
    return None


def in_archives(files: Readers, root: Path) -> tuple[Readers, list[PurePosixPath]]:
    """Return a folder's files with those in its .zip files in their place, and which these are: none beside images.

    A data set's site hands out `train.zip` and `test.zip`, a labelling tool one for each class; beside images an
    archive is most often where they came from.

    Raises:
        TrainingError: An archive is damaged.
    """
    archives = [path for path in visible(files) if path.suffix.lower() == ".zip"]
    if not archives or pictures(files):
        return files, []
    inside = {path.with_suffix("") / name: read for path in archives for name, read in in_zip(root / path).items()}
    return {**{path: read for path, read in files.items() if path not in archives}, **inside}, archives


def in_tar(path: Path) -> Readers:
    """Return the files of a .tar, compressed or not, in their order; raises `TrainingError` where it is damaged."""
    try:
        archive = tarfile.open(path)  # noqa: SIM115 - the readers share it
        entries = [entry for entry in archive.getmembers() if entry.isfile()]
    except (tarfile.TarError, OSError, EOFError) as error:
        raise TrainingError(f"{path} is damaged or cannot be read ({error}). Make the archive again.") from error
    lock = threading.Lock()  # files are read by several threads, and an archive has one position
    return {PurePosixPath(entry.name): partial(_read_tarred, archive, entry, lock) for entry in entries}


def is_junk(path: PurePosixPath) -> bool:
    """Tell whether a file was left by an operating system and is nothing of the user's."""
    return any(map(filenames.is_of_system, path.parts))


def is_hidden(path: PurePosixPath) -> bool:
    """Tell whether a file or one of its folders has a name that begins with a dot."""
    return any(part.startswith(".") for part in path.parts)


def is_picture(path: PurePosixPath) -> bool:
    """Tell from its name whether a file is meant to be an image, of whatever format."""
    return filenames.is_picture(path.name)


def pictures(readers: Readers) -> list[PurePosixPath]:
    """Return the image files, by name, and by content where the name has no suffix; hidden files are not among them."""
    return [path for path in visible(readers) if is_picture(path) or _is_unnamed_picture(path, readers[path])]


def visible(readers: Readers) -> Iterable[PurePosixPath]:
    """Return the files that are neither hidden nor left by an operating system."""
    return (path for path in readers if not is_junk(path) and not is_hidden(path))


def why_passed_over(path: PurePosixPath) -> str:
    """Return the key of `artifact.filenames.REASONS` why a file that is not an image is left out."""
    names = {filenames.why_passed_over(part) for part in path.parts[:-1]}
    above = next((reason for reason in ("system", "hidden") if reason in names), None)
    return above or filenames.why_passed_over(path.name) or "suffix"


def _is_unnamed_picture(path: PurePosixPath, read: Read) -> bool:
    """Tell whether a file whose name has no suffix, or a number for one as DICOM's often do, holds an image."""
    if not filenames.is_nameless(path.name):
        return False
    try:
        data = read()
    except OSError:
        return False
    return formats.recognise(data) is not None or data[128:132] == b"DICM" or data[4:8] == b"ftyp"


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


def read_file(path: Path) -> bytes:
    """Return a file's bytes; raises `OSError`."""
    if path.stat().st_size > LARGEST_FILE:
        raise OSError(f"larger than {LARGEST_FILE:,} bytes")
    return path.read_bytes()


def _read_zipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > LARGEST_FILE:
        raise OSError(f"larger than {LARGEST_FILE:,} bytes when unpacked")
    if reason := _why_closed(entry):
        raise OSError(reason)
    try:
        return archive.read(entry)
    except Exception as error:  # damage raises half a dozen types
        raise OSError(f"its entry in the archive is damaged: {error}") from error


def _read_tarred(archive: tarfile.TarFile, entry: tarfile.TarInfo, lock: threading.Lock) -> bytes:
    if entry.size > LARGEST_FILE:
        raise OSError(f"larger than {LARGEST_FILE:,} bytes when unpacked")
    try:
        with lock:
            file = archive.extractfile(entry)
            return b"" if file is None else file.read()
    except Exception as error:  # as of a .zip
        raise OSError(f"its entry in the archive is damaged: {error}") from error
