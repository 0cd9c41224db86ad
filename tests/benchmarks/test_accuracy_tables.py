"""The tables of the accuracy benchmark, read back as numbers and compared with means by hand."""

import math

from benchmarks.accuracy import tables
from benchmarks.accuracy.trial import Row


def _row(candidate: str, accuracy: float, log_loss: float, milliseconds: float = math.nan) -> Row:
    return Row(candidate, accuracy, 0.9, log_loss, 0.1, 1.25, 2.0, milliseconds)


RESULTS = {
    ("faces", 10): {
        "raw pixels": [_row("raw pixels", 0.7, 0.5), _row("raw pixels", 0.8, 0.7)],
        "question": [_row("question", 0.6, 0.68, 20.0)],
        "chosen": [_row("chosen", 0.9, 0.3, 4.0), _row("chosen", 1.0, 0.1, 6.0)],
    },
    ("faces", 35): {"chosen": [_row("chosen", 1.0, 0.02, 5.0)]},
}


def _cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def test_the_summary_has_a_row_for_each_set_and_size() -> None:
    head, rule, *rows = _cells(tables.summarise(RESULTS))
    assert head == ["set", "images", "raw pixels", "HOG", "expert", "scratch", "question", "chosen"]
    assert set(rule) == {"---"}
    assert rows == [
        ["faces", "10", "0.750 / 0.60", "", "", "", "0.600 / 0.68", "0.950 / 0.20"],
        ["faces", "35", "", "", "", "", "", "1.000 / 0.02"],
    ]


def test_every_candidate_has_its_means_and_the_standard_error_of_its_accuracy() -> None:
    text = tables.describe(RESULTS)
    assert "**faces, 10 images, 2 draws**" in text
    _, _, pixels, question, chosen, *_ = _cells(text)
    # two draws that differ by d have a standard deviation of d / sqrt(2), and a standard error of d / 2
    assert pixels == ["raw pixels", "0.750 ± 0.050", "0.900", "0.600", "0.100", "1.2", "", "2.0"]
    assert question == ["question (1 of them)", "0.600", "0.900", "0.680", "0.100", "1.2", "20.0", "2.0"]
    assert chosen == ["chosen", "0.950 ± 0.050", "0.900", "0.200", "0.100", "1.2", "5.0", "2.0"]
    assert _cells(text)[-1] == ["chosen", "1.000", "0.900", "0.020", "0.100", "1.2", "5.0", "2.0"]
