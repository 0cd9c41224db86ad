"""The sets of images: two that come with libraries, and folders that are named on the command line."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.pretraining.digits import Digits, read_idx
from training.reading import dataset
from training.reading.dataset import Dataset, Sample, label_array
from training.reading.sources import Found

DIGITS = ((3, 8), (4, 9), (1, 7))
PARITY_IMAGES = 1000


def load(folders: list[Path]) -> Iterator[tuple[str, tuple[Sample, ...]]]:
    """Yield the name and all usable images of each set."""
    yield "faces", _faces()
    for pair in DIGITS:
        yield f"digits {pair[0]} or {pair[1]}", _digits(*pair)
    yield from load_folders(folders)


def load_folders(folders: list[Path]) -> Iterator[tuple[str, tuple[Sample, ...]]]:
    """Yield the name and all usable images of each folder."""
    for folder in folders:
        if any(folder.glob("*idx3-ubyte*")):
            yield f"{folder.name} even or odd", _parity(read_idx(folder))
        else:
            yield folder.name, _all(dataset.read_path(folder))


def alike(first: str, second: str) -> bool:
    """Return whether two sets, by name, are of one kind of picture: the same set, or both of handwritten digits."""
    return first == second or all(
        name.startswith("digits ") or name.endswith(" even or odd") for name in (first, second)
    )


def draw(samples: tuple[Sample, ...], n: int, seed: int, most_test: int) -> tuple[list[Sample], list[Sample]]:
    """Draw `n` training images in the classes' proportions, at least two of each; test on the rest, at most so many."""
    rows, rest = draw_rows(label_array(samples), n, seed, most_test)
    return [samples[row] for row in rows], [samples[row] for row in rest]


def draw_rows(
    labels: NDArray[np.int64], n: int, seed: int, most_test: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw as `draw` does; return the rows."""
    generator = np.random.default_rng(1000 + seed)
    positive = int(np.clip(round(n * labels.mean()), 2, n - 2))
    chosen = [generator.permutation(np.flatnonzero(labels == 1))[:positive]]
    chosen.append(generator.permutation(np.flatnonzero(labels == 0))[: n - positive])
    rows = np.sort(np.concatenate(chosen))
    return rows, generator.permutation(np.setdiff1d(np.arange(len(labels)), rows))[:most_test]


def _faces() -> tuple[Sample, ...]:
    from skimage.data import lfw_subset

    pixels = np.rint(lfw_subset() * 255).astype(np.uint8)
    return _in_memory([("face" if row < 100 else "other", image) for row, image in enumerate(pixels)])


def _digits(first: int, second: int) -> tuple[Sample, ...]:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    pairs = zip(bunch.target, bunch.images, strict=True)
    return _in_memory(
        [(str(digit), np.rint(image * 255 / 16).astype(np.uint8)) for digit, image in pairs if digit in (first, second)]
    )


def _parity(digits: Digits) -> tuple[Sample, ...]:
    """Return the first of MNIST's digits as a question that no template answers."""
    pairs = zip(digits.labels[:PARITY_IMAGES], digits.images[:PARITY_IMAGES], strict=True)
    return _in_memory([("odd" if label % 2 else "even", image) for label, image in pairs])


def _in_memory(images: list[tuple[str, NDArray[np.uint8]]]) -> tuple[Sample, ...]:
    found = [
        Found(f"{label}/{row}.png", label, "train", partial(_png, image)) for row, (label, image) in enumerate(images)
    ]
    return _all(dataset.read(found))


def _all(data: Dataset) -> tuple[Sample, ...]:
    return (*data.train, *data.test)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
