"""The comparison for people: a table that names the chosen one, and a plot whose bars are as long as the losses."""

import dataclasses
import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import onnx
import pytest
from rich.console import Console

from artifact.report.comparison import Compared
from tests.there import there
from tests.training import brightness
from training.contest import Contest
from training.evaluation import novelty
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.output import comparison
from training.output.export import export
from training.pixels import features_of
from training.problem.interface import Problem
from training.reading.dataset import Sample

SVG = "{http://www.w3.org/2000/svg}"


def _row(name: str, loss: float, chosen: bool = False, choosable: bool = True, **more: Any) -> Compared:
    row = Compared(name, chosen, choosable, accuracy=0.9, auroc=0.95, log_loss=loss, brier=0.1)
    return dataclasses.replace(row, megabytes=1.25, seconds=3.0, **more)


ROWS = [
    _row("pretrained", 0.2, chosen=True, milliseconds=4.5),
    _row("a<b>&c", 0.4),
    _row("question", 30.0, choosable=False),
]


def _number(element: ElementTree.Element, name: str) -> float:
    return float(there(element.get(name)))


def _printed(rows: list[Compared]) -> list[str]:
    text = io.StringIO()
    Console(file=text, width=120).print(comparison.table(rows))
    return text.getvalue().splitlines()


def test_the_table_has_a_row_for_each_and_marks_the_chosen_one_and_the_baseline() -> None:
    lines = _printed(ROWS)
    (chosen,) = [line for line in lines if "pretrained" in line]
    for text in ("\N{CHECK MARK}", "0.900", "0.950", "0.200", "1.2", "4.5", "3.0"):
        assert text in chosen
    (baseline,) = [line for line in lines if "question" in line]
    assert "(baseline)" in baseline
    assert "30.000" in baseline
    assert "\N{CHECK MARK}" not in "".join(line for line in lines if "pretrained" not in line)


def test_the_plot_is_a_picture_whose_bars_are_as_long_as_the_losses() -> None:
    root = ElementTree.fromstring(comparison.plot(ROWS))
    lengths = [_number(bar, "width") for bar in root.iter(f"{SVG}rect")]
    assert lengths[1] / lengths[0] == pytest.approx(2, rel=0.01)
    texts = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert "a<b>&c" in texts
    assert {"0.200", "0.400", "30.000"} <= set(texts)
    assert [text for text in texts if "\N{CHECK MARK}" in text] == ["pretrained \N{CHECK MARK}"]


def test_the_line_of_guessing_is_where_a_loss_of_log_two_ends() -> None:
    root = ElementTree.fromstring(comparison.plot([_row("guess", float(np.log(2)), chosen=True)]))
    (bar,), (line,) = root.iter(f"{SVG}rect"), root.iter(f"{SVG}line")
    assert _number(line, "x1") == pytest.approx(_number(bar, "x") + _number(bar, "width"), abs=0.2)


def test_everything_lies_inside_the_picture() -> None:
    root = ElementTree.fromstring(comparison.plot(ROWS))
    _, _, width, height = map(float, there(root.get("viewBox")).split())
    for bar in root.iter(f"{SVG}rect"):
        assert _number(bar, "x") + _number(bar, "width") < width - 40  # room for the number
        assert _number(bar, "y") + _number(bar, "height") < height
    assert all(_number(text, "y") < height for text in root.iter(f"{SVG}text"))


def test_the_cost_is_that_of_the_exported_file(make_sample: Callable[..., Sample]) -> None:
    samples = [make_sample(number, number % 2, brightness=90 + 80 * (number % 2)) for number in range(8)]
    labels = np.arange(8) % 2
    folds = split(labels, Groups.alone(8), 2, 1, 0)
    (candidate,) = brightness.candidates(Problem(samples, labels, Groups.alone(8), folds, np.ones(8, np.float32), 0))
    held = SimpleNamespace(results=[SimpleNamespace(candidate=candidate)], chosen=0)
    (found,) = comparison.price(cast(Contest, held))
    network = there(found.fitted).network
    unlike = novelty.fit(features_of(network, samples), Groups.alone(8))
    model = export(network, unlike)
    assert found.cost["megabytes"] == len(model) / 1e6
    assert 0 < found.cost["milliseconds"] < 1000
    assert "novelty" in [output.name for output in onnx.load_from_string(model).graph.output]
