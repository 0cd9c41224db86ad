"""Pictures are drawn to scale: a place in one gives back the number that it stands for."""

from typing import Any
from xml.etree import ElementTree

import pytest

from artifact.report import drawing
from artifact.report.drawing import Bar, Expected, Point, Reached

SVG = "{http://www.w3.org/2000/svg}"


def elements(picture: str, tag: str) -> list[Any]:
    return list(ElementTree.fromstring(picture).iter(SVG + tag))


def place_of(picture: str, text: str) -> float:
    (found,) = [element for element in elements(picture, "text") if element.text == text]
    return float(found.get("x"))


def test_an_interval_lies_where_the_axis_says() -> None:
    picture = drawing.interval(0.9, 0.75, 1.0)
    (dot,), (box,) = elements(picture, "circle"), elements(picture, "rect")
    zero, whole = place_of(picture, "0"), place_of(picture, "100")
    assert (float(dot.get("cx")) - zero) / (whole - zero) == pytest.approx(0.9, abs=0.005)
    assert float(box.get("x")) == pytest.approx(place_of(picture, "75"), abs=1)
    assert float(box.get("width")) == pytest.approx(whole - place_of(picture, "75"), abs=1)


def test_bars_are_as_long_as_their_values_and_the_chosen_one_is_marked_without_colour() -> None:
    picture = drawing.bars([Bar("a<b", 0.2, False), Bar("c", 0.4, True)], "Losses & such", guess=0.69)
    short, long = (float(bar.get("width")) for bar in elements(picture, "rect"))
    assert long / short == pytest.approx(2, rel=0.02)
    assert {text.text for text in elements(picture, "text")} >= {"a<b", "c \N{CHECK MARK}", "0.200", "0.400"}


def test_a_bar_too_long_is_cut_and_says_its_number() -> None:
    picture = drawing.bars([Bar("a", 0.1, True), Bar("wild", 1e9, False)], "Losses", guess=0.69)
    width = float(ElementTree.fromstring(picture).get("width") or 0)
    assert all(float(bar.get("x")) + float(bar.get("width")) < width for bar in elements(picture, "rect"))
    assert "1e+09" in {text.text for text in elements(picture, "text")}


def test_values_stand_in_a_column_that_no_line_crosses() -> None:
    picture = drawing.bars([Bar("a", 0.546, True), Bar("b", 0.69, False)], "Losses", guess=0.69)
    column = [element for element in elements(picture, "text") if (element.text or "").startswith("0.")]
    assert len({element.get("x") for element in column}) == 1
    assert {element.get("text-anchor") for element in column} == {"end"}
    (line,) = elements(picture, "line")
    assert float(line.get("x1")) < float(column[0].get("x")) - 60  # five digits of 14 units


def test_a_calibrated_group_lies_on_the_diagonal() -> None:
    picture = drawing.calibration([Point(0.25, 0.25, 8), Point(0.75, 0.25, 4)])
    (diagonal,) = [line for line in elements(picture, "line") if line.get("stroke-dasharray")]
    ends = {name: float(diagonal.get(name)) for name in ("x1", "y1", "x2", "y2")}

    def above(dot: Any) -> float:
        along = (float(dot.get("cx")) - ends["x1"]) / (ends["x2"] - ends["x1"])
        return ends["y1"] + along * (ends["y2"] - ends["y1"]) - float(dot.get("cy"))

    good, sure = elements(picture, "circle")
    assert above(good) == pytest.approx(0, abs=0.2)
    assert above(sure) < -50  # said 75 %, was 25 %: below the line


def test_a_curve_of_images_is_drawn_to_scale_and_its_axis_holds_every_interval() -> None:
    measured, expected = (
        [Reached(10, 0.6), Reached(20, 0.8)],
        [Expected(40, 0.9, 0.2, 0.95), Expected(160, 0.9, 0.8, 1)],
    )
    picture = drawing.growth(measured, expected, "More & more")
    few, more = (float(dot.get("cx")) for dot in elements(picture, "circle"))
    assert (more - few) / (place_of(picture, "160") - few) == pytest.approx(0.25, abs=0.01)  # a doubling of four
    (band,) = elements(picture, "polygon")
    heights = [float(point.split(",")[1]) for point in band.get("points").split()]
    lines = [float(line.get("y1")) for line in elements(picture, "line")]
    assert min(lines) - 0.1 <= min(heights) <= max(heights) <= max(lines) + 0.1


def test_the_numbers_on_the_axis_of_a_curve_of_images_are_where_they_say() -> None:
    """A quarter of half the height would be 87.5, which is not 88."""
    picture = drawing.growth([Reached(10, 0.7)], [Expected(40, 0.9, 0.6, 0.95)], "More")
    heights = {int(text.text): float(text.get("y")) for text in elements(picture, "text") if text.get("x") == "56"}
    assert sorted(heights) == [50, 60, 70, 80, 90, 100]
    places = [(heights[50] - at) / (heights[50] - heights[100]) for _, at in sorted(heights.items())]
    assert places == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1], abs=0.001)
