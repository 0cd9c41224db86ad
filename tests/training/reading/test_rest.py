"""One class against the rest of several: what is read, how it is split, and what is said of it."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from training.checks import Subject, balance
from training.errors import TrainingError
from training.gathering import Gathered, gather
from training.output import report
from training.progress import Stages
from training.reading import telling
from training.reading.suspecting import suspect
from training.settings import Settings

Write = Callable[..., Path]
Picture = Callable[..., bytes]


def _files(picture: Picture, counts: dict[str, int], root: str = "", first: int = 0) -> dict[str, bytes]:
    names = [f"{root}{kind}/{number}.png" for kind, count in counts.items() for number in range(count)]
    return {name: picture(first + at) for at, name in enumerate(names)}


def _gather(source: Path, **settings: Any) -> Gathered:
    return gather(Settings(source=source, positive="ant", **settings), Stages(quiet=True))


@pytest.fixture
def insects(picture: Picture, write: Write) -> Path:
    return write(_files(picture, {"ant": 15, "bee": 20, "wasp": 10}))


def test_a_chosen_class_of_three_is_set_against_the_others_and_both_are_counted(insects: Path) -> None:
    found = _gather(insects)
    assert found.dataset.counts(found.dataset.train) == {"not_ant": 30, "ant": 15}
    for sample in found.dataset.train:
        folder = sample.file.split("/")[0]
        assert (sample.label, sample.kind) == ((1, None) if folder == "ant" else (0, folder))
    told = telling.describe(found.dataset, found.layout)
    assert "one folder for each class, ant against the rest." in told
    assert "Classes: ant (yes) and not_ant (no)." in told
    assert "Training: 15 ant, 30 not_ant (20 bee, 10 wasp)." in told
    section = report.data(found)
    assert section.told == "30 not_ant (20 bee, 10 wasp), 15 ant"


@pytest.mark.parametrize("test", [None, "0.2"])
def test_folds_and_held_out_images_have_the_classes_of_the_rest_in_proportion(insects: Path, test: str | None) -> None:
    found = _gather(insects, test=test)
    train = found.dataset.train
    for fold in found.folds:
        kinds = Counter(train[row].kind for row in fold.validation)
        for kind, count in Counter(sample.kind for sample in train).items():
            assert abs(kinds[kind] - count / 5) < 1
    if test:
        assert Counter(sample.kind for sample in found.dataset.test) == {None: 3, "bee": 4, "wasp": 2}


def test_kept_feedback_of_the_model_is_of_the_rest_where_it_says_so(
    picture: Picture, write: Write, insects: Path, tmp_path: Path
) -> None:
    more = tmp_path / "kept"
    for name, data in _files(picture, {"ant": 2, "not_ant": 3, "Bee": 1}, first=100).items():
        (more / name).parent.mkdir(parents=True, exist_ok=True)
        (more / name).write_bytes(data)
    found = _gather(insects, also=(more,)).dataset
    assert found.counts(found.train) == {"not_ant": 34, "ant": 17}
    assert found.counts_of_rest(found.train) == {"bee": 20, "wasp": 10, "not_ant": 3, "Bee": 1}


def test_test_images_of_a_class_that_training_lacks_are_of_the_rest_and_that_is_warned_of(
    picture: Picture, write: Write
) -> None:
    train = _files(picture, {"ant": 10, "bee": 10}, "train/")
    found = _gather(write(train | _files(picture, {"ant": 3, "bee": 3, "moth": 2}, "test/", 50))).dataset
    assert found.counts(found.test) == {"not_ant": 5, "ant": 3}
    warned = [one.summary for one in balance.check(Subject(found)) if "moth" in one.summary]
    assert warned == [
        "Of these there are hardly any training images: moth (0), part of not_ant. Whether they are told from ant is "
        "hardly known; add some."
    ]


def test_a_class_of_the_rest_with_enough_images_is_not_warned_of(insects: Path) -> None:
    assert balance.check(Subject(_gather(insects).dataset)) == []


def test_images_against_a_rest_of_one_image_each_can_be_split(picture: Picture, write: Write) -> None:
    others = {f"kind{number}": 1 for number in range(6)}
    found = _gather(write(_files(picture, {"ant": 12} | others)))
    for fold in found.folds:
        assert {found.dataset.train[row].label for row in fold.train} == {0, 1}
        assert {found.dataset.train[row].label for row in fold.validation} == {0, 1}


def test_patients_inside_the_folders_of_the_rest_stay_together(picture: Picture, write: Write) -> None:
    names = [
        f"{kind}/{kind[0]}{one}/{shot}.png" for kind in ("ant", "bee", "wasp") for one in "xyz" for shot in range(4)
    ]
    found = _gather(write({name: picture(at) for at, name in enumerate(names)})).dataset
    assert {sample.group for sample in found.train} == {f"{kind}{one}" for kind in "abw" for one in "xyz"}
    assert suspect(found) is found


def test_a_class_that_is_none_of_three_is_refused_with_their_names(insects: Path) -> None:
    with pytest.raises(TrainingError, match=r"--positive moth names no class\. Found 3 classes: bee \(20\)"):
        gather(Settings(source=insects, positive="moth"), Stages(quiet=True))
