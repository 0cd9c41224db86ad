"""Lines that are alike are parsed once, and plain decimals a column at a time: neither may change what is read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import doctor
from doctor.readers import decimals
from doctor.readers.console import alike, kinds

pieces = st.sampled_from(
    ["Epoch ", "acc1: ", "Acc@5 ", "top 1 acc: ", "loss: ", "/", "(", ")", "[", "] ", "% ", "\u2588\u2588| ", "e-", " "]
)
numbers = st.one_of(st.integers(0, 10**14).map(str), st.floats(0, 1e6).map(repr), st.just("00:01"), st.just("\u0664"))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(pieces, numbers), max_size=20).map("".join))
def test_a_line_is_put_together_again_of_what_it_has_in_common_and_its_digits(line: str) -> None:
    common, runs = alike.parted(line)

    assert alike.filled(alike.standing(common), runs) == line


def test_names_with_digits_keep_them() -> None:
    common, runs = alike.parted("Epoch 3 acc1: 0.25 Acc@5 87.5 top 1 acc: 0.5 top5 0.9")

    assert runs == ["3", "0", "25", "87", "5", "0", "5", "0", "9"]
    assert all(name in common for name in ("acc1", "Acc@5", "top 1", "top5"))


def test_what_lines_of_one_wording_say_is_each_lines_own() -> None:
    lines = [
        f"Epoch {n}/12: loss: {n}.25 - acc: {n}/64 - val_loss: 1e-0{n % 9 + 1} - val_acc: {90 + n / 8}%"
        for n in range(12)
    ]
    run = doctor.read_run("\n".join(lines).encode())

    found = {series.curve: series.points.values.tolist() for series in run.series}
    assert found["loss"] == [n + 0.25 for n in range(12)]
    assert found["accuracy"] == [n / 64 for n in range(12)]
    assert found["val_loss"] == [10.0 ** -(n % 9 + 1) for n in range(12)]
    assert found["val_accuracy"] == [(90 + n / 8) / 100 for n in range(12)]


def test_a_text_of_ever_new_wordings_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_MOST_KINDS", 20)
    epochs = "".join(f"Epoch {n}, loss: 0.{n}\n" for n in range(1, 5))

    assert len(doctor.read_run((epochs + "".join(f"{'a' * n}\n" for n in range(1, 20))).encode())) == 4
    with pytest.raises(doctor.HistoryError, match="too many wordings to be a log; keep the lines that end an epoch"):
        doctor.read_run((epochs + "".join(f"{'a' * n}\n" for n in range(1, 30))).encode())


plain = st.one_of(
    st.floats(0, 1e9).map(repr),
    st.decimals(0, 10**12, places=9).map(str),
    st.integers(0, 2**62).map(str),
    st.integers(2**53, 2**54).map(lambda number: f"{number}.5"),
    st.sampled_from(["", ".", "-", "5.", ".5", "1.2.3", "nan", " 1", "1 ", "00.10", "-0"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "-"]), plain).map("".join), min_size=1, max_size=40))
def test_decimals_read_together_are_those_that_float_reads(cells: list[str]) -> None:
    text = np.frombuffer((",".join(cells) + ",").encode(), np.uint8)
    stops = np.flatnonzero(text == ord(","))
    values, known = decimals.read(text, np.concatenate([[0], stops[:-1] + 1]), stops)

    assert [value for value, is_known in zip(values, known, strict=True) if is_known] == [
        float(cell) for cell, is_known in zip(cells, known, strict=True) if is_known
    ]
    assert all(is_known for cell, is_known in zip(cells, known, strict=True) if cell in ("5.", ".5", "00.10", "12.75"))
