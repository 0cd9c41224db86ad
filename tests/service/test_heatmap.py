import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from artifact.card import ImageSpec
from service.inference import heatmap
from tests.service.pictures import picture, save
from tests.service.publishing import publish


def open_rgba(png: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(png))
    assert image.mode == "RGBA"
    return np.asarray(image)


def halves() -> np.ndarray:
    """Evidence for the positive class on the left, against it on the right."""
    return np.repeat([[3.0, 3.0, -3.0, -3.0]], 4, axis=0).astype(np.float32)


def test_evidence_for_is_orange_and_against_is_blue_at_its_place() -> None:
    pixels = open_rgba(heatmap.render(halves(), ImageSpec(8, 8), (200, 100)))
    assert pixels.shape == (128, 256, 4)
    assert tuple(pixels[60, 20, :3]) == heatmap.FOR
    assert tuple(pixels[60, 230, :3]) == heatmap.AGAINST
    assert pixels[60, 20, 3] > 150
    assert pixels[60, 230, 3] > 150


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_no_finite_evidence_is_clear(value: float) -> None:
    pixels = open_rgba(heatmap.render(np.full((4, 4), value, np.float32), ImageSpec(8, 8), (64, 64)))
    assert not pixels[..., 3].any()


def test_a_cropped_picture_is_clear_where_the_network_did_not_look() -> None:
    spec = ImageSpec(8, 8, fit="crop")
    pixels = open_rgba(heatmap.render(np.ones((4, 4), np.float32), spec, (200, 100)))
    assert not pixels[:, :63, 3].any()
    assert pixels[:, 65:190, 3].all()
    assert not pixels[:, 193:, 3].any()


def test_a_padded_picture_shows_only_the_part_of_the_evidence_that_lies_on_it() -> None:
    evidence = np.zeros((4, 4), np.float32)
    evidence[0], evidence[1:3] = -1, 1  # the first row lies on the bar above a picture of 2:1
    pixels = open_rgba(heatmap.render(evidence, ImageSpec(8, 8, fit="pad"), (200, 100)))
    assert pixels.shape == (128, 256, 4)
    assert tuple(pixels[64, 128, :3]) == heatmap.FOR
    assert pixels[30:90, :, 3].min() > 150


def test_a_prediction_carries_its_heatmap_in_the_shape_of_the_upright_picture(client: FlaskClient) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.open(io.BytesIO(picture(200, (80, 40)))).save(file, "JPEG", exif=exif)
    answer = client.post("/predict?explain=heatmap", data=file.getvalue())
    png = base64.b64decode(answer.get_json()["predictions"][0]["heatmap"])
    assert open_rgba(png).shape == (256, 128, 4)


def test_a_model_without_evidence_refuses_to_explain(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models, evidence=False)
    answer = make_client().post("/predict?explain=heatmap", data=save(Image.new("RGB", (9, 9))))
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "no_heatmap"
    assert "strategy brightness" in answer.get_json()["detail"]
