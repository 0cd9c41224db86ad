"""Photos and what was kept beside them: `--also`."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageEnhance

from training import checks
from training.errors import TrainingError
from training.gathering import Gathered, gather
from training.progress import Stages
from training.reading.found import Asked
from training.reading.telling import describe
from training.settings import Settings

Draw = Callable[..., bytes]
Lay = Callable[[str, dict[str, bytes]], Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Write files below a folder of a name."""

    def make(name: str, files: dict[str, bytes]) -> Path:
        for path, data in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
        return tmp_path / name

    return make


@pytest.fixture
def photos(lay: Lay, picture: Draw) -> Path:
    """Return ten photos of each class."""
    return lay("photos", {f"{('ants', 'bees')[k % 2]}/{k}.png": picture(k) for k in range(20)})


def read(source: Path | None, *also: Path, **asked: Any) -> Gathered:
    return gather(Settings(source=source, also=also, asked=Asked(**asked)), Stages(quiet=True))


def files(gathered: Gathered, label: int) -> set[str]:
    return {sample.file for sample in gathered.dataset.train if sample.label == label}


def why(gathered: Gathered, file: str) -> str:
    (reason,) = (one.reason for one in gathered.dataset.skipped if one.file == file)
    return reason


def test_a_class_may_be_missing_in_what_is_added(photos: Path, lay: Lay, picture: Draw) -> None:
    found = read(photos, lay("feedback", {"bees/a.png": picture(100), "bees/b.png": picture(101)}))
    kept = {"feedback/bees/a.png", "feedback/bees/b.png"}
    assert files(found, 1) == {f"bees/{k}.png" for k in range(1, 20, 2)} | kept
    assert files(found, 0) == {f"ants/{k}.png" for k in range(0, 20, 2)}
    assert "also feedback, one folder for each class (2 bees)" in describe(found.dataset, found.layout)


def test_each_source_may_hold_one_class(lay: Lay, picture: Draw) -> None:
    sources = [lay(name, {f"{name}/{k}.png": picture(10 * at + k) for k in range(5)}) for at, name in enumerate("ab")]
    found = read(*sources)
    assert (len(files(found, 0)), len(files(found, 1))) == (5, 5)


def test_several_sources_are_added_and_a_name_is_written_as_the_first_writes_it(
    photos: Path, lay: Lay, picture: Draw
) -> None:
    more = [lay("x/kept", {"Bees/a.png": picture(100)}), lay("y/kept", {"ants/a.png": picture(101)})]
    found = read(photos, *more)
    assert "x/kept/Bees/a.png" in files(found, 1)
    assert "y/kept/ants/a.png" in files(found, 0)


def test_another_class_is_refused_with_the_name_that_was_meant(photos: Path, lay: Lay, picture: Draw) -> None:
    kept = lay("feedback", {"bee/a.png": picture(100), "ants/b.png": picture(101)})
    with pytest.raises(TrainingError, match=r"--also feedback has the class bee \(1 image\).*Did you mean bees\?"):
        read(photos, kept)
    found = read(photos, kept, classes=("ants", "bees"))
    assert "among --classes" in why(found, "feedback/bee/a.png")
    assert "feedback/ants/b.png" in files(found, 0)


def test_what_was_kept_as_neither_is_not_learned_from(photos: Path, lay: Lay, picture: Draw) -> None:
    found = read(photos, lay("feedback", {".neither/a.png": picture(100), "ants/b.png": picture(101)}))
    assert "neither of the classes" in why(found, "feedback/.neither/a.png")
    assert len(found.dataset.train) == 21


def test_a_copy_counts_once_and_one_of_another_label_is_named_with_the_other(
    photos: Path, lay: Lay, picture: Draw
) -> None:
    found = read(photos, lay("feedback", {"bees/same.png": picture(1), "bees/torn.png": picture(2)}))
    assert "bees/1.png" in why(found, "feedback/bees/same.png")
    assert "feedback/bees/torn.png, is labelled as the other class" in why(found, "ants/2.png")
    assert "ants/2.png, is labelled as the other class" in why(found, "feedback/bees/torn.png")
    assert len(found.dataset.train) == 19


def test_a_near_copy_of_another_label_stays_on_one_side_and_is_named(photos: Path, lay: Lay, picture: Draw) -> None:
    again = io.BytesIO()
    ImageEnhance.Brightness(Image.open(io.BytesIO(picture(2)))).enhance(0.9).save(again, "PNG")
    found = read(photos, lay("feedback", {"bees/torn.png": again.getvalue()}))
    rows = [row for row, sample in enumerate(found.dataset.train) if sample.file.endswith(("/2.png", "torn.png"))]
    assert found.dataset.groups[rows].count == 1
    subject = checks.Subject(found.dataset)
    (said,) = [one for one in checks.run(subject)[0] if one.check == "contradictory labels"]
    assert "(ants/2.png and feedback/bees/torn.png)" in said.summary


def test_groups_that_the_names_give_away_are_seen_beside_kept_images(lay: Lay, picture: Draw) -> None:
    slices = {
        f"{label}/patient{3 * at + p}_slice{n}.png": picture(100 * at + 10 * p + n)
        for at, label in enumerate(("ill", "well"))
        for p in range(3)
        for n in range(4)
    }
    kept = lay("feedback", {f"{('ill', 'well')[k % 2]}/{k:064x}.png": picture(1000 + k) for k in range(8)})
    found = read(lay("scans", slices), kept)
    assert found.dataset.grouping is not None
    assert found.dataset.grouping.noun == "patient"
    assert len(found.dataset.train) == 32


def test_nothing_to_add_is_an_error(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "absent"):
        with pytest.raises(TrainingError, match=path.name):
            read(photos, path)
    shutil.rmtree(tmp_path / "empty")
