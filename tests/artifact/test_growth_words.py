"""What is said of more images: counts of a hundred, and no promise where they hardly help."""

from typing import Any

import pytest

from artifact.report import growth, reading


def describe(document: dict[str, Any]) -> str:
    return growth.describe(reading.read(document))


def report(now: float = 0.86, later: float = 0.94, **more: Any) -> dict[str, Any]:
    expected = [
        {"images": 70, "value": (now + later) / 2, "low": 0.84, "high": 0.96},
        {"images": 180, "value": later, "low": 0.85, "high": 0.98},
    ]
    section = {"measured": [{"images": 7.0, "accuracy": 0.7}], "expected": expected, "curve": expected, **more}
    return {"estimate": {"accuracy": {"value": now}}, "data": {"n_train": 35}, "more_images": section}


def test_more_images_are_promised_as_counts() -> None:
    assert describe(report()) == (
        "With 70 images expect about 90 of 100 told right (84 to 96), with 180 about 94 (85 to 98)."
    )


def test_the_class_that_helps_most_is_named() -> None:
    assert describe(report(helps_most="bees")).endswith("with 180 about 94 (85 to 98); more images of bees help most.")


def test_patients_are_promised_and_not_their_images() -> None:
    found = report()
    found["data"]["groups"] = {"train": 10, "called": "patient"}
    assert describe(found).startswith("With 70 images of 20 patients expect about 90 of 100")


def test_where_more_hardly_help_the_wrong_ones_are_described() -> None:
    found = report(now=0.932, later=0.936)
    wrong = {"part": "train", "actual": "bees", "doubted": False}
    found["wrong"] = {"images": [wrong, wrong, wrong | {"doubted": True}, wrong | {"actual": "ants"}]}
    assert describe(found) == (
        "More images of this kind will hardly help: with 180 images expect about 94 of 100 told right (85 to 98), and "
        "93 are expected now. 3 of the 4 told wrong are bees. 1 of the 4 told wrong may have the wrong label."
    )


def test_where_too_little_is_known_more_images_are_worth_having_for_that() -> None:
    found = report(now=0.97, later=0.97)
    found["estimate"]["accuracy"]["low"] = 0.66
    assert describe(found).startswith(
        "More images of this kind will hardly make it better, but show how good it is: with 180 images expect about 97 "
    )


def test_what_cannot_be_said_says_why() -> None:
    assert describe(report(unknown="Too few.")) == "Too few."


@pytest.mark.parametrize("odd", [None, [], {"expected": 3}, {"expected": [{"images": "x"}]}])
def test_an_odd_section_says_nothing(odd: Any) -> None:
    assert describe({**report(), "more_images": odd}) == ""
    assert growth.figure(reading.read({"more_images": odd})) is None
