"""Images as arrays: MedMNIST's .npz, and MNIST's IDX files."""

import gzip
import io
import math
import struct
import zipfile
from collections.abc import Collection, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.errors import TrainingError
from training.reading.containers.interface import Kind, has_suffix
from training.reading.entries import LARGEST_FILE
from training.reading.found import Asked, Found, Part, Readers
from training.reading.words import part_of

_IMAGES = ("images", "image", "x", "imgs", "data")
_LABELS = ("labels", "label", "y", "targets", "target")
"""Words in the names of arrays that say what they hold; what else stands there is the part."""
LARGEST_ARRAY = 1024**3
"""Bytes of one array when it is unpacked."""


def _npz(files: Readers, asked: Asked) -> list[Found]:
    """Read arrays of images and of labels by their names: MedMNIST's, Keras's, or one of each."""
    found: list[Found] = []
    for path, read in files.items():
        data = read()
        _check_sizes(str(path), data)
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            images, labels = _named(arrays.files, _IMAGES), _named(arrays.files, _LABELS)
            if not images or any(part not in labels for part in images):
                raise TrainingError(
                    f"{path} has the arrays {', '.join(arrays.files)[:200]}; train_images and train_labels, as "
                    "MedMNIST has them, or x_train and y_train, as Keras has them, were expected."
                )
            for part, name in images.items():
                told = part_of(part) if part else "train"
                if told is None:
                    raise TrainingError(f"{path} has the array {name}, and {part!r} is the name of no split.")
                place = f"{path}#{part}" if part else str(path)
                found += _from_arrays(place, arrays[name], arrays[labels[part]], told)
    return found


def _named(arrays: Sequence[str], words: Collection[str]) -> dict[str, str]:
    """Return the arrays in whose name one of the words stands, by the rest of it: `train` of `x_train`."""
    found: dict[str, str] = {}
    for name in arrays:
        parts = name.lower().split("_")
        if sum(part in words for part in parts) == 1:
            found.setdefault("_".join(part for part in parts if part not in words), name)
    return found


def _check_sizes(name: str, data: bytes) -> None:
    """Refuse arrays that are too large once they are unpacked, or that declare another size than they have.

    Raises:
        TrainingError: An array is one of these, or the file is damaged; nothing of it was unpacked but the headers.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {entry.filename: _unpacked(archive, entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise TrainingError(f"{name} is no .npz of arrays, or damaged ({error}). Save it again.") from error
    for array, size in sizes.items():
        if size > LARGEST_ARRAY:
            raise TrainingError(
                f"The array {array} of {name} takes {size:,} bytes unpacked; at most {LARGEST_ARRAY:,} are read. Save "
                "the images as files, or fewer of them."
            )


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """Return the bytes of an array by its header (NumPy's NEP 1); raises `ValueError` where these are others."""
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        read_header = np.lib.format.read_array_header_1_0 if version[0] == 1 else np.lib.format.read_array_header_2_0
        shape, _, kind = read_header(file)
        size = math.prod(shape) * kind.itemsize
        if size != entry.file_size - file.tell():
            raise ValueError(f"{entry.filename} has another size than it declares")
    return size


def _idx(files: Readers, asked: Asked) -> list[Found]:
    """Read MNIST's files in pairs: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, compressed or not."""
    found: list[Found] = []
    for path, read in files.items():
        if "images-idx3" not in path.name:
            continue
        other = path.with_name(path.name.replace("images-idx3", "labels-idx1"))
        if other not in files:
            raise TrainingError(f"{path} has no labels beside it; {other.name} was expected.")
        part: Part = "test" if path.name.startswith(("t10k", "test")) else "train"
        found += _from_arrays(str(path), _read_idx(str(path), read()), _read_idx(str(other), files[other]()), part)
    return found


def _read_idx(name: str, data: bytes) -> NDArray[np.uint8]:
    """Return the array of an IDX file of bytes (LeCun, Cortes and Burges)."""
    try:
        if data[:2] == b"\x1f\x8b":
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(LARGEST_FILE)
        zero, kind, dimensions = struct.unpack(">HBB", data[:4])
        shape = struct.unpack(f">{dimensions}I", data[4 : 4 + 4 * dimensions])
        if zero or kind != 8:
            raise ValueError("it is no array of bytes")
        return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (ValueError, struct.error, OSError, EOFError) as error:
        raise TrainingError(f"{name} is no IDX file of bytes ({error}).") from error


def _from_arrays(name: str, images: NDArray[np.uint8], labels: NDArray[np.generic], part: Part) -> Iterator[Found]:
    labels = labels.reshape(len(labels), -1) if labels.ndim else labels.reshape(1, 1)
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    sound = images.dtype == np.uint8 and (images.ndim == 3 or (images.ndim == 4 and images.shape[3] == 3))
    if not sound or labels.shape != (len(images), 1):
        raise TrainingError(
            f"{name} has images of the shape {list(images.shape)} ({images.dtype}) and labels of {list(labels.shape)}; "
            "uint8 images, gray or of three channels, and one label for each were expected."
        )
    for row, (image, label) in enumerate(zip(images, labels[:, 0], strict=True)):
        yield Found(f"{name}/{row}", str(label), part, partial(_png, image))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


NPZ = Kind("arrays (.npz)", has_suffix(".npz"), _npz)
IDX = Kind("IDX", lambda path: "-ubyte" in path.name, _idx)
