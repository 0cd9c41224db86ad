"""Which images are shown as told wrong: all of them are counted, the surest mistakes come first."""

from collections.abc import Callable

import numpy as np

from artifact.card import Calibration, Card, Classes, ImageSpec, ModelFile, UncertainBand
from artifact.report.record import Recorded
from artifact.report.section import plain
from training.output import mistakes
from training.reading.dataset import Sample

CARD = Card(
    name="bees",
    version="1",
    created="2026-01-01T00:00:00+00:00",
    classes=Classes("wasp", "bee"),
    input=ImageSpec(8, 8),
    calibration=Calibration(1.0, 0.0),
    threshold=0.5,
    uncertain=UncertainBand(0.4, 0.6, "by hand"),
    novelty_limit=None,
    model=ModelFile("", 0, ("logit",)),
    strategy="edges",
    seed=1,
)


def test_each_mistake_says_what_it_was_and_what_was_said_how_surely(make_sample: Callable[..., Sample]) -> None:
    train = [make_sample(number, number % 2) for number in range(4)]
    tested = [make_sample(number, number % 2) for number in (10, 11)]
    rows = [
        Recorded("10.png", "test", "", "wasp", "bee", 0.7, False, False),
        Recorded("11.png", "test", "", "bee", "bee", 0.8, False, False),
        Recorded("0.png", "train", "", "wasp", "bee", 0.9, False, False),
    ]
    found = plain(mistakes.choose(train, np.array([0.6, 0.9, 0.2, 0.1]), tested, rows, CARD))
    assert found["count"] == 3
    assert [[image[key] for key in ("file", "part", "actual", "said", "doubted")] for image in found["images"]] == [
        ["3.png", "train", "bee", "wasp", True],
        ["0.png", "train", "wasp", "bee", False],
        ["10.png", "test", "wasp", "bee", False],
    ]
    assert [round(image["probability"], 6) for image in found["images"]] == [0.9, 0.6, 0.7]


def test_of_many_mistakes_those_beyond_the_first_are_counted(make_sample: Callable[..., Sample]) -> None:
    train = [make_sample(number, 0) for number in range(30)]
    found = plain(mistakes.choose(train, np.linspace(0.6, 0.9, 30), [], [], CARD))
    assert (found["count"], len(found["images"])) == (30, mistakes.SHOWN)
    assert found["images"][0]["file"] == "29.png"
