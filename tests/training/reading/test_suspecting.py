"""Groups that file names give away, and names that count without meaning any."""

import dataclasses
import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from artifact.card import Classes
from artifact.provenance import Provenance
from training.errors import TrainingError
from training.reading import facts
from training.reading.dataset import Dataset, Sample
from training.reading.grouping import Grouping, parse
from training.reading.suspecting import suspect

SLICES = [f"{name}/patient{p}_slice{s:02}.png" for name in ("no", "yes") for p in range(3) for s in range(7)]
FRAMES = [
    f"{name}/video_{10 * v + (name == 'no')}-frame{f}.jpg" for name in ("no", "yes") for v in range(3) for f in range(5)
]
SUBJECTS = [f"{name}/s{s}/{i}.png" for name in ("no", "yes") for s in range(4) for i in range(4)]


@pytest.fixture
def dataset(make_sample: Callable[..., Sample]) -> Callable[..., Dataset]:
    def make(files: list[str], grouping: Grouping | None = None) -> Dataset:
        samples = tuple(
            dataclasses.replace(make_sample(row, int(file.startswith("yes"))), file=file)
            for row, file in enumerate(files)
        )
        return Dataset(Classes("no", "yes"), samples, (), grouping=grouping)

    return make


@pytest.mark.parametrize(
    ("files", "groups", "noun"), [(SLICES, 6, "patient"), (FRAMES, 6, "video"), (SUBJECTS, 4, "group")]
)
def test_slices_frames_and_folders_inside_classes_are_suspected(
    files: list[str], groups: int, noun: str, dataset: Callable[..., Dataset]
) -> None:
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
def test_names_that_only_count_give_no_groups_away(name: str, dataset: Callable[..., Dataset]) -> None:
    files = [
        name.format(k=kind, n=number, t=90000 + 1357 * number, h=f"{number * 2654435761 % 2**32:08x}")
        for kind in ("no", "yes")
        for number in range(120)
    ]
    found = suspect(dataset(files))
    assert found.grouping is None
    assert all(sample.group is None for sample in found.train)


def test_what_the_user_said_is_not_suspected_otherwise(dataset: Callable[..., Dataset]) -> None:
    assert suspect(dataset(SLICES, Grouping("none"))).train[0].group is None


def test_a_patient_with_images_of_both_classes_is_one(dataset: Callable[..., Dataset]) -> None:
    """The slices count on over the classes, so that no name is in both."""
    files = [
        f"{name}/patient{p}_slice{2 * s + (name == 'no'):02}.png"
        for name in ("no", "yes")
        for p in range(6)
        for s in range(5)
    ]
    assert len({sample.group for sample in suspect(dataset(files)).train}) == 6


def _scenes(of_each: int, seed: int, noise: float = 0.3) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Five scenes of each class in a row: files that only count, the scene of each, and features around its centre."""
    generator = np.random.default_rng(seed)
    scene = np.repeat(np.arange(10), of_each)
    files = [f"{'yes' if one >= 5 else 'no'}/{row:04}.png" for row, one in enumerate(scene)]
    rows = generator.normal(size=(10, 40))[scene] + generator.normal(0, noise, (len(scene), 40))
    return files, scene, (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _with_thumbnails(made: Dataset, features: np.ndarray) -> Dataset:
    train = tuple(
        dataclasses.replace(sample, facts=dataclasses.replace(sample.facts, thumbnail=row))
        for sample, row in zip(made.train, features, strict=True)
    )
    return dataclasses.replace(made, train=train)


@pytest.mark.parametrize("of_each", [4, 7])
def test_scenes_in_the_order_of_the_files_are_cut_where_they_end(of_each: int, dataset: Callable[..., Dataset]) -> None:
    files, scene, features = _scenes(of_each, of_each)
    found = suspect(_with_thumbnails(dataset(files), features), see=lambda samples: features)
    assert found.grouping == Grouping("file", "order", suspected=True)
    assert found.noun == "scene"
    assert len({(one, sample.group) for one, sample in zip(scene, found.train, strict=True)}) == 10
    assert len({sample.group for sample in found.train}) == 10


def test_images_in_no_order_give_no_order_away(dataset: Callable[..., Dataset]) -> None:
    files, _, features = _scenes(6, 0, noise=3.2)
    for seed in range(8):
        generator = np.random.default_rng(seed)
        mixed = np.concatenate([generator.permutation(30), 30 + generator.permutation(30)])
        found = suspect(_with_thumbnails(dataset(files), features[mixed]))
        assert (found.grouping, found.doubt) == (None, None)


def test_an_order_that_means_little_is_a_doubt_and_joins_nothing(dataset: Callable[..., Dataset]) -> None:
    files, _, features = _scenes(6, 1, noise=3.2)
    found = suspect(_with_thumbnails(dataset(files), features))
    assert found.grouping is None
    assert found.doubt == Grouping("file", "order", suspected=True)
    assert all(sample.group is None and sample.doubted for sample in found.train)


def _from(made: Dataset, **told: Sequence[object]) -> Dataset:
    """Let the files say of their pictures what is told for each."""
    train = tuple(
        dataclasses.replace(
            sample, facts=dataclasses.replace(sample.facts, provenance=Provenance(**dict(zip(told, row, strict=True))))
        )
        for sample, row in zip(made.train, zip(*told.values(), strict=True), strict=True)
    )
    return dataclasses.replace(made, train=train)


FILES = [f"{name}/{row * 37 % 101}.png" for name in ("no", "yes") for row in range(20)]


@pytest.mark.parametrize("what", ["patient", "burst"])
def test_patients_and_bursts_that_files_name_are_groups(what: str, dataset: Callable[..., Dataset]) -> None:
    found = suspect(_from(dataset(FILES), **{what: [f"P{row // 4}" for row in range(40)]}))
    assert found.grouping == Grouping("file", what, suspected=True)
    assert len({sample.group for sample in found.train}) == 10


def test_patients_who_are_all_different_or_all_anonymous_are_no_groups(dataset: Callable[..., Dataset]) -> None:
    for names in ([f"P{row}" for row in range(40)], ["study"] * 40, [None] * 40):
        assert suspect(_from(dataset(FILES), patient=names)).grouping is None


def test_cameras_are_a_doubt_until_the_user_says_so(dataset: Callable[..., Dataset]) -> None:
    cameras = [f"camera {row % 4}" for row in range(40)]
    found = suspect(_from(dataset(FILES), camera=cameras))
    assert (found.grouping, str(found.doubt)) == (None, "the camera that the files name")
    said = suspect(_from(dataset(FILES, parse("file:camera")), camera=cameras))
    assert [sample.group for sample in said.train] == cameras
    with pytest.raises(TrainingError, match="the patient that the files name tells no groups"):
        suspect(dataset(FILES, parse("file:patient")))


def test_times_order_what_names_do_not(dataset: Callable[..., Dataset]) -> None:
    _, scene, features = _scenes(4, 2)
    mixed = np.concatenate([np.random.default_rng(0).permutation(20), 20 + np.random.default_rng(1).permutation(20)])
    made = _with_thumbnails(_from(dataset(FILES), taken=[100.0 * row for row in mixed]), features[mixed])
    found = suspect(made)
    assert found.grouping == Grouping("file", "time", suspected=True)
    assert len({(one, sample.group) for one, sample in zip(scene[mixed], found.train, strict=True)}) == 10


def test_a_class_of_one_patient_is_a_doubt_and_stops_nothing(dataset: Callable[..., Dataset]) -> None:
    found = suspect(_from(dataset(FILES), patient=["one"] * 20 + [f"P{row // 4}" for row in range(20)]))
    assert found.grouping is None
    assert found.doubt == Grouping("file", "patient", suspected=True)


def _views(of_each: int) -> list[bytes]:
    """Draw thirty-six pictures: so many views, moved and lit otherwise, of each of some random landscapes."""
    generator, files = np.random.default_rng(of_each), []
    for _ in range(36 // of_each):
        land = Image.fromarray(generator.integers(0, 256, (8, 8, 3), np.uint8)).resize(
            (80, 80), Image.Resampling.BICUBIC
        )
        for _ in range(of_each):
            left, top = generator.integers(0, 5, 2)
            seen = ImageEnhance.Brightness(land.crop((left, top, left + 75, top + 75)))
            file = io.BytesIO()
            seen.enhance(generator.uniform(0.8, 1.2)).save(file, "PNG")
            files.append(file.getvalue())
    return files


@pytest.mark.parametrize(("of_each", "found"), [(6, 6), (1, None)])
def test_views_of_few_things_are_a_doubt_where_neither_names_nor_order_tell(
    of_each: int, found: int | None, dataset: Callable[..., Dataset]
) -> None:
    """Each thing is in one class; the views lie in a random order under names that mean nothing."""
    views, order = _views(of_each), np.random.default_rng(0).permutation(36)
    things = order // of_each
    made = dataset([f"{'yes' if row < 18 else 'no'}/{at * 37 % 101}.png" for at, row in enumerate(order)])
    train = tuple(
        dataclasses.replace(sample, facts=facts.measure(views[row]))
        for sample, row in zip(made.train, order, strict=True)
    )
    told = suspect(dataclasses.replace(made, train=train))
    assert told.grouping is None
    if found is None:
        assert told.doubt is None
        return
    assert told.doubt == Grouping("file", "looks", suspected=True)
    pairs = {(thing, sample.doubted) for thing, sample in zip(things, told.train, strict=True)}
    assert len(pairs) == found == len({sample.doubted for sample in told.train})
