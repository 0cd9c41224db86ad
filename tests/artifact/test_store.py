import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from artifact import golden, store
from artifact.errors import ArtifactError
from artifact.publishing import Bundle, publish


@pytest.fixture
def published(models: Path, make_bundle: Callable[..., Bundle]) -> Path:
    """A models folder with two versions of `faces`."""
    publish(models, make_bundle(b"first"))
    publish(models, make_bundle(b"second"))
    return models


def test_a_version_is_read_whole(published: Path) -> None:
    read = store.read(published, "faces", "1")
    assert read.folder == published / "faces" / "1"
    assert (read.card.name, read.card.version) == ("faces", "1")
    assert read.model == b"first"
    assert read.card.model.sha256 == golden.sha256(b"first")
    assert read.card.model.bytes == 5
    assert [(case.file(), case.logit, case.novelty) for case in read.cases] == [
        (b"image", 0.25, 1.5),
        (b"", -3.0, None),
    ]
    assert read.report() == {"accuracy": 0.9, "model": {"name": "faces", "version": "1"}}


def test_by_default_the_current_version_is_read(published: Path) -> None:
    assert store.read(published, "faces").model == b"second"


def test_names_and_versions_leave_out_what_is_neither(published: Path, make_bundle: Callable[..., Bundle]) -> None:
    publish(published, make_bundle(name="cats"))
    for version in ("3", "10"):
        shutil.copytree(published / "faces" / "1", published / "faces" / version)
    for other in ("faces/.unfinished-x", "faces/v4", "faces/007", "Capital", "empty", ".hidden/1", "notes.d/1"):
        (published / other).mkdir(parents=True)
    (published / "a_file").write_text("")
    (published / "faces" / "9").write_text("a file, not a version")
    assert store.names(published) == ["cats", "faces"]
    assert store.versions(published, "faces") == ["1", "2", "3", "10"]


def test_an_absent_folder_holds_nothing_and_says_how_to_begin(models: Path) -> None:
    assert store.names(models) == []
    assert store.versions(models, "faces") == []
    with pytest.raises(ArtifactError, match="python -m training"):
        store.read(models, "faces")


def test_an_unknown_name_lists_those_that_there_are(published: Path) -> None:
    with pytest.raises(ArtifactError, match=r"No model named cats.*faces"):
        store.current(published, "cats")


def test_an_unknown_version_lists_those_that_there_are(published: Path) -> None:
    with pytest.raises(ArtifactError, match="no version 3; it has 1, 2"):
        store.read(published, "faces", "3")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../faces", "a/b", "/etc", "A", "é", "a b", "-a", "_a", "a\n", "a\0", "a.b", "x" * 65]
)
def test_names_that_could_leave_the_folder_or_confuse_are_refused(name: str, models: Path) -> None:
    for use in (store.read, store.current, store.versions):
        with pytest.raises(ArtifactError, match="cannot name a model"):
            use(models, name)


@pytest.mark.parametrize("name", ["a", "0", "cat-or-dog_2", "x" * 64])
def test_other_names_are_allowed(name: str) -> None:
    assert store.check_name(name) == name


@pytest.mark.parametrize("version", ["", "0", "01", "-1", "1.0", "../1", "1/../../x", "one", "1\n", "1" * 10, "١"])
def test_what_is_no_version_is_refused(version: str, published: Path) -> None:
    with pytest.raises(ArtifactError, match="is not a version"):
        store.read(published, "faces", version)


def _replace(text: str, old: str, new: str) -> str:
    changed = text.replace(old, new)
    assert changed != text
    return changed


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("model.onnx", None),
        ("model.onnx", lambda text: text + "x"),
        ("model.onnx", lambda text: ""),
        ("card.json", None),
        ("card.json", lambda text: text[:-20]),
        ("card.json", lambda text: _replace(text, '"threshold": 0.5', '"threshold": NaN')),
        ("card.json", lambda text: _replace(text, '"threshold": 0.5', '"threshold": 5')),
        ("card.json", lambda text: _replace(text, '"schema_version": 1', '"schema_version": 99')),
        ("golden.json", None),
        ("golden.json", lambda text: "{}"),
        ("golden.json", lambda text: json.dumps({"cases": []})),
    ],
)
def test_a_damaged_file_is_named_and_the_version_not_served(
    file: str, damage: Callable[[str], str] | None, published: Path
) -> None:
    path = published / "faces" / "2" / file
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage(path.read_text()))
    with pytest.raises(ArtifactError, match=file.replace(".", r"\.")) as error:
        store.read(published, "faces")
    assert str(published) not in str(error.value)
    assert store.read(published, "faces", "1").model == b"first"


@pytest.mark.parametrize("content", [None, "", "[]", "{", '{"accuracy": NaN}'])
def test_a_damaged_report_is_named_and_does_not_stop_serving(content: str | None, published: Path) -> None:
    read = store.read(published, "faces")
    path = published / "faces" / "2" / "report.json"
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(ArtifactError, match=r"report\.json"):
        read.report()


@pytest.mark.parametrize("found", [2, 0, "1", None, True, 1.5])
def test_a_report_of_another_form_says_so_and_what_to_do(found: object, published: Path) -> None:
    path = published / "faces" / "2" / "report.json"
    path.write_text(json.dumps({"schema_version": found, "accuracy": 0.9}))
    with pytest.raises(ArtifactError, match=r"report\.json has schema_version .*reads up to 1\. Use the release that"):
        store.read(published, "faces").report()


def test_a_report_of_this_form_is_read_with_whatever_sections_it_has(published: Path) -> None:
    path = published / "faces" / "2" / "report.json"
    path.write_text(json.dumps({"schema_version": 1, "a_section_to_come": {}}))
    assert store.read(published, "faces").report() == {"schema_version": 1, "a_section_to_come": {}}


@pytest.mark.parametrize("content", [b"", b"two", b"1\n2", b"\xff\xfe", b"../faces/1", b"0"])
def test_a_damaged_current_file_is_named(content: bytes, published: Path) -> None:
    (published / "faces" / "current").write_bytes(content)
    with pytest.raises(ArtifactError, match=r"file current of faces.*Roll back"):
        store.current(published, "faces")


def test_a_missing_current_file_is_told_from_a_missing_model(published: Path) -> None:
    (published / "faces" / "current").unlink()
    with pytest.raises(ArtifactError, match=r"file current of faces.*missing"):
        store.current(published, "faces")


def test_a_current_file_that_names_an_absent_version_says_which_there_are(published: Path) -> None:
    (published / "faces" / "current").write_text("7\n")
    with pytest.raises(ArtifactError, match="no version 7; it has 1, 2"):
        store.read(published, "faces")
