import hashlib
import io
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artifact import golden, image
from artifact.card import ImageSpec
from artifact.errors import ArtifactError


def _score(data: bytes) -> tuple[float, float]:
    """A stand-in for a model: brightness, and contrast as the novelty."""
    pixels = image.load(data, ImageSpec(16, 16)).astype(float)
    return pixels.mean() / 25, pixels.std() / 25


@pytest.fixture
def cases() -> tuple[golden.Case, ...]:
    return golden.record(_score)


def test_the_images_are_the_same_at_every_drawing_and_exercise_the_decoder() -> None:
    files = golden.draw()
    assert files == golden.draw()
    opened = [Image.open(io.BytesIO(file)) for file in files]
    assert {picture.format for picture in opened} == {"JPEG", "PNG"}
    assert {picture.mode for picture in opened} == {"RGB", "RGBA", "L", "I;16"}
    assert any(picture.getexif().get(0x0112, 1) != 1 for picture in opened)
    assert image.decode(files[0], ImageSpec(96, 96)).width < opened[0].width
    scores = [_score(file)[0] for file in files]
    assert len(set(np.round(scores, 2))) == len(files)


def test_what_is_recorded_is_what_the_model_said(cases: tuple[golden.Case, ...]) -> None:
    assert [(case.file(), case.logit, case.novelty) for case in cases] == [
        (file, *_score(file)) for file in golden.draw()
    ]
    assert golden.largest_difference(cases, _score) == 0.0


def test_cases_survive_being_written_and_read(cases: tuple[golden.Case, ...]) -> None:
    assert golden.decode(golden.encode(cases)) == cases


def test_a_model_without_novelty_has_none_recorded() -> None:
    cases = golden.record(lambda file: (1.0, None))
    assert golden.decode(golden.encode(cases))[0].novelty is None
    assert golden.largest_difference(cases, lambda file: (1.0, None)) == 0.0


@pytest.mark.parametrize(
    ("recorded", "found", "difference"),
    [
        ((0.5, 2.0), (0.75, 2.0), 0.25),
        ((0.5, 2.0), (0.5, 2.5), 0.25),
        ((-8.0, 0.0), (-6.0, 0.0), 0.25),
        ((0.0, None), (-0.125, None), 0.125),
        ((0.0, None), (0.0, 1.0), math.inf),
        ((0.0, 1.0), (0.0, None), math.inf),
        ((0.0, 1.0), (math.nan, 1.0), math.inf),
        ((0.0, 1.0), (0.0, math.nan), math.inf),
        ((0.0, 1.0), (-math.inf, 1.0), math.inf),
        ((0.0, 1.0), (math.nan, 1.5), math.inf),
    ],
)
def test_the_largest_difference(
    recorded: tuple[float, float | None], found: tuple[float, float | None], difference: float
) -> None:
    cases = golden.record(lambda file: recorded)
    answers = iter([*[recorded] * (len(cases) - 2), found, recorded])
    assert golden.largest_difference(cases, lambda file: next(answers)) == difference


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("cases"),
        lambda document: document["cases"].clear(),
        lambda document: document["cases"][0].pop("logit"),
        lambda document: document["cases"][0].update(logit="1"),
        lambda document: document["cases"][0].update(logit=None),
        lambda document: document["cases"][1].update(image=3),
        lambda document: document["cases"][1].update(image="abc"),
        lambda document: document["cases"][1].update(image="!" + document["cases"][1]["image"]),
        lambda document: document["cases"][1].update(image="é"),
    ],
)
def test_damage_is_an_error_that_names_the_file(
    change: Callable[[dict[str, Any]], object], cases: tuple[golden.Case, ...]
) -> None:
    document = json.loads(golden.encode(cases))
    change(document)
    with pytest.raises(ArtifactError, match=r"golden\.json"):
        golden.decode(json.dumps(document).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b'{"cases": [{"logit": NaN}]}'])
def test_what_is_no_document_is_an_error_that_names_the_file(data: bytes) -> None:
    with pytest.raises(ArtifactError, match="golden"):
        golden.decode(data)


def test_sha256() -> None:
    assert golden.sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert golden.sha256(b"x") == hashlib.new("sha256", b"x").hexdigest()
