"""Find labelled files: each kind of source has a module that turns it into a `Listing` and opens none of the images.

`find` chooses one by what the path is: a folder or an archive by `folders`, a table by `lists`, what holds many images
in one file by `containers`.
"""

import dataclasses
import tarfile
import zipfile
from functools import partial
from pathlib import Path, PurePosixPath

from artifact import formats
from artifact.formats import named
from artifact.lists import tables
from doctor.command_line import nearest
from training.errors import TrainingError
from training.reading import carried, containers, entries, folders, lists, regrouping, splits, suggesting
from training.reading.found import LAYOUT, Asked, Found, Listing, Part, Readers

__all__ = ["LAYOUT", "Asked", "Found", "Listing", "Part", "find", "find_unlabelled"]


def find(path: Path, asked: Asked | None = None) -> Listing:
    """Find the labelled files under a folder, in an archive, or in a list; raises `TrainingError`."""
    asked = asked or Asked()
    listing = _find(path, asked)
    found, others = lists.choose(lists.spell(listing.found), asked)
    found = regrouping.regroup(found, asked.groups)
    told = listing.grouping if asked.groups is None else asked.groups
    found, layout = splits.settle(found, listing.layout, asked.tested)
    if sentence := listing.passed.sentence():
        layout += f". {sentence}"
    return dataclasses.replace(listing, found=found, unused=[*listing.unused, *others], layout=layout, grouping=told)


def find_unlabelled(folder: Path) -> list[Found]:
    """Find the images anywhere under a folder; raises `TrainingError` where there are none."""
    files = entries.in_folder(folder)
    found = [Found(str(path), "", "train", files[path]) for path in entries.pictures(files)]
    if not found:
        raise TrainingError(f"--unlabelled {folder} holds no images. Name a folder of JPEG or PNG files.")
    return found


def _find(path: Path, asked: Asked) -> Listing:
    if path.is_dir():
        return _in_folder(path, asked)
    if not path.exists():
        raise TrainingError(f"{path} does not exist.{_guess(path)} {LAYOUT}")
    if zipfile.is_zipfile(path) and path.suffix.lower() != ".npz":
        return _in_tree(entries.in_zip(path), path, asked)
    if path.suffix.lower() in tables.SUFFIXES:
        return _in_list(path, asked)
    if path.suffix.lower() in (".parquet", ".arrow", ".feather", ".npz") or "-ubyte" in path.name:
        return _in_tree(_alone(path), path, asked)
    if tarfile.is_tarfile(path):
        files = entries.in_tar(path)
        shard = any(name.suffix == ".cls" for name in files)
        return _in_tree(_alone(path) if shard else files, path, asked)
    if path.suffix.lower() == ".zip":
        raise TrainingError(
            f"{path} is no .zip, or one that is damaged or cut short: the list of its files, at its end, is missing. "
            "Download or make it again."
        )
    raise TrainingError(f"{path} is a file, but neither a .zip nor a .csv{_name(path)}. {LAYOUT}")


def _name(path: Path) -> str:
    """Return what a file is that is read in no way here, and what to do, where its first bytes tell."""
    with path.open("rb") as file:
        head = file.read(4096)
    if known := named.name(head):
        return f"; it is {known[0]}. {known[1].rstrip('.')}, and give the folder of the images"
    return "; it is one image, and a folder of them was expected" if formats.recognise(head) else ""


def _guess(path: Path) -> str:
    """Return ` Did you mean X?` where something beside a path that does not exist has a name near to it."""
    try:
        beside = sorted(one.name for one in path.parent.iterdir())
    except OSError:
        return ""
    return nearest(path.name, beside)


def _in_list(path: Path, asked: Asked) -> Listing:
    """Read a list; one of .txt (Pascal VOC's, a spreadsheet's "Unicode text") may as well be somebody's notes."""
    try:
        return lists.from_path(path, asked)
    except TrainingError as error:
        if path.suffix.lower() != ".txt":
            raise
        raise TrainingError(f"{path} is a file, but neither a .zip nor a .csv, nor a list: {error}") from error


def _in_folder(path: Path, asked: Asked) -> Listing:
    """Read a folder; where it holds archives and no image, what is in the archives."""
    files = entries.in_folder(path)
    inside, archives = entries.in_archives(files, path)
    if not archives:
        return _in_tree(files, path, asked)
    listing = _in_tree(inside, path, asked)
    return dataclasses.replace(listing, layout=f"{listing.layout}; read from {', '.join(map(str, archives))}"[:500])


def _in_tree(files: Readers, path: Path, asked: Asked) -> Listing:
    listing = folders.arrange(files, str(path), asked)
    try:
        listing = containers.find(files, asked) if listing is None else listing
    except OSError as error:
        raise TrainingError(f"{path} cannot be read ({error.strerror or error}).") from error
    if listing is None:
        lies = suggesting.name_what_lies(files) + carried.explain(files)
        raise TrainingError(f"No labelled images were found in {path}. {lies}{LAYOUT}")
    return listing


def _alone(path: Path) -> Readers:
    """Return a file as a source of its own; of IDX also those beside it, which hold the labels."""
    beside = path.parent.glob("*-ubyte*") if "-ubyte" in path.name else [path]
    return {PurePosixPath(one.name): partial(entries.read_file, one) for one in sorted(beside)}
