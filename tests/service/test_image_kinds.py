"""What people send beside JPEG and PNG: answered by the scale on the card, told where it does not fit, or refused."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
import tifffile
from flask.testing import FlaskClient
from PIL import Image
from pydantic import ValidationError

from artifact.card import ImageSpec, Reading, Scale
from service.settings import Settings
from tests.service.networks import SIDE
from tests.service.publishing import publish

DEEP = ImageSpec(SIDE, SIDE, reading=Reading(Scale(0, 4095, 2000, 4095), "max"))


def tiff(values: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, photometric="minisblack", **options)
    return file.getvalue()


def heic(level: int) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), (level,) * 3)).save(file)
    return file.getvalue()


def ask(client: FlaskClient, file: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/predict", data=file).get_json()["predictions"][0]
    return answer


def test_deep_samples_are_read_by_the_scale_of_the_card(
    tmp_path: Path, make_client: Callable[..., FlaskClient]
) -> None:
    publish(tmp_path / "models", input=DEEP)
    client = make_client()
    eight, twelve = (ask(client, tiff(np.full((20, 20), level, kind))) for level, kind in ((200, "u1"), (3212, "u2")))
    assert twelve["probability"] == pytest.approx(eight["probability"], abs=1e-3)
    assert (twelve["unfamiliar"], twelve["reason"]) == (False, None)


def test_samples_far_from_the_training_s_range_are_unfamiliar_and_the_reason_says_so(
    tmp_path: Path, make_client: Callable[..., FlaskClient]
) -> None:
    publish(tmp_path / "models", input=DEEP)
    found = ask(make_client(), tiff(np.full((20, 20), 60_000, np.uint16)))
    assert found["unfamiliar"] is True
    assert "samples of this image reach 60000, those of the training images 2000 to 4095" in found["reason"]


def test_a_dim_deep_picture_is_unfamiliar_to_a_model_of_eight_bits(client: FlaskClient) -> None:
    found = ask(client, tiff(np.full((20, 20), 4000, np.uint16)))
    assert found["unfamiliar"] is True
    assert "nearly black" in found["reason"]


def test_pages_are_chosen_as_the_card_says_and_refused_where_it_says_nothing(
    tmp_path: Path, models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    stack = tiff(np.stack([np.full((20, 20), level, np.uint8) for level in (10, 230)]))
    refused = make_client().post("/predict", data=stack)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "ambiguous")
    publish(tmp_path / "models", input=DEEP)
    assert ask(make_client(), stack)["label"] == "bright"


def test_what_phones_write_is_answered_and_can_be_switched_off(
    models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    assert ask(make_client(), heic(240))["label"] == "bright"
    refused = make_client(formats="jpeg,PNG").post("/predict", data=heic(240))
    assert refused.status_code == 415
    assert "HEIC, which is switched off here; JPEG or PNG was expected" in refused.get_json()["detail"]


def test_the_page_names_only_the_formats_that_are_switched_on(
    models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    assert "HEIC, JPEG 2000 or DICOM." in make_client().get("/").get_data(as_text=True)
    page = make_client(formats="jpeg,PNG").get("/").get_data(as_text=True)
    assert "JPEG or PNG." in page
    assert "HEIC" not in page


def test_a_format_that_does_not_exist_cannot_be_switched_on() -> None:
    with pytest.raises(ValidationError, match="svg is not among JPEG, PNG"):
        Settings(formats="jpeg,svg")  # type: ignore[arg-type]  # text, as the environment has it
