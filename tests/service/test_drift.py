import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from artifact.card import Card, Reference
from service.monitoring.drift import Drift
from tests.service.pictures import picture
from tests.service.publishing import make_card, publish

RANDOM = np.random.default_rng(11)
TRAINING = RANDOM.uniform(0, 1, 400)
REFERENCE = Reference(
    probability_histogram=tuple(int(n) for n in np.histogram(TRAINING, 10, (0, 1))[0]),
    novelty_quantiles=tuple(float(q) for q in np.quantile(TRAINING, np.linspace(0, 1, 11))),
)


def card(version: str = "1", reference: Reference = REFERENCE) -> Card:
    return make_card(reference=reference, version=version)


def recorded(probabilities: np.ndarray, novelties: np.ndarray, of: Card) -> Drift:
    drift = Drift()
    for probability, novelty in zip(probabilities, novelties, strict=True):
        drift.record(of, float(probability), float(novelty))
    return drift


def test_images_like_those_of_training_are_no_drift_in_nearly_every_sample() -> None:
    alarms = 0
    for _ in range(100):
        signals = recorded(RANDOM.uniform(0, 1, 200), RANDOM.uniform(0, 1, 200), card()).measure(card())
        alarms += any(signal.drifted for signal in signals.values())
    assert alarms <= 2


def test_other_images_are_drift_in_the_respect_in_which_they_differ() -> None:
    signals = recorded(RANDOM.beta(8, 2, 200), RANDOM.uniform(0, 1, 200), card()).measure(card())
    assert signals["probability"].drifted
    assert not signals["novelty"].drifted


def test_the_distance_is_the_largest_gap_of_the_distribution_functions_at_the_bins() -> None:
    values = RANDOM.beta(2, 3, 150)
    signal = recorded(values, values, card()).measure(card())["probability"]
    edges = np.arange(1, 10) / 10
    by_hand = max(abs((values < edge).mean() - (edge > TRAINING).mean()) for edge in edges)
    assert signal.distance == pytest.approx(by_hand)
    assert signal.limit == pytest.approx(1.95 * math.sqrt((150 + 400) / (150 * 400)))
    assert (signal.recent, signal.reference) == (150, 400)


def test_too_few_images_say_nothing() -> None:
    assert recorded(np.ones(29), np.ones(29), card()).measure(card()) == {}


def test_a_card_without_reference_says_nothing() -> None:
    bare = card(reference=Reference())
    assert recorded(np.ones(50), np.ones(50), bare).measure(bare) == {}


def test_another_version_begins_anew_and_only_the_last_thousand_count() -> None:
    drift = recorded(np.full(2000, 0.99), np.full(2000, 0.99), card("1"))
    assert drift.measure(card("1"))["probability"].recent == 1000
    drift.record(card("2"), 0.5, 0.5)
    assert drift.measure(card("1")) == {}
    assert drift.measure(card("2")) == {}


def test_a_novelty_that_is_missing_or_not_finite_is_left_out() -> None:
    drift = Drift()
    for novelty in [None, float("nan"), float("inf")] * 20:
        drift.record(card(), 0.5, novelty)
    assert set(drift.measure(card())) == {"probability"}


def test_the_report_says_it(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models, reference=REFERENCE)
    client = make_client()
    for _ in range(40):
        client.post("/predict", data=picture(255))
    drift = client.get("/report").get_json()["service"]["drift"]
    assert drift["probability"]["drifted"] is True
    assert drift["novelty"]["recent"] == 40


def test_answers_of_another_model_do_not_count(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models, reference=REFERENCE)
    publish(models, "other", reference=REFERENCE)
    client = make_client()
    for _ in range(40):
        client.post("/predict", data=picture(255))
        client.post("/predict?model=other", data=picture(0))
    assert client.get("/report").get_json()["service"]["drift"]["probability"]["recent"] == 40
    assert client.get("/report?model=other").get_json()["service"]["drift"] == {}
