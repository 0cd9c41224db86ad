import dataclasses
import json
import multiprocessing
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from artifact import store
from artifact.errors import ArtifactError
from artifact.publishing import Bundle, publish, roll_back, set_current


def _tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_versions_are_numbered_from_one_and_the_last_is_current(
    models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    cards = [publish(models, make_bundle(model)) for model in (b"a", b"b", b"c")]
    assert [card.version for card in cards] == ["1", "2", "3"]
    assert store.versions(models, "faces") == ["1", "2", "3"]
    assert store.read(models, "faces").card == cards[-1]
    assert (models / "faces" / "current").read_text() == "3\n"


def test_each_name_has_its_own_numbers(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    publish(models, make_bundle(b"a"))
    assert publish(models, make_bundle(b"a", name="cats")).version == "1"
    assert store.names(models) == ["cats", "faces"]


def test_numbers_are_compared_as_numbers_and_never_used_twice(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    publish(models, make_bundle(b"a"))
    (models / "faces" / "1").rename(models / "faces" / "9")
    (models / "faces" / "current").write_text("9\n")
    assert publish(models, make_bundle(b"b")).version == "10"
    assert publish(models, make_bundle(b"c")).version == "11"
    shutil.rmtree(models / "faces" / "10")
    assert publish(models, make_bundle(b"d")).version == "12"


def test_a_version_holds_five_files_that_anyone_may_read(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    publish(models, make_bundle(b"network"))
    folder = models / "faces" / "1"
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "card.json",
        "golden.json",
        "model.onnx",
        "report.json",
    ]
    assert (folder / "model.onnx").read_bytes() == b"network"
    assert (folder / "README.md").read_text() == "# A model\n"
    assert json.loads((folder / "report.json").read_bytes())["model"] == {"name": "faces", "version": "1"}
    assert stat.S_IMODE(folder.stat().st_mode) & 0o055 == 0o055


def test_publishing_the_same_again_changes_nothing(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    first = publish(models, make_bundle(b"a", created="Monday"))
    before = _tree(models)
    assert publish(models, make_bundle(b"a", created="Tuesday")) == first
    assert _tree(models) == before


@pytest.mark.parametrize("change", [{"model": b"b"}, {"seed": 36}, {"threshold": 0.25}, {"settings": {"epochs": 1}}])
def test_anything_that_changes_the_model_or_its_making_is_a_new_version(
    change: dict[str, Any], models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    publish(models, make_bundle(b"a"))
    assert publish(models, make_bundle(**({"model": b"a"} | change))).version == "2"


def test_a_damaged_current_version_is_published_anew(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    publish(models, make_bundle(b"a"))
    (models / "faces" / "1" / "golden.json").write_text("{}")
    assert publish(models, make_bundle(b"a")).version == "2"
    assert store.read(models, "faces").model == b"a"


def test_an_older_version_published_again_after_another_is_new(
    models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    for model in (b"a", b"b", b"a"):
        card = publish(models, make_bundle(model))
    assert card.version == "3"


def test_only_a_whole_version_is_made_current(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    for model in (b"a", b"b"):
        publish(models, make_bundle(model))
    (models / "faces" / "1" / "model.onnx").write_bytes(b"damaged")
    for version, problem in (("1", r"model\.onnx"), ("3", "no version 3"), ("../2", "not a version")):
        with pytest.raises(ArtifactError, match=problem):
            set_current(models, "faces", version)
    assert store.current(models, "faces") == "2"
    set_current(models, "faces", "2")


@pytest.mark.parametrize("name", ["../escaped", "/absolute", "", "a/b", "..", "CON.txt"])
def test_a_name_that_leaves_the_folder_is_refused_before_anything_is_written(
    name: str, models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    with pytest.raises(ArtifactError, match="cannot name a model"):
        publish(models, make_bundle(name=name))
    assert list(models.parent.iterdir()) == []


@pytest.mark.parametrize(
    "make_invalid",
    [
        lambda bundle: dataclasses.replace(bundle, report={"accuracy": float("nan")}),
        lambda bundle: dataclasses.replace(bundle, report={"curve": [1.0, float("inf")]}),
        lambda bundle: dataclasses.replace(bundle, cases=(dataclasses.replace(bundle.cases[0], logit=float("nan")),)),
        lambda bundle: dataclasses.replace(
            bundle, card=dataclasses.replace(bundle.card, settings={"rate": float("nan")})
        ),
    ],
)
def test_a_number_that_json_lacks_is_refused_before_anything_is_visible(
    make_invalid: Callable[[Bundle], Bundle], models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    publish(models, make_bundle(b"a"))
    before = sorted(models.rglob("*"))
    with pytest.raises(ValueError, match="JSON"):
        publish(models, make_invalid(make_bundle(b"b")))
    assert sorted(models.rglob("*")) == before
    assert store.read(models, "faces").model == b"a"


def test_what_a_killed_publisher_left_is_swept_away(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    publish(models, make_bundle(b"a"))
    home = models / "faces"
    (home / ".unfinished-abc").mkdir()
    (home / ".unfinished-abc" / "model.onnx").write_bytes(b"half")
    (home / ".unfinished-current").write_text("7")
    (home / "2").mkdir()  # somebody's, and no version that can be read: kept
    assert publish(models, make_bundle(b"b")).version == "3"
    assert sorted(path.name for path in home.iterdir()) == ["1", "2", "3", "current"]


def _publish_many(models: Path, bundles: list[Bundle], start: Any, results: Any) -> None:
    start.wait()
    results.put([publish(models, bundle).version for bundle in bundles])


def test_publishers_at_the_same_time_take_turns(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    context = multiprocessing.get_context("fork")
    start, results = context.Barrier(2), context.Queue()
    writers = [
        context.Process(
            target=_publish_many,
            args=(models, [make_bundle(f"{writer}-{turn}".encode()) for turn in range(8)], start, results),
        )
        for writer in "ab"
    ]
    for writer in writers:
        writer.start()
    found = [results.get(timeout=60) for _ in writers]
    for writer in writers:
        writer.join()
    assert sorted((version for versions in found for version in versions), key=int) == [
        str(number) for number in range(1, 17)
    ]
    assert {store.read(models, "faces", version).model for version in store.versions(models, "faces")} == {
        f"{writer}-{turn}".encode() for writer in "ab" for turn in range(8)
    }
    assert store.current(models, "faces") == "16"


@pytest.fixture
def read_only(make_bundle: Callable[..., Bundle]) -> Iterator[Path]:
    """A models folder with two versions that this process may read and not write, root or not."""
    nobody = 65534
    with tempfile.TemporaryDirectory() as name:
        models = Path(name)
        models.chmod(0o755)
        for model in (b"a", b"b"):
            publish(models, make_bundle(model))
        home = models / "faces"
        home.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(nobody)
        try:
            yield models
        finally:
            os.seteuid(user)
            home.chmod(0o755)


def test_a_folder_that_may_not_be_written_is_an_error_with_the_way_out(
    read_only: Path, make_bundle: Callable[..., Bundle]
) -> None:
    for change in (
        lambda: publish(read_only, make_bundle(b"c")),
        lambda: set_current(read_only, "faces", "1"),
        lambda: roll_back(read_only, "faces"),
        lambda: publish(read_only / "faces", make_bundle(b"c", name="cats")),
    ):
        with pytest.raises(ArtifactError, match=r"Permission denied.*writable"):
            change()
    assert store.read(read_only, "faces").model == b"b"
    assert sorted(path.name for path in (read_only / "faces").iterdir()) == ["1", "2", "current"]


def test_a_file_where_the_folder_should_be_is_an_error(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    models.write_text("a file")
    with pytest.raises(ArtifactError, match="could not be published"):
        publish(models, make_bundle(b"a"))
