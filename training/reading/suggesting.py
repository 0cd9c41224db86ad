"""What to say where images have no class: what lies where, which label files were looked at, and what would do."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from artifact.counting import counted
from training.reading.found import LAYOUT
from training.reading.layout import Layout

_NOT_READ = {
    ".xml": "XML, as Pascal VOC, CVAT and LabelMe write it",
    ".datum": "datumaro's binary format",
    ".mat": "MATLAB",
    ".pkl": "a pickle, which may run code when it is read",
    ".pickle": "a pickle, which may run code when it is read",
    ".pt": "PyTorch's pickle, which may run code when it is read",
    ".pth": "PyTorch's pickle, which may run code when it is read",
    ".npy": "an array of NumPy",
    ".tm": "a project of Teachable Machine",
    ".rds": "R's data",
    ".rdata": "R's data",
    ".yaml": "YAML",
    ".yml": "YAML",
    ".xlsx": "Excel",
    ".xls": "Excel",
    ".ods": "a spreadsheet",
    ".tfrecord": "TFRecord",
    ".h5": "HDF5",
    ".hdf5": "HDF5",
}
"""Kinds of files that tools keep labels or images in and that are not read, by suffix."""
_MENDS = {
    ".npy": "Arrays are read from one file: np.savez('data.npz', x_train=images, y_train=labels). ",
    ".tm": "Download the samples of each class from Teachable Machine instead, as a .zip. ",
}
"""What to do with a kind of file, where something simpler than saving each image would do."""
_BATCHES = re.compile(r"(data|test)_batch(_\d+)?(\.bin|\.mat)?")
"""CIFAR's files."""
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"}


def explain(
    where: str, layout: Layout, pictures: Sequence[PurePosixPath], refused: Mapping[str, str], aside: Iterable[str]
) -> str:
    """Return the error for images without class folders and without a label file that can be read.

    Args:
        where: The source.
        layout: What its folders say.
        pictures: Its image files.
        refused: The files that could have held labels, and why each did not.
        aside: Why each of the images that were set aside is not meant.
    """
    counts = Counter("/".join(path.parts[:-1]) or "the top folder" for path in pictures)
    lying = " and ".join(f"{folder} ({counted(count, 'image')})" for folder, count in counts.most_common(4))
    set_aside = Counter(aside).most_common(3)
    read = "".join(f"\n  {reason}" for reason in list(refused.values())[:4])
    return (
        f"No labelled images were found in {where}: the images lie in {lying}, without a folder for each class"
        + (" (train and test are splits, and no classes)" if layout.split is not None else "")
        + ". "
        + "".join(f"Set aside {'was' if count == 1 else 'were'} {count}: {reason} " for reason, count in set_aside)
        + (
            f"These files could have said the classes, and do not:{read}\n"
            if read
            else "No label file lies with them. "
        )
        + _by_names(pictures)
        + "Or write a CSV file beside them and give it as DATA_DIR:\n"
        + f"    path,label\n    {pictures[0]},cat\n{LAYOUT}"
    )


def name_what_lies(paths: Collection[PurePosixPath]) -> str:
    """Return what files there are where none is an image, by the ends of their names."""
    counts = Counter(path.suffix.lower() or "no suffix" for path in paths)
    if not counts:
        return "It holds no files. "
    listed = ", ".join(
        f"{count} {suffix}" + (f" ({_NOT_READ[suffix]}, which is not read)" if suffix in _NOT_READ else "")
        for suffix, count in counts.most_common(6)
    )
    mends = "".join(mend for suffix, mend in _MENDS.items() if suffix in counts)
    if any(_BATCHES.fullmatch(path.name) for path in paths):
        mends += "CIFAR's batches are not read: save each image as a file, in a folder for each class. "
    unpack = "Unpack the archives in it first. " if _ARCHIVES & set(counts) else ""
    return f"It holds no images, but {listed}. {mends}{unpack}"


def other_label_files(paths: Iterable[PurePosixPath]) -> dict[str, str]:
    """Return the files of kinds that tools keep labels in and that are not read, one of each kind, and what to do."""
    found: dict[str, PurePosixPath] = {}
    for path in paths:
        if path.suffix.lower() in _NOT_READ:
            found.setdefault(path.suffix.lower(), path)
    return {
        str(path): f"{path} ({_NOT_READ[suffix]}) is not read here. Export the labels as CSV, or as COCO's JSON."
        for suffix, path in found.items()
    }


def _by_names(pictures: Sequence[PurePosixPath]) -> str:
    """Return the option that reads the classes off the names, where these begin with one of two words."""
    words = [re.match(r"[A-Za-z]+", path.name) for path in pictures]
    counts = Counter(match[0] for match in words if match)
    usual = [word for word, count in counts.most_common() if count > 1]
    if len(usual) != 2 or counts.total() < len(pictures) / 2:
        return "Where the names tell the classes, say how: --label-from-name '*_'. "
    return (
        f"The names begin with {usual[0]} and {usual[1]}: --label-from-name '^([A-Za-z]+)' reads these as the classes. "
    )
