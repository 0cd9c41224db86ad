"""The CSV that a chart of Weights & Biases' page exports, laid out as its documentation shows it."""

from __future__ import annotations

import pytest

import doctor

FIRST, SECOND = [0.7, 0.5, 0.4, 0.3], [0.9, 0.85, 0.8, 0.78]


def chart(columns: dict[str, list[float]], spread: float = 0.0) -> bytes:
    header = ["Step", *(f"{name}{end}" for name in columns for end in ("", "__MIN", "__MAX"))]
    rows = [
        [str(10 * step), *(str(values[step] + side * spread) for values in columns.values() for side in (0, -1, 1))]
        for step in range(4)
    ]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *rows]).encode()


@pytest.mark.parametrize("run", ["swift-dew-1", "resnet - lr 0.1"])
@pytest.mark.parametrize(("loss", "validation"), [("train/loss", "val/loss"), ("loss", "val_loss")])
def test_a_chart_of_one_run_is_its_curves(run: str, loss: str, validation: str) -> None:
    found = doctor.read_run(chart({f"{run} - {loss}": FIRST, f"{run} - {validation}": SECOND}))

    assert found.history() == {"loss": FIRST, "val_loss": SECOND}
    assert (found.reading.axis, found.axis.tolist()) == ("step", [0, 10, 20, 30])
    assert "means" not in " ".join(found.reading.notes)


def test_the_runs_of_a_chart_are_asked_for_and_not_mixed() -> None:
    text = chart({"a - loss": FIRST, "b - loss": SECOND})

    with pytest.raises(doctor.HistoryError, match="holds 2 runs: 'a', 'b'"):
        doctor.read(text)
    assert doctor.read(text, run="b")[0] == {"loss": SECOND}


def test_a_chart_of_means_says_so() -> None:
    assert "shows means here" in " ".join(doctor.read_run(chart({"a - loss": FIRST}, 0.1)).reading.notes)


def test_a_chart_without_the_training_loss_is_refused_with_the_way_to_the_whole_run() -> None:
    with pytest.raises(doctor.HistoryError, match=r"shows 'val/loss' and not the training loss.*history\(samples"):
        doctor.read(chart({"a - val/loss": FIRST}))
