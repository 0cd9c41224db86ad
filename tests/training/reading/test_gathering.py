"""From what the user gives to folds: what is held out, what counts as seen, and what is refused."""

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training.errors import TrainingError
from training.gathering import Gathered, gather
from training.progress import Stages
from training.reading.found import Asked
from training.reading.grouping import parse
from training.settings import Settings


def _files(picture: Callable[..., bytes], first: int, count: int, root: str = "") -> dict[str, bytes]:
    return {f"{root}{('no', 'yes')[k % 2]}/{first + k}.png": picture(first + k) for k in range(count)}


def _gather(source: Path, **settings: Any) -> Gathered:
    return gather(Settings(source=source, **settings), Stages(quiet=True))


@pytest.fixture
def folder(picture: Callable[..., bytes], write: Callable[..., Path]) -> Path:
    return write(_files(picture, 0, 40))


@pytest.mark.parametrize(
    ("share", "images"), [("0.2", 8), ("0.25", 10), ("0.3", 12), ("0.4", 16), ("0.5", 20), ("0.05", 2), ("0.01", 2)]
)
def test_the_share_asked_for_is_held_out_of_both_classes(share: str, images: int, folder: Path) -> None:
    found = _gather(folder, test=share)
    assert abs(len(found.dataset.test) - images) <= 1
    assert len(found.dataset.test) + len(found.dataset.train) == 40
    names = [{sample.file for sample in part} for part in (found.dataset.train, found.dataset.test)]
    assert names[0].isdisjoint(names[1])
    assert {sample.label for sample in found.dataset.test} == {0, 1}
    assert found.clean_test == found.dataset.test


def test_a_share_of_a_source_with_a_test_part_is_of_all_its_images_and_that_is_said(
    picture: Callable[..., bytes], write: Callable[..., Path]
) -> None:
    folder = write(_files(picture, 0, 30, "train/") | _files(picture, 30, 10, "test/"))
    found = _gather(folder, test="0.25")
    assert (len(found.dataset.train), len(found.dataset.test)) == (30, 10)
    assert {sample.file.split("/")[0] for sample in found.dataset.train} == {"train", "test"}
    assert "with --test 0.25 these 10 test images count with the others" in found.layout


def test_the_groups_go_with_the_images_that_are_held_out(
    picture: Callable[..., bytes], write: Callable[..., Path]
) -> None:
    """Two files of each picture, saved in two ways: wherever they end up, they share a number and a side."""
    files = _files(picture, 0, 24)
    again = {name.replace(".png", "-again.bmp"): _as_bmp(data) for name, data in files.items()}
    found = _gather(write(files | again), test="0.25")
    samples = found.dataset.samples
    numbers: dict[str, set[int]] = {}
    for sample, group in zip(samples, found.dataset.groups.numbers, strict=True):
        numbers.setdefault(sample.file.split(".")[0].removesuffix("-again"), set()).add(int(group))
    assert len(numbers) == 24
    assert all(len(own) == 1 for own in numbers.values())
    assert len(set().union(*numbers.values())) == 24
    assert len(found.clean_test) == len(found.dataset.test)


def _as_bmp(png: bytes) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(png)).save(file, "BMP")
    return file.getvalue()


def test_the_seed_decides_what_is_held_out(folder: Path) -> None:
    first, again, other = (_gather(folder, test="0.2", seed=seed).dataset.test for seed in (1, 1, 2))
    assert [sample.file for sample in first] == [sample.file for sample in again]
    assert [sample.file for sample in first] != [sample.file for sample in other]


@pytest.mark.parametrize("share", ["0", "0.0001", "0.51", "1", "-0.2", "nan", "inf"])
def test_a_share_that_is_none_is_refused_with_what_was_expected(share: str, folder: Path) -> None:
    with pytest.raises(TrainingError, match=r"--test .*0\.01 to 0\.5"):
        _gather(folder, test=share)


def test_holding_out_must_leave_enough_to_learn_from(picture: Callable[..., bytes], write: Callable[..., Path]) -> None:
    with pytest.raises(TrainingError, match="at least 2 of each class"):
        _gather(write(_files(picture, 0, 4)), test="0.5")


def test_test_images_from_another_folder_replace_those_of_the_source(
    picture: Callable[..., bytes], write: Callable[..., Path], tmp_path: Path
) -> None:
    source = write(_files(picture, 0, 12, "train/") | _files(picture, 100, 4, "test/"))
    other = tmp_path / "other"
    for name, data in _files(picture, 200, 6).items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes(data)
    assert len(_gather(source).dataset.test) == 4
    found = _gather(source, test=str(other))
    assert sorted(sample.file for sample in found.dataset.test) == sorted(_files(picture, 200, 6))
    assert len(found.dataset.train) == 12


def test_a_test_folder_that_is_not_there_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="does not exist"):
        _gather(folder, test=str(tmp_path / "nowhere"))


def test_copies_of_training_images_never_test(
    picture: Callable[..., bytes], write: Callable[..., Path], encode_image: Callable[..., bytes]
) -> None:
    """An exact copy is left out altogether; a picture saved again at another quality stays, but does not count."""
    files = _files(picture, 0, 12, "train/") | _files(picture, 100, 4, "test/")
    gradient = Image.fromarray(np.add.outer(np.arange(64), 2 * np.arange(80)).astype(np.uint8))
    files["train/no/scene.png"] = encode_image(gradient)
    files["test/no/scene.jpg"] = encode_image(gradient, "JPEG", quality=90)
    files["test/yes/copy.png"] = picture(1)
    found = _gather(write(files))
    assert [entry.file for entry in found.dataset.skipped] == ["test/yes/copy.png"]
    names = [sample.file for sample in found.dataset.test]
    assert "test/no/scene.jpg" in names
    assert [sample.file for sample in found.clean_test] == [name for name in names if "scene" not in name]


def test_folds_are_those_asked_for_and_copies_stay_together(folder: Path) -> None:
    found = _gather(folder, folds=4, repeats=3)
    assert {(fold.repeat, fold.number) for fold in found.folds} == {(r, n) for r in range(3) for n in range(4)}
    assert len(found.dataset.train_groups) == len(found.labels) == 40
    assert found.labels.sum() == 20


def test_unlabelled_images_are_not_those_that_are_labelled(
    folder: Path, picture: Callable[..., bytes], tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    for number in (500, 501):
        (more / f"{number}.png").write_bytes(picture(number))
    found = _gather(folder, unlabelled=more)
    assert len(found.unlabelled) == 2
    assert len(found.dataset.train) == 40


def test_the_same_images_in_another_order_have_the_same_fingerprint(
    picture: Callable[..., bytes], write: Callable[..., Path]
) -> None:
    found = _gather(write(_files(picture, 0, 12)))
    reordered = dataclasses.replace(found.dataset, train=found.dataset.train[::-1])
    assert reordered.fingerprint == found.dataset.fingerprint
    fewer = dataclasses.replace(found.dataset, train=found.dataset.train[1:])
    assert fewer.fingerprint != found.dataset.fingerprint


def test_what_belongs_together_is_never_on_both_sides_of_a_split(
    picture: Callable[..., bytes], write: Callable[..., Path]
) -> None:
    """Six patients with four images each, held out and folded: nobody is on both sides, and no image is a copy."""
    files = {f"{('no', 'yes')[k % 2]}/patient{k % 6}_{k:02}.png": picture(k) for k in range(48)}
    found = _gather(write(files), test="0.33", asked=Asked(groups=parse("patient*_")))
    train, test = ({sample.group for sample in part} for part in (found.dataset.train, found.dataset.test))
    assert len(train) == 4
    assert len(test) == 2
    assert train.isdisjoint(test)
    names = [sample.group for sample in found.dataset.train]
    for fold in found.folds:
        assert {names[row] for row in fold.train}.isdisjoint({names[row] for row in fold.validation})
    assert found.dataset.groups.separate == 48
    assert found.dataset.groups.count == 6


def test_a_test_image_of_a_patient_in_training_does_not_count(
    picture: Callable[..., bytes], write: Callable[..., Path]
) -> None:
    files = {f"train/{('no', 'yes')[k % 2]}/patient{k % 6}_{k:02}.png": picture(k) for k in range(24)}
    files |= {f"test/{('no', 'yes')[k % 2]}/patient{k % 8}_{k:02}.png": picture(50 + k) for k in range(8)}
    found = _gather(write(files), asked=Asked(groups=parse("patient*_")))
    assert {sample.group for sample in found.clean_test} == {"6", "7"}
