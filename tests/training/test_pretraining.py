"""Digits to learn from, in MNIST's own files, and the command that remakes the weights."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training.errors import TrainingError
from training.pretraining import __main__ as command
from training.pretraining import digits, learning, network, weights
from training.pretraining.weights import FILTERS


def _write(folder: Path, name: str, array: NDArray[Any], compress: bool = True) -> None:
    """Write an IDX file as its definition says: two zeros, 8 for bytes, the dimensions, their sizes, the values."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    content = header + array.astype(np.uint8).tobytes()
    if compress:
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    else:
        (folder / name).write_bytes(content)


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """Forty images in one pair of files, and ten in another, uncompressed; the first pixel is the image's number."""
    images = np.zeros((50, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(50)
    labels = np.arange(50) % 10
    for name, rows, compress in (("t10k", slice(40), True), ("train", slice(40, 50), False)):
        _write(tmp_path, f"{name}-images-idx3-ubyte", images[rows], compress)
        _write(tmp_path, f"{name}-labels-idx1-ubyte", labels[rows], compress)
    return tmp_path


@pytest.mark.parametrize("skip", [0, 7, 45])
def test_reads_every_pair_and_leaves_out_the_first(mnist: Path, skip: int) -> None:
    found = digits.read_idx(mnist, skip)
    assert list(found.images[:, 0, 0]) == list(range(skip, 50))
    assert list(found.labels) == [number % 10 for number in range(skip, 50)]
    assert f"({50 - skip} images" in found.source
    assert (f"the first {skip} left out" in found.source) == (skip > 0)


def _cut(folder: Path) -> None:
    path = folder / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])


def _break(folder: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"no gzip")


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _shrink(folder: Path) -> None:
    _write(folder, "train-labels-idx1-ubyte", np.zeros(9), compress=False)


@pytest.mark.parametrize(
    ("damage", "message"),
    [(_cut, "not a complete IDX"), (_break, "Download it again"), (_empty, "no pair"), (_shrink, "one label an image")],
)
def test_files_that_cannot_be_used_are_named(
    mnist: Path, damage: Callable[[Path], None], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(mnist)
    with pytest.raises(TrainingError, match=message):
        digits.read_idx(mnist)
    assert command_of(mnist) == 1
    assert message in capsys.readouterr().err


def test_nothing_left_is_an_error(mnist: Path) -> None:
    with pytest.raises(TrainingError, match="skip fewer"):
        digits.read_idx(mnist, 50)


def command_of(*arguments: object) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["training.pretraining", *map(str, arguments)])
        return command.main()


def test_bundled_digits_lie_in_a_margin_as_mnist_s_do() -> None:
    found = digits.load_bundled()
    assert found.images.shape == (1797, 28, 28)
    assert found.images[:, 4:-4, 4:-4].max() == 255
    assert found.images.sum() == found.images[:, 4:-4, 4:-4].astype(np.int64).sum()


def test_command_makes_weights_that_load(
    mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(learning, "EPOCHS", 1)
    file = tmp_path / "made.npz"
    assert command_of(mnist, "--skip", "10", "--output", file) == 0
    assert "40 images, the first 10 left out" in capsys.readouterr().out
    made, source = weights.load(file)
    assert source.startswith("MNIST")
    assert {name: kernel.shape[-1] for name, (kernel, _) in made.items()} == FILTERS


def test_shipped_weights_have_not_seen_what_the_benchmark_asks_about() -> None:
    assert "the first 1,000 left out" in weights.load()[1]


def test_weights_go_into_the_layers_of_the_base() -> None:
    base = keras.Model(*network.build_base())
    weights.set_base(base)
    np.testing.assert_array_equal(base.get_layer("base_2").get_weights()[0], weights.load()[0]["base_2"][0])


def test_damaged_weights_say_how_to_make_them_anew(tmp_path: Path) -> None:
    file = tmp_path / "broken.npz"
    file.write_bytes(b"nothing")
    with pytest.raises(TrainingError, match=r"python -m training\.pretraining"):
        weights.load(file)
