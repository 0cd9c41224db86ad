"""Tables of TensorBoard's writers, a row or a value a line: which writers are one run, and whose each is.

Laid out as `ExperimentFromDev.get_scalars` of TensorBoard 2.21 (`run`, `tag`, `step`, `value`; or a column a tag) and
`SummaryReader.scalars` of tbparse 0.0.9 (`dir_name`) make them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

import doctor

TRAIN, VALIDATION = [0.7, 0.5, 0.4, 0.3], [0.8, 0.6, 0.5, 0.45]
Layout = Callable[[str, str, str], bytes]
CURVES = {"loss": TRAIN, "val_loss": VALIDATION}


def wide(label: str, train: str, validation: str) -> bytes:
    rows = [f"{train},{step},{loss}" for step, loss in enumerate(TRAIN)]
    rows += [f"{validation},{step},{loss}" for step, loss in enumerate(VALIDATION)]
    return "\n".join([f"{label},step,epoch_loss", *rows]).encode()


def long(label: str, train: str, validation: str) -> bytes:
    rows = [f"{train},epoch_loss,{step},{loss}" for step, loss in enumerate(TRAIN)]
    rows += [f"{validation},epoch_loss,{step},{loss}" for step, loss in enumerate(VALIDATION)]
    return "\n".join([f"{label},tag,step,value", *rows]).encode()


@pytest.mark.parametrize("layout", [wide, long])
@pytest.mark.parametrize("label", ["run", "dir_name"])
@pytest.mark.parametrize(
    ("train", "validation"),
    [
        ("train", "validation"),
        ("exp/train", "exp/validation"),
        ("exp\\train", "exp\\eval"),
        ("20261128-101500/train", "20261128-101500/val"),
        ("lr_0.1_train", "lr_0.1_valid"),
        (".", "eval"),
        ("exp", "exp/eval"),
    ],
)
def test_writers_of_one_run_are_its_two_curves(layout: Layout, label: str, train: str, validation: str) -> None:
    assert doctor.read(layout(label, train, validation))[0] == CURVES


@pytest.mark.parametrize(("layout", "name"), [(wide, "run b"), (long, "b")])
def test_writers_of_two_runs_are_told_apart_and_each_is_whole(layout: Layout, name: str) -> None:
    first, second = layout("run", "a/train", "a/validation"), layout("run", "b/train", "b/validation")

    assert doctor.read(first + b"\n" + second.split(b"\n", 1)[1], run=name)[0] == CURVES


def test_writers_that_no_word_owns_are_runs() -> None:
    run = doctor.read_run(wide("dir_name", "version_0", "version_1"))

    assert run.reading.runs == ("run version_0", "run version_1")


def test_a_validation_writer_alone_is_not_taken_for_training() -> None:
    text = wide("run", "exp/validation", "exp/validation").split(b"\n")[:5]

    with pytest.raises(doctor.HistoryError, match="the training loss was never logged"):
        doctor.read(b"\n".join(text))
