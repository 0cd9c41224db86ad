"""Handwritten digits to learn from: MNIST's IDX files where there are such, and scikit-learn's otherwise."""

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.errors import TrainingError

SIDE = 28
_IMAGES, _LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"
_DIMENSIONS = {_IMAGES: 3, _LABELS: 1}


@dataclass(frozen=True)
class Digits:
    """Images uint8 `[n, 28, 28]`, light ink on black; labels 0 to 9 `[n]`; and where they come from."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    source: str


def read_idx(folder: Path, skip: int = 0) -> Digits:
    """Read every pair of IDX files in a folder, such as `t10k-images-idx3-ubyte.gz` and its labels.

    Args:
        folder: Where they lie.
        skip: Images at the beginning to leave out, so that something is left to measure on.

    Raises:
        TrainingError: There is no pair, a file is damaged, or nothing is left.
    """
    files = sorted(path for path in folder.glob(f"*{_IMAGES}*") if path.with_name(_name_labels(path)).exists())
    if not files:
        raise TrainingError(
            f"{folder} has no pair of IDX files; files such as t10k-{_IMAGES}.gz and t10k-{_LABELS}.gz were expected. "
            "Download them, or leave the folder out to use scikit-learn's digits."
        )
    pairs = [(_read(path, _IMAGES), _read(path.with_name(_name_labels(path)), _LABELS)) for path in files]
    if any(len(images) != len(labels) or images.shape[1:] != (SIDE, SIDE) for images, labels in pairs):
        raise TrainingError(
            f"The IDX files in {folder} do not fit: 28 x 28 pixels and one label an image were expected."
        )
    images, labels = (np.concatenate(parts)[skip:] for parts in zip(*pairs, strict=True))
    if not len(labels):
        raise TrainingError(f"No image is left: {folder} has {sum(len(part) for _, part in pairs)}, skip fewer.")
    names = ", ".join(path.name.removesuffix(".gz") for path in files)
    without = f", the first {skip:,} left out" if skip else ""
    return Digits(images, labels, f"MNIST, {names} ({len(images):,} images{without})")


def load_bundled() -> Digits:
    """Return scikit-learn's 8 x 8 digits, enlarged and centred as MNIST's are: 20 pixels with a margin of 4."""
    from sklearn.datasets import load_digits

    found = load_digits()
    images = np.zeros((len(found.images), SIDE, SIDE), np.uint8)
    for row, small in enumerate(found.images):
        picture = Image.fromarray(np.rint(small * 255 / 16).astype(np.uint8))
        images[row, 4:-4, 4:-4] = np.asarray(picture.resize((20, 20), Image.Resampling.BICUBIC))
    return Digits(images, found.target.astype(np.uint8), f"scikit-learn's digits ({len(images)} images)")


def _name_labels(path: Path) -> str:
    return path.name.replace(_IMAGES, _LABELS)


def _read(path: Path, kind: str) -> NDArray[np.uint8]:
    """Read one file: two zero bytes, 8 for unsigned bytes, the number of dimensions, their sizes, then the values."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise TrainingError(f"{path} cannot be read ({error}). Download it again.") from error
    dimensions = _DIMENSIONS[kind]
    shape = tuple(int(size) for size in np.frombuffer(content[4 : 4 + 4 * dimensions], ">u4"))
    values = content[4 + 4 * dimensions :]
    if content[:4] != bytes([0, 0, 8, dimensions]) or len(shape) != dimensions or len(values) != np.prod(shape):
        raise TrainingError(
            f"{path} is not a complete IDX file of bytes in {dimensions} dimensions. Download it again."
        )
    return np.frombuffer(values, np.uint8).reshape(shape)
