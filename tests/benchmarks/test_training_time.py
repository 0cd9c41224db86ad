"""The benchmark of training: what it reads off a run, what it writes for one, and what it draws."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.training import digits, left, plot
from benchmarks.training.__main__ import stages, table
from benchmarks.training.timing import Run, run, stages_of
from tests.there import there
from training.reading.dataset import read_path

SVG = "{http://www.w3.org/2000/svg}"
RUNS = [
    Run(35, False, 60.0, 80.0, 900.0, {"Reading images": 0.2, "Fitting": 20.0}),
    Run(35, True, 50.0, 70.0, 950.0, {"Reading images": 0.1}),
    Run(3500, False, 600.0, 8000.0, 1800.0, {"Reading images": 20.0, "Fitting": 45.0}),
]


def test_a_stage_lasts_until_the_next_begins_and_a_repeated_one_is_summed() -> None:
    lines = [
        (1.0, "Reading images ..."),
        (1.5, "a warning"),
        (2.0, "Fitting ... (about 40 s left)"),
        (5.0, "Reading images ..."),
    ]
    assert stages_of(lines, 5.5) == {"Reading images": 1.5, "Fitting": 3.0}
    assert stages_of([], 1.0) == {}


def test_what_was_said_of_the_time_left_is_held_against_the_end() -> None:
    talk = "import sys, time\nfor said in ('40 s', '2 min', '1.5 h'):\n"
    talk += "    print(f'Fitting ... (about {said} left)', file=sys.stderr)\ntime.sleep(0.2)"
    found = left.listen([sys.executable, "-c", talk])
    assert [(one.stage, one.predicted) for one in found] == [("Fitting", 40), ("Fitting", 120), ("Fitting", 5400)]
    assert all(0 < one.actual < 30 for one in found)
    assert not any(one.is_honest for one in found)
    assert [left.Said("", 10, actual).is_honest for actual in (4, 6, 19, 21)] == [False, True, True, False]
    with pytest.raises(RuntimeError, match="no such thing"):
        left.listen([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="nowhere does not exist"):
        run(35, False, [str(tmp_path / "nowhere")], tmp_path)


def test_as_many_digits_as_asked_for_are_written_as_a_set_that_training_reads(tmp_path: Path) -> None:
    made = digits.load(None)
    digits.write(made, 30, tmp_path)
    data = read_path(tmp_path)
    assert len(data.train) == 30
    assert {data.classes.negative, data.classes.positive} == {"even", "odd"}
    for path in tmp_path.rglob("*.png"):
        row = int(path.stem)
        assert path.parent.name == ("even", "odd")[made.labels[row] % 2]
        np.testing.assert_array_equal(np.asarray(Image.open(path)), made.images[row])


def test_the_tables_have_a_line_a_size_and_a_line_for_each_stage_that_takes_long() -> None:
    assert table(RUNS)[2:] == ["| 35 | 60 | 80 | 70 | 950 |", "| 3,500 | 600 | 8000 |  | 1,800 |"]
    assert table(RUNS[::2])[2:] == ["| 35 | 60 | 80 | 900 |", "| 3,500 | 600 | 8000 | 1,800 |"]
    assert table(RUNS[1:2])[2:] == ["| 35 |  |  | 70 | 950 |"]
    assert stages([*RUNS, Run(9, False, 1.0, 1.0, 1.0, {"Scoring": 1.0})])[3:] == [
        "| Reading images | 0.2 | 20.0 |  |",
        "| Fitting | 20.0 | 45.0 |  |",
        "| Scoring |  |  | 1.0 |",
    ]
    assert stages(RUNS[:1])[3:] == ["| Fitting | 20.0 |"]
    assert stages(RUNS)[3:] == ["| Reading images | 0.2 | 20.0 |", "| Fitting | 20.0 | 45.0 |"]


def test_growth_in_proportion_is_drawn_along_the_dotted_line() -> None:
    """The processor's seconds of the two runs are in proportion to the images, so both lines lie on each other."""
    root = ElementTree.fromstring(plot.draw(RUNS))
    lines = [
        (
            line.get("stroke-dasharray"),
            [tuple(map(float, point.split(","))) for point in there(line.get("points")).split()],
        )
        for line in root.iter(f"{SVG}polyline")
    ]
    dotted, measured = lines[0][1], lines[1][1]
    assert lines[0][0] != lines[1][0]
    assert len(measured) == 2
    slopes = [(line[1][1] - line[0][1]) / (line[1][0] - line[0][0]) for line in (dotted, measured)]
    assert slopes[0] == pytest.approx(slopes[1], rel=0.02)
    texts = {"".join(element.itertext()) for element in root.iter(f"{SVG}text")}
    assert {"35", "3,500", "peak memory, MB"} <= texts


@pytest.mark.parametrize("runs", [RUNS, RUNS[::2]], ids=["with cached features", "with an empty cache only"])
def test_everything_lies_inside_the_picture(runs: list[Run]) -> None:
    root = ElementTree.fromstring(plot.draw(runs))
    _, _, width, height = map(float, there(root.get("viewBox")).split())
    for mark in root.iter(f"{SVG}circle"):
        assert 0 < float(there(mark.get("cx"))) < width
        assert 0 < float(there(mark.get("cy"))) < height
    assert all(0 < float(there(text.get("y"))) < height for text in root.iter(f"{SVG}text"))
