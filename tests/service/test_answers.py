"""The one way from images to answers, of every route and of batches."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray
from PIL import Image

from artifact import store
from artifact.card import ImageSpec
from artifact.errors import ImageError
from artifact.picture import Picture
from service import Settings, create_app
from service.inference import answers, model
from service.inference.answers import Answer, Extras, Means
from service.inference.model import Model
from service.problems import Problem
from service.state import state_of
from tests.service.networks import expected
from tests.service.pictures import picture
from tests.service.publishing import publish

LIMITS = Settings().limits


@pytest.fixture
def loaded(tmp_path: Path) -> Model:
    publish(tmp_path)
    return model.load(store.read(tmp_path, "default"), "cpu", 1, batch=2)


def test_good_and_bad_keep_their_order_over_several_runs(loaded: Model) -> None:
    gone = Problem(404, "not_found", "There is no file.")
    pixels = np.full((8, 8, 3), 130, np.uint8)
    given: list[bytes | NDArray[np.uint8] | Problem] = [
        picture(250),
        b"no image",
        gone,
        picture(0),
        pixels,
        picture()[:60],
        picture(60),
    ]
    found = list(answers.answer(loaded, given, Means(LIMITS)))
    by_hand = [expected(np.full((1, 1, 3), level, np.uint8))[0] for level in (250, 0, 130, 60)]
    logits = [float(result.row.logit) for result in found if isinstance(result, Answer)]
    assert logits == pytest.approx(by_hand, abs=1e-4)
    assert [result.code for result in found if isinstance(result, Problem)] == [
        "not_an_image",
        "not_found",
        "unreadable",
    ]
    assert [isinstance(result, Problem) for result in found] == [False, True, True, False, False, True, False]


def test_no_more_images_are_taken_than_one_run_needs(loaded: Model) -> None:
    taken = 0

    def files() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(10):
            taken += 1
            yield picture()

    found = answers.answer(loaded, files(), Means(LIMITS))
    next(found)
    assert taken == loaded.batch


def test_memory_is_held_only_while_a_picture_is_decoded(loaded: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    decode = Picture.decode

    def decode_and_tell(self: Picture, spec: ImageSpec) -> Image.Image:
        told.append("decode")
        return decode(self, spec)

    monkeypatch.setattr(Picture, "decode", decode_and_tell)

    @contextmanager
    def hold(size: int) -> Iterator[None]:
        told.append(size)
        yield
        told.append("free")

    list(answers.answer(loaded, [picture(size=(100, 50)), b""], Means(LIMITS, hold)))
    assert told[1:] == ["decode", "free"]
    assert told[0] >= 100 * 50 * 3  # at the least the pixels themselves


@pytest.mark.parametrize("path", ["/", "/predict?explain=heatmap", "/predict", "/feedback?label=dark"])
def test_a_picture_is_decoded_once_a_request_and_in_its_turn(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    app = create_app(Settings(models=models, feedback=tmp_path / "kept"))
    client: FlaskClient = app.test_client()
    turns: list[int] = []
    decode = Picture.decode
    gate = state_of(app).gate

    def counted(self: Picture, *arguments: Any) -> Any:
        turns.append(gate._free)
        return decode(self, *arguments)

    monkeypatch.setattr(Picture, "decode", counted)
    body, kind = picture(), "image/png"
    assert client.post(path, data=body, content_type=kind).status_code == 200
    assert turns == [0]


def test_a_preview_and_a_heatmap_are_made_where_they_are_asked_for(loaded: Model) -> None:
    (plain,) = answers.answer(loaded, [picture()], Means(LIMITS))
    (rich,) = answers.answer(loaded, [picture()], Means(LIMITS), Extras(heatmap=True, preview=True))
    assert isinstance(plain, Answer)
    assert isinstance(rich, Answer)
    assert (plain.heatmap, plain.preview) == (None, None)
    assert rich.heatmap is not None
    assert rich.preview is not None
    assert rich.preview.startswith(b"\x89PNG")


def test_what_is_odd_about_a_file_is_a_reason_not_to_trust_its_answer(client: FlaskClient) -> None:
    file = io.BytesIO()
    Image.fromarray(np.full((20, 20), 900, np.uint16)).save(file, "TIFF")  # 10 of 16 bits, as a camera's sensor gives
    (found,) = client.post("/predict", data=file.getvalue()).get_json()["predictions"]
    assert "read as nearly black" in found["reason"]


def test_an_image_error_of_any_code_is_an_answer(
    models: Path, make_client: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ImageError("code_of_a_later_version", "It is odd.")  # type: ignore[arg-type]  # not one of today's

    client = make_client()
    monkeypatch.setattr(Picture, "decode", fail)
    answer = client.post("/predict", data=picture())
    assert (answer.status_code, answer.get_json()["code"]) == (422, "code_of_a_later_version")
