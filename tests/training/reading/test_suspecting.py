"""Groups that file names give away, and names that count without meaning any."""

from __future__ import annotations

import dataclasses

import pytest

from artifact.card import Classes
from training.reading.dataset import Dataset
from training.reading.grouping import Grouping
from training.reading.suspecting import suspect

SLICES = [f"{name}/patient{p}_slice{s:02}.png" for name in ("no", "yes") for p in range(3) for s in range(7)]
FRAMES = [
    f"{name}/video_{10 * v + (name == 'no')}-frame{f}.jpg" for name in ("no", "yes") for v in range(3) for f in range(5)
]
SUBJECTS = [f"{name}/s{s}/{i}.png" for name in ("no", "yes") for s in range(4) for i in range(4)]


@pytest.fixture
def dataset(make_sample):  # type: ignore[no-untyped-def]
    def make(files: list[str], grouping: Grouping | None = None) -> Dataset:
        samples = tuple(
            dataclasses.replace(make_sample(row, int(file.startswith("yes"))), file=file)
            for row, file in enumerate(files)
        )
        return Dataset(Classes("no", "yes"), samples, (), grouping=grouping)

    return make


@pytest.mark.parametrize(
    ("files", "groups", "noun"), [(SLICES, 3, "patient"), (FRAMES, 6, "video"), (SUBJECTS, 4, "group")]
)
def test_slices_frames_and_folders_inside_classes_are_suspected(files, groups, noun, dataset) -> None:  # type: ignore[no-untyped-def]
    found = suspect(dataset(files))
    assert len({sample.group for sample in found.train}) == groups
    assert found.grouping is not None
    assert found.grouping.suspected
    assert found.noun == noun


@pytest.mark.parametrize(
    "name",
    [
        "{k}/{k}{n}.png",
        "{k}/{n:05}.png",
        "{k}/{n:03}.png",
        "{k}/IMG_{n:04}.jpg",
        "{k}/DSC{n:05}.JPG",
        "{k}/img1_{n}.jpg",  # one stem in each class
        "{k}/IMG_20240501_{t}.jpg",
        "{k}/{h}_jpg.rf.{h}.jpg",
        "{k}/a/{n}.jpg",
    ],
)
def test_names_that_only_count_give_no_groups_away(name, dataset) -> None:  # type: ignore[no-untyped-def]
    files = [
        name.format(k=kind, n=number, t=90000 + 1357 * number, h=f"{number * 2654435761 % 2**32:08x}")
        for kind in ("no", "yes")
        for number in range(120)
    ]
    found = suspect(dataset(files))
    assert found.grouping is None
    assert all(sample.group is None for sample in found.train)


def test_what_the_user_said_is_not_suspected_otherwise(dataset) -> None:  # type: ignore[no-untyped-def]
    assert suspect(dataset(SLICES, Grouping("none"))).train[0].group is None
