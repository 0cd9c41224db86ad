"""The base's weights in a file: half precision, which halves it and changes no decision."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError
from training.origin import Origin

FILTERS = {"base_1": 32, "base_2": 64, "base_3": 64}
"""Filters of each convolution, by the name of its layer."""
FILE = Path(__file__).with_name("digits.npz")
DIGITS = Origin("weights pre-trained on handwritten digits (MNIST, LeCun et al., CC BY-SA 3.0)", "cc-by-sa-3.0")


def save(path: Path, network: Any, source: str) -> None:
    """Write the base's weights of a Keras network, and what they were learned from."""
    arrays = {
        f"{name}_{part}": value.astype(np.float16)
        for name in FILTERS
        for part, value in zip(("kernel", "bias"), network.get_layer(name).get_weights(), strict=True)
    }
    np.savez_compressed(path, allow_pickle=False, source=np.array(source), **arrays)


def load(path: Path = FILE) -> tuple[dict[str, list[NDArray[np.float32]]], str]:
    """Read kernel and bias by layer name, float32, and what they were learned from; raises `TrainingError`."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            parts = {
                name: [archive[f"{name}_{part}"].astype(np.float32) for part in ("kernel", "bias")] for name in FILTERS
            }
            return parts, str(archive["source"])
    except (OSError, KeyError, ValueError) as error:
        raise TrainingError(
            f"The weights in {path} cannot be read ({error}). Make them anew: python -m training.pretraining"
        ) from error


def set_base(network: Any) -> None:
    """Give a Keras network's layers of the base the digits' weights; raises `TrainingError`."""
    for name, values in load()[0].items():
        network.get_layer(name).set_weights(values)
