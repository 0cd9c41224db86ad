"""Tables that are read in bulk are read as they are line by line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import doctor
from doctor.readers import numeric

cells = st.one_of(st.floats(-1e6, 1e6).map(repr), st.sampled_from(["", "nan", "inf", "-inf", "1e5", " 2 ", "3."]))
rows = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=30)


def read(text: str, smallest: int) -> doctor.Run | str:
    original, numeric.SMALLEST = numeric.SMALLEST, smallest
    try:
        return doctor.read_run(text.encode())
    except doctor.HistoryError as error:
        return str(error)
    finally:
        numeric.SMALLEST = original


@settings(max_examples=150, deadline=None)
@given(rows, st.sampled_from([",", "\t", "|"]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_in_bulk_and_line_by_line_is_the_same(
    rows: list[tuple[str, ...]], delimiter: str, end: str, closed: bool
) -> None:
    lines = [("epoch", "loss", "val_loss"), *((str(n), *row[1:]) for n, row in enumerate(rows))]
    text = end.join(delimiter.join(line) for line in lines) + (end if closed else "")
    same(text)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(cells, st.sampled_from(["train", "val", "x y", " train", "", "7"])), min_size=1, max_size=30),
    st.sampled_from(["phase", "host", "fold", "time"]),
    st.sampled_from([",", "\t", "|"]),
)
@example([("1.0", ""), ("0.5", "7")], "fold", ",")
def test_words_beside_the_numbers_are_read_as_line_by_line(
    rows: list[tuple[str, str]], name: str, delimiter: str
) -> None:
    lines = [("epoch", name, "loss"), *((str(n // 2), word, loss) for n, (loss, word) in enumerate(rows))]

    same("\n".join(delimiter.join(line) for line in lines) + "\n")


def same(text: str) -> None:
    """Hold that a table is read in bulk as it is line by line."""
    bulk, careful = read(text, 0), read(text, 10**9)

    if isinstance(careful, str) or isinstance(bulk, str):
        assert bulk == careful
        return
    assert bulk.reading == careful.reading
    for curve in ("loss", "val_loss"):
        ours, theirs = bulk.points(curve), careful.points(curve)
        assert (ours is None) == (theirs is None)
        if ours is not None and theirs is not None:
            np.testing.assert_array_equal(ours.states, theirs.states)
            np.testing.assert_array_equal(ours.values, theirs.values)


def test_a_loss_that_is_not_a_number_in_the_first_rows_names_no_series() -> None:
    text = "epoch,loss,grad_norm\n0,nan,inf\n0,0.5,2\n1,nan,inf\n1,0.4,2\n2,nan,inf\n2,0.3,2\n"

    run = doctor.read_run(text.encode())

    assert [len(run), [used.column for used in run.reading.used]] == [3, ["loss"]]


@pytest.mark.parametrize("row", ["1,0.5", "1,0.5,0.5,0.5", "1,0.5,high", '1,"0.5",0.5', "1,0.5,NA", "mean,1,1"])
def test_what_is_not_numbers_only_is_left_to_the_careful_way(row: str) -> None:
    text = "epoch,loss,val_loss\n0,0.7,0.7\n" + row + "\n2,0.4,0.4\n3,0.3,0.3\n"

    assert numeric.columns(text.split("\n", 1)[1].encode(), [False] * 3, ",") is None
    ours, theirs = (getattr(read(text, smallest), "reading", None) or read(text, smallest) for smallest in (0, 10**9))
    assert ours == theirs
