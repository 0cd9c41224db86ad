import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from artifact.card import Calibration, Card, Classes, ImageSpec, ModelFile, Reference, UncertainBand
from artifact.golden import Case
from artifact.publishing import Bundle

CARD = Card(
    name="faces",
    version="",
    created="2024-05-06T07:08:09Z",
    classes=Classes(negative="other", positive="face"),
    input=ImageSpec(height=96, width=128),
    calibration=Calibration(slope=1.0, intercept=0.0),
    threshold=0.5,
    uncertain=UncertainBand(low=0.4, high=0.7, method="by hand"),
    novelty_limit=2.0,
    model=ModelFile(sha256="", bytes=0, outputs=("logit", "novelty")),
    strategy="pretrained",
    seed=35,
    settings={"epochs": 300},
    libraries={"numpy": "2.4"},
    data={"fingerprint": "00ff", "train": {"face": 18, "other": 17}},
    reference=Reference(probability_histogram=(3, 0, 1), novelty_quantiles=(0.5, 1.25)),
)


@pytest.fixture
def make_card() -> Callable[..., Card]:
    """Build a valid card with some fields changed."""
    return lambda **changes: dataclasses.replace(CARD, **changes)


@pytest.fixture
def make_bundle(make_card: Callable[..., Card]) -> Callable[..., Bundle]:
    """Build a bundle to publish: the bytes of its network, and changed fields of its card."""

    def make(model: bytes = b"a network", report: dict[str, Any] | None = None, **changes: Any) -> Bundle:
        cases = (Case(image="aW1hZ2U=", logit=0.25, novelty=1.5), Case(image="", logit=-3.0, novelty=None))
        return Bundle(make_card(**changes), model, report or {"accuracy": 0.9}, "# A model\n", cases)

    return make


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A models folder that does not exist yet."""
    return tmp_path / "models"
