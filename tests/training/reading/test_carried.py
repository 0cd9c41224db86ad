"""Arrays as Keras and others name them, and tables that carry their images in their cells (pandas, Kaggle's)."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artifact.lists.tables import Table
from training.errors import TrainingError
from training.reading import carried, sources

IMAGES = np.random.default_rng(0).integers(0, 256, (8, 28, 28), dtype=np.uint8)
LABELS = np.arange(8, dtype=np.uint8) % 2


@pytest.mark.parametrize("channel", [(), (1,)])
@pytest.mark.parametrize("names", ["x_{} y_{}", "X_{} Y_{}", "{}_data {}_targets"])
def test_arrays_named_as_keras_and_others_have_them(names: str, channel: tuple[int, ...], tmp_path: Path) -> None:
    images, labels = names.split()
    arrays: dict[str, Any] = {}
    for part, rows in {"train": slice(0, 6), "test": slice(6, 8)}.items():
        arrays |= {images.format(part): IMAGES[rows].reshape(-1, 28, 28, *channel), labels.format(part): LABELS[rows]}
    np.savez(tmp_path / "mnist.npz", **arrays)
    found = sources.find(tmp_path / "mnist.npz").found
    assert [entry.part for entry in found] == ["train"] * 6 + ["test"] * 2
    assert [entry.label for entry in found] == [str(label) for label in LABELS]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(found[7].read()))), IMAGES[7])


def test_one_array_of_images_and_one_of_labels_is_learned_from(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", X=IMAGES, y=LABELS, names=np.arange(8))
    assert [entry.part for entry in sources.find(tmp_path / "data.npz").found] == ["train"] * 8


PIXELS = [[(7 * row + at) % 256 for at in range(64)] for row in range(6)]
TEXT = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(60)).decode()
CARRIED: dict[str, tuple[str, Callable[[int], str]]] = {
    "columns": (
        "label," + ",".join(f"pixel{at}" for at in range(64)),
        lambda at: f"{at % 2},{','.join(map(str, PIXELS[at]))}",
    ),
    "one cell": ("emotion,pixels,Usage", lambda at: f"{at % 2},{' '.join(map(str, PIXELS[at]))},Training"),
    "base64": ("image,label", lambda at: f"{TEXT},{at % 2}"),
}


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("kind", CARRIED)
def test_a_table_that_carries_its_images_hears_how_to_make_files_of_them(
    kind: str, inside: bool, tmp_path: Path
) -> None:
    heading, line = CARRIED[kind]
    (tmp_path / "train.csv").write_text("\n".join([heading, *map(line, range(6))]))
    with pytest.raises(TrainingError, match=r"train\.csv holds .*Save each as a file, in a folder for each class"):
        sources.find(tmp_path if inside else tmp_path / "train.csv")


@pytest.mark.parametrize(("largest", "told"), [(1, False), (255, True)])
def test_columns_of_zeros_and_ones_are_no_pixels(largest: int, told: bool) -> None:
    rows = [[f"{at}", *(str(largest * int((at + one) % 5 == 0)) for one in range(60))] for at in range(6)]
    table = Table("train.csv", ["number", *(f"is_{at}" for at in range(60))], rows, list(range(6)))
    assert (carried.describe(table) is not None) == told


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("X.npy", "np.savez('data.npz', x_train=images, y_train=labels)"),
        ("project.tm", "Download the samples of each class from Teachable Machine"),
        ("data_batch_1", "CIFAR's batches are not read"),
        ("training.pt", "PyTorch's pickle, which may run code when it is read"),
    ],
)
def test_what_tools_save_and_is_not_read_hears_what_would_do(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(TrainingError, match=re.escape(said)):
        sources.find(tmp_path)
