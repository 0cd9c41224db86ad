from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doctor import Diagnosis, diagnose, plot
from doctor.plot.scale import Scale
from tests.doctor import curves_by_hand as by_hand
from tests.there import there

SVG = "{http://www.w3.org/2000/svg}"


def parsed(history: Mapping[str, Any] | Sequence[Mapping[str, Any]], diagnosis: Diagnosis | None = None) -> ET.Element:
    return ET.fromstring(plot.svg(history, diagnosis))


def test_the_picture_explains_itself_without_colour() -> None:
    history = by_hand.overfitting()
    diagnosis = diagnose(history, by_hand.CONTEXT)
    root = parsed(history, diagnosis)

    words = [text.text for text in root.iter(f"{SVG}text")]
    assert root.find(f"{SVG}title") is not None
    assert there(root.find(f"{SVG}desc")).text == diagnosis.verdict
    assert words.count("training") == words.count("validation") == 2
    assert any(path.get("stroke-dasharray") for path in root.iter(f"{SVG}path"))
    assert any("overfitting, epoch" in (word or "") for word in words)
    assert list(root.iter(f"{SVG}circle"))
    assert list(root.iter(f"{SVG}rect"))


def test_it_needs_no_network_and_no_script() -> None:
    drawn = plot.svg(by_hand.healthy())

    assert drawn.count("http") == 1  # the namespace
    assert "<script" not in drawn
    assert "currentColor" in drawn


def test_several_runs_get_a_band_from_lowest_to_highest() -> None:
    runs = [{"loss": [3.0, 2.0, 1.0]}, {"loss": [2.0, 1.0]}]
    root = parsed(runs)

    (band,) = root.iter(f"{SVG}polygon")
    assert len(there(band.get("points")).split()) == 6
    assert not list(parsed(runs[0]).iter(f"{SVG}polygon"))


def test_a_curve_that_is_not_finite_has_a_gap() -> None:
    root = parsed({"loss": [1.0, 0.9, None, 0.8, 0.7]})

    (path,) = root.iter(f"{SVG}path")
    assert there(path.get("d")).count("M") == 2


@pytest.mark.parametrize("huge", [float("inf"), 1.7e308, -1.7e308])
def test_what_is_as_good_as_infinite_is_a_gap_too(huge: float) -> None:
    twice = parsed([{"loss": [1.0, huge, 0.5]}, {"loss": [1.0, huge, 0.5]}])
    assert [there(path.get("d")).count("M") for path in twice.iter(f"{SVG}path")] == [2]
    assert not list(parsed({"loss": [huge, huge]}).iter(f"{SVG}path"))
    assert plot.chart({"loss": [huge, 1.0]})


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)), min_size=1, max_size=30),
    st.lists(st.floats(0, 1), max_size=30),
)
def test_whatever_is_drawn_is_well_formed_and_inside(loss: list[float | None], accuracy: list[float]) -> None:
    root = parsed({"loss": loss, "val_accuracy": accuracy})

    width, height = (float(number) for number in there(root.get("viewBox")).split()[2:])
    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(there(circle.get("cx"))) <= width
        assert 0 <= float(there(circle.get("cy"))) <= height
    assert plot.chart({"loss": loss, "val_accuracy": accuracy})


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.0, 0.73), (0.5, 1.0), (0.0, 9e4), (-2.0, 2.0)])
def test_ticks_are_few_round_and_inside(low: float, high: float) -> None:
    ticks = Scale(low, high, 100, 0).ticks()

    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
    assert np.allclose(np.diff(ticks), ticks[1] - ticks[0])


def test_a_scale_maps_its_ends_and_keeps_outsiders_in() -> None:
    scale = Scale(1e-3, 10.0, 200, 0, logarithmic=True)

    assert [scale(1e-3), scale(0.1), scale(10.0)] == pytest.approx([200, 100, 0])
    assert (scale(0.0), scale(1e9)) == (200, 0)


def boxes(root: ET.Element) -> list[tuple[str, float, float, float, float]]:
    """Each text with its left, right, top and bottom, by the width of a wide letter of common fonts."""
    size, found = float(there(root.get("font-size"))), []
    for text in root.iter(f"{SVG}text"):
        words = there(text.text)
        width = 0.62 * size * len(words)
        left = float(there(text.get("x"))) - {"end": width, "middle": width / 2, None: 0.0}[text.get("text-anchor")]
        baseline = float(there(text.get("y")))
        found.append((words, left, left + width, baseline - 0.75 * size, baseline + 0.1 * size))
    return found


@pytest.mark.parametrize("epochs", [1, 2, 12, 60, 100, 1000, 20_000])
def test_no_words_lie_on_others(epochs: int) -> None:
    falling = np.linspace(1.0, 0.1, epochs).tolist()
    root = parsed({"loss": falling, "val_loss": falling, "accuracy": falling[::-1], "val_accuracy": falling[::-1]})

    placed = boxes(root)
    overlaps = [
        (one[0], other[0])
        for position, one in enumerate(placed)
        for other in placed[:position]
        if one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]
    ]
    assert overlaps == []


def test_the_terminal_chart_shows_a_falling_line_falling() -> None:
    rows = plot.chart({"loss": np.linspace(1, 0, 40).tolist()}, columns=40).splitlines()[1:8]
    inked = [[i for i, c in enumerate(row[9:]) if ord(c) > 0x2800] for row in rows]

    assert min(inked[0]) == 0
    assert max(inked[-1]) == 39
    assert [min(columns) for columns in inked] == sorted(min(columns) for columns in inked)
