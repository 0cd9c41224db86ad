"""Digits, even or odd, as a folder of PNG files."""

from pathlib import Path

import numpy as np
from PIL import Image

from training.pretraining.digits import Digits, load_bundled, read_idx


def load(folder: Path | None) -> Digits:
    """Return MNIST's digits from a folder of IDX files, or scikit-learn's without one."""
    return load_bundled() if folder is None else read_idx(folder)


def write(digits: Digits, n: int, folder: Path) -> None:
    """Write `n` digits, drawn by chance but always the same ones, to `folder/even` and `folder/odd`."""
    for row in np.random.default_rng(0).permutation(len(digits.labels))[:n]:
        place = folder / ("odd" if digits.labels[row] % 2 else "even")
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(digits.images[row]).save(place / f"{row:05d}.png")
