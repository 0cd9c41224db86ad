import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from artifact.card import Calibration, Card
from artifact.decision import calibrate, decide
from tests.there import there

INFINITY = float("inf")


@pytest.mark.parametrize(
    ("logit", "label", "probability", "uncertain"),
    [
        # the card's threshold is 0.5 and its uncertain band is 0.4 to 0.7; a logit is ln(p / (1 - p))
        (0.0, "face", 0.5, True),
        (-1e-9, "other", 0.5, True),
        (math.log(0.3 / 0.7), "other", 0.3, False),
        (math.log(0.45 / 0.55), "other", 0.45, True),
        (math.log(0.69 / 0.31), "face", 0.69, True),
        (math.log(3.0), "face", 0.75, False),
        (800.0, "face", 1.0, False),
        (-800.0, "other", 0.0, False),
        (1.7e308, "face", 1.0, False),
        (INFINITY, "face", 1.0, False),
        (-INFINITY, "other", 0.0, False),
    ],
)
def test_a_logit_becomes_a_probability_a_label_and_a_doubt(
    logit: float, label: str, probability: float, uncertain: bool, make_card: Callable[..., Card]
) -> None:
    decision = decide(logit, None, make_card())
    assert decision.label == label
    assert decision.probability == pytest.approx(probability, abs=1e-8)
    assert decision.uncertain is uncertain
    assert (decision.reason is not None) is uncertain
    assert decision.probabilities == {"other": 1.0 - decision.probability, "face": decision.probability}
    assert sum(decision.probabilities.values()) == 1.0


@pytest.mark.parametrize(
    ("low", "high", "uncertain"), [(0.5, 0.9, False), (0.1, 0.5, False), (0.5, 0.5, False), (0.49, 0.51, True)]
)
def test_the_ends_of_the_band_are_outside_it(
    low: float, high: float, uncertain: bool, make_card: Callable[..., Card]
) -> None:
    band = dataclasses.replace(make_card().uncertain, low=low, high=high)
    assert decide(0.0, None, make_card(uncertain=band)).uncertain is uncertain


@pytest.mark.parametrize(
    ("threshold", "label"),
    [(0.0, "face"), (0.5, "face"), (math.nextafter(0.5, 1.0), "other"), (1.0, "other")],
)
def test_the_threshold_itself_answers_yes(threshold: float, label: str, make_card: Callable[..., Card]) -> None:
    assert decide(0.0, None, make_card(threshold=threshold)).label == label


@pytest.mark.parametrize(
    ("novelty", "limit", "unfamiliar"),
    [
        (1.9, 2.0, False),
        (2.0, 2.0, False),
        (2.1, 2.0, True),
        (INFINITY, 2.0, True),
        (math.nan, 2.0, True),
        (None, 2.0, False),
        (99.0, None, False),
        (None, None, False),
    ],
)
def test_a_novelty_above_the_limit_is_unfamiliar(
    novelty: float | None, limit: float | None, unfamiliar: bool, make_card: Callable[..., Card]
) -> None:
    decision = decide(5.0, novelty, make_card(novelty_limit=limit))
    assert decision.unfamiliar is unfamiliar
    assert (decision.reason is not None) is unfamiliar


def test_being_unlike_the_training_images_is_the_stronger_reason(make_card: Callable[..., Card]) -> None:
    decision = decide(0.0, 3.0, make_card())
    assert decision.uncertain
    assert decision.unfamiliar
    assert "unlike" in there(decision.reason)


def test_the_reason_quotes_the_probability_and_the_band(make_card: Callable[..., Card]) -> None:
    reason = there(decide(0.0, None, make_card()).reason)
    assert all(number in reason for number in ("0.50", "0.40", "0.70"))


@pytest.mark.parametrize(
    ("slope", "intercept", "logit", "probability"),
    [
        (2.0, 1.0, 0.5, 1 / (1 + math.exp(-2.0))),
        (-1.0, 0.0, 2.0, 1 / (1 + math.exp(2.0))),
        (0.0, -0.3, 7.0, 1 / (1 + math.exp(0.3))),
        (10.0, 0.0, 1e308, 1.0),
        (-10.0, 0.0, 1e308, 0.0),
    ],
)
def test_platt_scaling(
    slope: float, intercept: float, logit: float, probability: float, make_card: Callable[..., Card]
) -> None:
    found = calibrate(logit, make_card(calibration=Calibration(slope, intercept)))
    assert found == pytest.approx(probability, rel=1e-12)


@pytest.mark.parametrize(("logit", "slope"), [(math.nan, 1.0), (INFINITY, 0.0), (-INFINITY, 0.0)])
def test_a_score_that_is_no_number_gets_no_answer(logit: float, slope: float, make_card: Callable[..., Card]) -> None:
    with pytest.raises(ValueError, match="damaged"):
        decide(logit, 1.0, make_card(calibration=Calibration(slope, 0.0)))


def test_the_outputs_of_a_network_give_plain_python_values(make_card: Callable[..., Card]) -> None:
    decision = decide(np.float32(0.1), np.float32(3.0), make_card())  # type: ignore[arg-type]  # as a network gives them
    assert type(decision.probability) is float
    assert decision.uncertain is True
    assert decision.unfamiliar is True


@pytest.mark.parametrize("logit", [-9.0, 0.0, 9.0])
def test_a_model_no_better_than_guessing_is_never_sure(logit: float, make_card: Callable[..., Card]) -> None:
    decision = decide(logit, None, make_card(guessing=True))
    assert decision.uncertain
    assert "no better than guessing" in there(decision.reason)


@pytest.mark.parametrize(
    ("logit", "novelty", "changes", "code"),
    [
        (5.0, 0.0, {}, None),
        (0.0, 0.0, {}, "between"),
        (0.0, 9.0, {}, "unfamiliar"),
        (9.0, 0.0, {"guessing": True}, "guessing"),
        (9.0, 9.0, {"guessing": True}, "unfamiliar"),
        (3.0, 0.0, {"band": (0.3, 1.0)}, "too_few_images"),
        (-0.1, 0.0, {"band": (0.3, 1.0)}, "between"),
        (-3.0, 0.0, {"band": (0.0, 0.7)}, "too_few_images"),
    ],
)
def test_the_reason_has_a_stable_word(
    logit: float, novelty: float, changes: dict[str, Any], code: str | None, make_card: Callable[..., Card]
) -> None:
    card = make_card(guessing=changes.get("guessing", False))
    if "band" in changes:
        low, high = changes["band"]
        card = dataclasses.replace(card, uncertain=dataclasses.replace(card.uncertain, low=low, high=high))
    decision = decide(logit, novelty, card)
    assert decision.reason_code == code
    assert (decision.reason is None) == (code is None)


def test_a_note_about_the_samples_makes_an_image_unfamiliar_and_is_the_reason(make_card: Callable[..., Card]) -> None:
    answer = decide(3.0, 0.1, make_card(), "Its samples reach 300.")
    assert answer.reason_code == "another_range"
    assert (answer.unfamiliar, answer.uncertain, answer.reason) == (True, False, "Its samples reach 300.")
