"""Animations among the images are counted, since one frame of each is all that is read."""

import dataclasses
from typing import Any

import pytest

from artifact.card import Classes, Reading
from training.checks import Subject, animations
from training.reading.dataset import Dataset


@pytest.mark.parametrize(("pages", "speaks"), [(None, True), ("first", False), ("max", False)])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_animations_are_counted_unless_a_page_was_asked_for(
    pages: Any, speaks: bool, count: int, make_sample: Any
) -> None:
    samples = [make_sample(number, number % 2) for number in range(6)]
    moving = [
        dataclasses.replace(one, facts=dataclasses.replace(one.facts, animated=number < count))
        for number, one in enumerate(samples)
    ]
    dataset = Dataset(Classes("no", "yes"), tuple(moving[:4]), tuple(moving[4:]), reading=Reading(pages=pages))
    found = animations.check(Subject(dataset))
    assert [result.severity for result in found] == ["info"] * (speaks and count > 0)
    assert [result.evidence["files"] for result in found] == [[one.file for one in moving[:count]]] * len(found)
