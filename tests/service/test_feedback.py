import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service.pictures import picture
from tests.service.publishing import make_card, publish


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "feedback"


@pytest.fixture
def open_client(models: Path, make_client: Callable[..., FlaskClient], folder: Path) -> FlaskClient:
    return make_client(feedback=folder, feedback_images=3)


def send(client: FlaskClient, file: bytes, label: str) -> TestResponse:
    return client.post("/feedback", data={"image": (io.BytesIO(file), "../../x.png"), "label": label})


def kept(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_it_is_off_unless_a_folder_is_set(client: FlaskClient) -> None:
    answer = send(client, picture(), "bright")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "feedback_off")
    assert "SERVICE_FEEDBACK" in answer.get_json()["detail"]


def test_an_image_is_kept_once_as_it_came_under_its_class(open_client: FlaskClient, folder: Path) -> None:
    file = picture(kind="JPEG")
    answers = [send(open_client, file, "bright").get_json()["outcomes"] for _ in range(2)]
    assert answers == [["kept"], ["known"]]
    name = hashlib.sha256(file).hexdigest() + ".jpg"
    assert kept(folder) == {f"bright/{name}"}
    assert (folder / "bright" / name).read_bytes() == file


def test_the_last_word_counts(open_client: FlaskClient, folder: Path) -> None:
    send(open_client, picture(), "bright")
    assert send(open_client, picture(), "dark").get_json()["outcomes"] == ["moved"]
    assert {name.split("/")[0] for name in kept(folder)} == {"dark"}


def test_what_is_neither_is_kept_apart_from_the_classes(open_client: FlaskClient, folder: Path) -> None:
    send(open_client, picture(), "bright")
    (said,) = send(open_client, picture(), "neither").get_json()["images"]
    assert (said["outcome"], said["before"]) == ("moved", "bright")
    assert [name.split("/")[0] for name in kept(folder)] == [".neither"]


def test_a_class_that_is_called_neither_is_a_class(
    models: Path, make_client: Callable[..., FlaskClient], folder: Path
) -> None:
    publish(models, classes=make_card().classes.__class__("both", "neither"))
    send(make_client(feedback=folder), picture(), "neither")
    assert [name.split("/")[0] for name in kept(folder)] == ["neither"]


@pytest.mark.parametrize("words", [["dark"], ["bright"], ["dark", "bright"], ["neither", "dark"]], ids=" ".join)
@pytest.mark.parametrize("earlier", [None, "dark", "neither"])
def test_taking_back_leaves_the_folder_as_it_was(
    open_client: FlaskClient, folder: Path, words: list[str], earlier: str | None
) -> None:
    if earlier is not None:
        send(open_client, picture(), earlier)
    as_it_was = kept(folder)
    said = [send(open_client, picture(), word).get_json()["images"][0] for word in words]
    before = said[0]["before"]
    assert before == earlier
    answer = open_client.delete(f"/feedback/{said[0]['image']}", query_string={"before": before} if before else {})
    assert (answer.status_code, answer.get_json()["label"]) == (200, before)
    assert kept(folder) == as_it_was


def test_only_what_is_kept_can_be_taken_back_and_only_to_a_label(open_client: FlaskClient, folder: Path) -> None:
    send(open_client, picture(), "bright")
    as_it_was, digest = kept(folder), hashlib.sha256(picture()).hexdigest()
    for path, status, code in (
        (f"/feedback/{'0' * 64}", 404, "not_kept"),
        ("/feedback/..%2Fbright", 422, "invalid_parameter"),
        ("/feedback/*", 422, "invalid_parameter"),
        (f"/feedback/{digest}?before=../bright", 422, "no_such_class"),
        (f"/feedback/{digest}?model=nosuch", 404, "no_such_model"),
    ):
        answer = open_client.delete(path)
        assert (answer.status_code, answer.get_json()["code"]) in ((status, code), (404, "not_found"))
    assert kept(folder) == as_it_was


def test_a_misspelt_before_removes_nothing(open_client: FlaskClient, folder: Path) -> None:
    (kept,) = open_client.post("/feedback?label=dark", data=picture()).get_json()["images"]
    answer = open_client.delete(f"/feedback/{kept['image']}?befor=bright")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_parameter")
    assert len(list(folder.glob("dark/*"))) == 1


def test_a_raw_body_takes_its_label_from_the_address(open_client: FlaskClient, folder: Path) -> None:
    assert open_client.post("/feedback?label=dark", data=picture()).status_code == 200
    assert len(kept(folder)) == 1


@pytest.mark.parametrize(
    ("file", "label", "status", "code"),
    [
        (b"no image", "bright", 415, "not_an_image"),
        (picture()[:50], "bright", 422, "unreadable"),
        (picture(), "../bright", 422, "no_such_class"),
        (picture(), "", 422, "no_such_class"),
    ],
)
def test_what_training_could_not_read_is_not_kept(
    open_client: FlaskClient, folder: Path, file: bytes, label: str, status: int, code: str
) -> None:
    answer = send(open_client, file, label)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert not folder.exists()


def test_without_a_label_it_says_how_to_send_one(open_client: FlaskClient) -> None:
    answer = open_client.post("/feedback", data=picture())
    assert (answer.status_code, answer.get_json()["code"]) == (400, "no_label")


def test_a_full_folder_takes_no_more(open_client: FlaskClient, folder: Path) -> None:
    statuses = [send(open_client, picture(level), "dark").status_code for level in (1, 2, 3, 4)]
    assert statuses == [200, 200, 200, 503]
    assert len(kept(folder)) == 3


def test_a_folder_that_cannot_be_written_is_503_without_its_path(
    models: Path, make_client: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = send(make_client(feedback=tmp_path / "file" / "feedback"), picture(), "dark")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "feedback_unavailable")
    assert str(tmp_path) not in answer.text


def test_a_class_whose_name_is_a_path_leaves_no_trace_outside(
    models: Path, make_client: Callable[..., FlaskClient], folder: Path
) -> None:
    publish(models, classes=make_card().classes.__class__("../../escaped", "a/b"))
    client = make_client(feedback=folder)
    for label in ("../../escaped", "a/b"):
        assert send(client, picture(), label).get_json()["code"] == "no_such_class"
    assert not folder.exists()
