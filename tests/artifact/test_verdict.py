"""The sentences to remember: counts that are never surer than the numbers behind them."""

import re
from typing import Any

import pytest

from artifact.report import reading, verdict


def compose(document: dict[str, Any]) -> str:
    return verdict.compose(reading.read(document))


def report(value: float = 0.97, low: float = 0.83, high: float = 0.99, n: int = 35, **more: Any) -> dict[str, Any]:
    """Return what of a report the verdict is made from; `more` replaces sections."""
    sections: dict[str, Any] = {
        "estimate": {"accuracy": {"value": value, "low": low, "high": high, "n": n}},
        "classes": {"negative": "wasp", "positive": "bee"},
        "data": {"n_train": n, "counts": {"train": {"wasp": 17, "bee": 18}}},
    }
    return sections | more


def test_what_to_expect_is_a_count_of_a_hundred_and_says_how_well_it_is_known() -> None:
    assert compose(report()) == (
        "About 97 of 100 new photos like these will be told right as bee or wasp. "
        "From 35 photos that is known only roughly: 83 to 99."
    )


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (1.0, 0.88, 1.0, "About 99 of 100 .* only roughly: 88 to 99."),
        (0.94, 0.92, 0.96, "About 94 of 100 .* is known well: 92 to 96."),
        (0.998, 0.996, 0.9999, "About 998 of 1,000 .* is known well: 996 to 999."),
    ],
)
def test_nobody_is_promised_every_photo(value: float, low: float, high: float, said: str) -> None:
    assert re.search(said, compose(report(value, low, high)))


def test_an_interval_that_holds_guessing_is_no_recommendation() -> None:
    found = report(0.58, 0.40, 0.74)
    found["estimate"] |= {"no_better_than_guessing": True, "base_accuracy": 18 / 35}
    assert compose(found) == (
        "No better than guessing. Do not use it. About 58 of 100 new photos like these would be told right, and always "
        "answering bee gets 51 right; from 35 photos the first is known only roughly: 40 to 74."
    )


def test_probabilities_no_better_than_shares_are_compared_by_their_log_loss() -> None:
    found = report()
    found["estimate"] |= {
        "no_better_than_guessing": True,
        "base_accuracy": 0.5,
        "log_loss": {"value": 0.694},
        "base_log_loss": 0.6931,
    }
    text = compose(found)
    assert text.startswith("No better than guessing. Do not use it. Its log loss")
    assert "0.694" in text
    assert "0.693" in text


def test_patients_are_counted() -> None:
    groups = {"train": 12, "of_class": {"wasp": 6, "bee": 6}, "called": "patient"}
    text = compose(report(data=report()["data"] | {"groups": groups}))
    assert "From 12 patients, 35 photos that is known" in text


@pytest.mark.parametrize(("guessing", "first"), [(False, verdict.NOTHING_SAID), (True, verdict.NO_BETTER)])
def test_where_shares_are_withheld_no_number_is_said(guessing: bool, first: str) -> None:
    hidden = {"value": None, "low": None, "high": None}
    why = "They come from too few patients."
    section = {"accuracy": hidden, "withheld": why, "no_better_than_guessing": guessing}
    assert compose(report(estimate=section)) == f"{first} {why}"


@pytest.mark.parametrize(
    ("low", "high", "cautious"), [(0.3, 0.8, False), (0.0, 0.8, True), (0.3, 1.0, True), (0.0, 1.0, True)]
)
def test_a_band_without_an_end_is_said_to_leave_most_answers_open(low: float, high: float, cautious: bool) -> None:
    text = compose(report(calibration={"uncertain": {"low": low, "high": high}}))
    assert ("too few images for a sure answer" in text) == cautious


@pytest.mark.parametrize("odd", [{"estimate": 3}, {"estimate": {"accuracy": {"value": None}}}, {"estimate": None}])
def test_a_report_without_an_accuracy_has_no_verdict(odd: dict[str, Any]) -> None:
    assert compose(report(**odd)) == compose({}) == ""


def test_data_that_cannot_be_read_leave_the_verdict_as_it_is() -> None:
    assert compose(report(data=[])) == compose(report())
