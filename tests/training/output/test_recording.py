"""The test result against scipy and counting: near duplicates of each other count as one image."""

import dataclasses
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from scipy.stats import binomtest

from artifact.card import Calibration, Card, Classes, ImageSpec, ModelFile, UncertainBand
from artifact.report import estimate, reading
from artifact.report.section import plain
from tests.there import there
from training.gathering import Gathered
from training.output import recording
from training.output.verifying import Scorer
from training.reading.dataset import Dataset, Sample

LABELS = [0, 0, 0, 0, 1, 1, 1, 1]
LOGITS = [-2.0, -1.0, 1.0, -3.0, 2.0, 1.0, 0.5, -1.0]  # the third and the last are wrong


@pytest.fixture
def result(make_sample: Callable[..., Sample]) -> Callable[..., Any]:
    """Record eight test images, whose near-duplicate groups are given, beside two training images."""

    def record(groups: Sequence[int], patients: Sequence[str | None] = (None,) * 8) -> Any:
        train = tuple(dataclasses.replace(make_sample(number, number), duplicates=number) for number in (0, 1))
        drawn = (make_sample(2 + number, label) for number, label in enumerate(LABELS))
        test = tuple(
            dataclasses.replace(one, group=name, duplicates=number)
            for one, name, number in zip(drawn, patients, groups, strict=True)
        )
        dataset = Dataset(Classes("no", "yes"), train, test)
        gathered = Gathered(dataset, ())
        logits = dict(zip((sample.file for sample in (*train, *test)), [-1.0, 1.0, *LOGITS], strict=True))
        scorer = SimpleNamespace(score_all=lambda samples: ((logits[sample.file], None) for sample in samples))
        return plain(recording.record(cast(Scorer, scorer), gathered, _card(), lambda: None).test)

    return record


def _card() -> Card:
    return Card(
        name="default",
        version="1",
        created="2026-01-01T00:00:00+00:00",
        classes=Classes("no", "yes"),
        input=ImageSpec(8, 8),
        calibration=Calibration(1.0, 0.0),
        threshold=0.5,
        uncertain=UncertainBand(0.4, 0.6, ""),
        novelty_limit=None,
        model=ModelFile("", 0, ("logit",)),
        strategy="edges",
        seed=0,
    )


def _wilson(right: int, n: int) -> Any:
    return binomtest(right, n).proportion_ci(method="wilson")


def test_each_separate_image_counts(result: Callable[..., Any]) -> None:
    found = result([2, 3, 4, 5, 6, 7, 8, 9])
    expected = _wilson(6, 8)
    assert found["n"] == found["accuracy"]["n"] == 8
    assert found["accuracy"]["value"] == 0.75
    assert (found["accuracy"]["low"], found["accuracy"]["high"]) == pytest.approx((expected.low, expected.high))
    assert found["auroc"]["value"] == pytest.approx(13 / 16)
    losses = [np.logaddexp(0, -logit if label else logit) for logit, label in zip(LOGITS, LABELS, strict=True)]
    assert found["log_loss"]["value"] == pytest.approx(np.mean(losses))


def test_near_duplicates_of_each_other_make_the_interval_that_one_image_would(result: Callable[..., Any]) -> None:
    found = result([2, 2, 3, 3, 4, 4, 5, 5])
    expected = _wilson(3, 4)
    assert found["n"] == 8
    assert found["accuracy"]["n"] == 4
    assert (found["accuracy"]["low"], found["accuracy"]["high"]) == pytest.approx((expected.low, expected.high))


def test_what_nearly_repeats_a_training_image_is_left_out(result: Callable[..., Any]) -> None:
    found = result([0, 1, 0, 1, 6, 7, 8, 9])
    assert found["n"] == 4
    assert found["accuracy"]["value"] == 0.75
    assert "auroc" not in found  # one class is left


def say(test: dict[str, Any]) -> str:
    return estimate.describe_test(there(reading.read_section(estimate.TEST, test)))


def test_test_images_of_a_few_patients_promise_no_share_and_say_why(result: Callable[..., Any]) -> None:
    found = result([2, 2, 3, 3, 4, 4, 5, 5], "aabbccdd")
    for measure in ("accuracy", "auroc"):
        assert found[measure]["value"] is found[measure]["low"] is found[measure]["high"] is None
        assert "8 images come from 4 groups (2 of no and 2 of yes)" in found[measure]["undefined"]
    assert "%" not in say(found)
    assert "Add groups" in say(found)
    assert "8 test images 6 were told right" in say(result([2, 3, 4, 5, 6, 7, 8, 9]))
