"""Data sets in one file or a few, as their tools write them (datasets 5.2.0, webdataset 1.0.2, MedMNIST, MNIST)."""

import gzip
import io
import json
import struct
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from PIL import Image

from training.errors import TrainingError
from training.reading import sources
from training.reading.found import Asked, Listing

IMAGES = np.random.default_rng(0).integers(0, 256, (8, 28, 28), dtype=np.uint8)
LABELS = np.arange(8, dtype=np.uint8) % 2


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _check(listing: Listing, names: tuple[str, str]) -> None:
    """Six images to learn from and two to test on, in their order, with their pixels."""
    assert Counter((entry.part, entry.label) for entry in listing.found) == {
        **{("train", name): 3 for name in names},
        **{("test", name): 1 for name in names},
    }
    for part, rows in (("train", range(6)), ("test", range(6, 8))):
        entries = [entry for entry in listing.found if entry.part == part]
        for row, entry in zip(rows, entries, strict=True):
            assert (np.asarray(Image.open(io.BytesIO(entry.read()))) == IMAGES[row]).all()


@pytest.mark.parametrize("named", [True, False])
def test_parquet_as_hugging_face_writes_it(named: bool, tmp_path: Path) -> None:
    features = {"image": {"_type": "Image"}, "label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}
    for part, rows in (("train", range(6)), ("test", range(6, 8))):
        table = pa.table(
            {
                "image": [{"bytes": _png(IMAGES[row]), "path": f"{row}.png"} for row in rows],
                "label": [int(LABELS[row]) for row in rows],
            }
        )
        if named:
            table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
        (tmp_path / "data").mkdir(exist_ok=True)
        pq.write_table(table, tmp_path / "data" / f"{part}-00000-of-00001.parquet")
    _check(sources.find(tmp_path), ("cat", "dog") if named else ("0", "1"))


def test_parquet_whose_columns_are_not_clear_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"left": [b"x"], "right": [b"y"], "kind": ["cat"]}), tmp_path / "a.parquet")
    with pytest.raises(TrainingError, match=r"columns left, right, kind; .*--path-column and --label-column"):
        sources.find(tmp_path / "a.parquet")
    listing = sources.find(tmp_path / "a.parquet", Asked(path_column="right", label_column="kind"))
    assert [(entry.label, entry.read()) for entry in listing.found] == [("cat", b"y")]


def _shard(path: Path, samples: list[dict[str, bytes]], first: int) -> None:
    with tarfile.open(path, "w") as archive:
        for number, parts in enumerate(samples, first):
            for suffix, data in parts.items():
                entry = tarfile.TarInfo(f"{number:06d}.{suffix}")
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))


@pytest.mark.parametrize("kind", ["cls", "json"])
def test_webdataset_shards(kind: str, tmp_path: Path) -> None:
    samples = [
        {"png": _png(image), kind: str(label).encode() if kind == "cls" else json.dumps({"label": int(label)}).encode()}
        for image, label in zip(IMAGES, LABELS, strict=True)
    ]
    _shard(tmp_path / "train-000000.tar", samples[:3], 0)
    _shard(tmp_path / "train-000001.tar", samples[3:6], 3)
    _shard(tmp_path / "test-000000.tar", samples[6:], 6)
    _check(sources.find(tmp_path), ("0", "1"))


def test_a_shard_without_labels_names_what_its_samples_have(tmp_path: Path) -> None:
    _shard(tmp_path / "a.tar", [{"png": b"x", "npy": b"y"}], 0)
    with pytest.raises(TrainingError, match=r"sample 000000 of a\.tar has the entries png, npy"):
        sources.find(tmp_path)


def test_a_tar_of_class_folders_is_a_folder(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "photos.tar.gz", "w:gz") as archive:
        for name in ("photos/cat/1.png", "photos/dog/1.png"):
            entry = tarfile.TarInfo(name)
            entry.size = 3
            archive.addfile(entry, io.BytesIO(name[7:10].encode()))
    listing = sources.find(tmp_path / "photos.tar.gz")
    assert [(entry.label, entry.read()) for entry in listing.found] == [("cat", b"cat"), ("dog", b"dog")]


def test_medmnist_arrays(tmp_path: Path) -> None:
    parts = {"train": slice(0, 4), "val": slice(4, 6), "test": slice(6, 8)}
    arrays: dict[str, Any] = {f"{part}_images": IMAGES[rows] for part, rows in parts.items()}
    arrays |= {f"{part}_labels": LABELS[rows, None] for part, rows in parts.items()}
    np.savez_compressed(tmp_path / "breastmnist.npz", **arrays)
    _check(sources.find(tmp_path / "breastmnist.npz"), ("0", "1"))


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": IMAGES, "z": LABELS}, "has the arrays x, z; train_images and train_labels"),
        ({"x_train": IMAGES, "y_test": LABELS}, "has the arrays x_train, y_test; train_images and train_labels"),
        ({"x_fold1": IMAGES, "y_fold1": LABELS}, "the array x_fold1, and 'fold1' is the name of no split"),
        ({"train_images": IMAGES, "train_labels": np.ones((8, 14), np.uint8)}, r"labels of \[8, 14\]"),
        ({"train_images": IMAGES.astype(np.float32), "train_labels": LABELS}, "float32"),
    ],
)
def test_arrays_that_are_not_clear_are_named(arrays: dict[str, Any], words: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(TrainingError, match=words):
        sources.find(tmp_path / "a.npz")


def test_an_array_that_is_too_large_unpacked_is_refused_before_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flat = np.zeros((64, 28, 28), np.uint8)  # 50 kB that pack into a few hundred bytes
    np.savez_compressed(tmp_path / "a.npz", train_images=flat, train_labels=np.zeros((64, 1), np.uint8))
    monkeypatch.setattr("training.reading.containers.arrays.LARGEST_ARRAY", 40_000)
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("it was unpacked"))
    with pytest.raises(TrainingError, match=r"train_images.npy of a.npz takes 50,\d+ bytes unpacked; at most 40,000"):
        sources.find(tmp_path / "a.npz")


@pytest.mark.parametrize("spoil", [lambda data: data[:-200], lambda data: b"PK" + data[2:50], lambda data: b""])
def test_a_damaged_npz_is_an_error_in_words(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = io.BytesIO()
    np.savez_compressed(file, train_images=IMAGES, train_labels=LABELS[:, None])
    (tmp_path / "a.npz").write_bytes(spoil(file.getvalue()))
    with pytest.raises(TrainingError, match=r"is no .npz of arrays, or damaged"):
        sources.find(tmp_path / "a.npz")


def _idx(array: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.mark.parametrize("packed", [True, False])
def test_mnist_files(packed: bool, tmp_path: Path) -> None:
    for name, rows in (("train", slice(0, 6)), ("t10k", slice(6, 8))):
        for kind, array in (("images-idx3", IMAGES), ("labels-idx1", LABELS)):
            data = _idx(array[rows])
            file = tmp_path / f"{name}-{kind}-ubyte{'.gz' if packed else ''}"
            file.write_bytes(gzip.compress(data) if packed else data)
    _check(sources.find(tmp_path), ("0", "1"))
    one = next(tmp_path.glob("train-images*"))
    assert len(sources.find(one).found) == 8
    next(tmp_path.glob("train-labels*")).unlink()
    with pytest.raises(TrainingError, match="has no labels beside it; train-labels-idx1-ubyte"):
        sources.find(tmp_path)


def test_what_is_not_read_is_named_by_its_kind(tmp_path: Path) -> None:
    (tmp_path / "a.tfrecord").write_bytes(b"x")
    with pytest.raises(TrainingError, match=r"It holds no images, but 1 \.tfrecord \(TFRecord, which is not read\)"):
        sources.find(tmp_path)


def test_a_parquet_that_names_its_images_reads_them_from_the_disk_or_says_that_they_are_not_there(
    tmp_path: Path,
) -> None:
    files = [tmp_path / "photos" / f"{number}.png" for number in range(8)]  # as datasets 5.2's to_parquet leaves them
    files[0].parent.mkdir()
    for file, pixels in zip(files, IMAGES, strict=True):
        Image.fromarray(pixels).save(file)
    cells = [{"bytes": None, "path": str(file)} for file in files]
    (tmp_path / "set").mkdir()
    pq.write_table(pa.table({"image": cells, "label": LABELS.tolist()}), tmp_path / "set" / "train.parquet")
    listing = sources.find(tmp_path / "set")
    assert [entry.read() for entry in listing.found] == [file.read_bytes() for file in files]
    files[3].unlink()
    with pytest.raises(TrainingError, match=r"Row 4 of train.parquet has no bytes .* no such file is on this machine"):
        sources.find(tmp_path / "set")
