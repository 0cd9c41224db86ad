"""What loggers, containers and clusters put before a line changes nothing of what is read."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import doctor
from tests.doctor.test_console_shapes import SHAPES, printed
from tests.there import there

PREFIXES = (
    "INFO:root:",
    "INFO:my_package.train:",
    "INFO 2026-11-28 22:10:0{d},123 ",
    "[INFO] 2026-11-28 22:10:0{d} - ",
    "2026-11-28 22:10:0{d},123 - train - INFO - ",
    "2026-11-28 22:10:0{d},123 train INFO ",
    "2026-11-28 22:10:0{d},123 INFO train.py:42 ",
    "2026-11-28 22:10:0{d},123 [MainThread] INFO train - ",
    "11/28/2026 22:10:0{d} - INFO - __main__ - ",
    "11/28/2026 10:10:0{d} PM INFO ",
    "[INFO|trainer.py:123] 2026-11-28 22:10:0{d},123 >> ",
    "2026-11-28 22:10:0{d}.123 | INFO     | __main__:train:42 - ",
    "2026-11-28 22:10:0{d}.123 | SUCCESS  | __main__:<module>:42 - ",
    "2026-11-28T22:10:0{d}.123456Z [info     ] ",
    "I1128 22:10:0{d}.123456 140123456789 train.py:42] ",
    "I20261128 22:10:0{d}.123456  1234 solver.cpp:239] ",
    "2026-11-28T22:10:0{d}.123456789Z ",
    "2026-11-28T22:10:0{d}.123456789+01:00 stdout F ",
    "[pod/train-abc12/trainer] ",
    "trainer-1  | ",
    "Nov 28 22:10:0{d} host python[1234]: ",
    "0: ",
    "12{d}.4s\t3{d}\t",
    "(RayTrainWorker pid=1234, ip=10.0.0.1) ",
    "[rank: 0] ",
    "\x1b[36m(train_fn pid=1234)\x1b[0m ",
    "[2026-11-28 22:10:0{d},123] [INFO] [logging.py:96:log_dist] [Rank 0] ",
    "22:10:0{d}.123 [main] INFO  o.d.o.l.ScoreIterationListener - ",
    "[Sat Nov 28 22:10:0{d} 2026] ",
    "1795903800.{d} ",
    "[  12.{d}s] ",
    "train.log:",
    "[1] ",
    "> ",
    "- ",
    "    ",
)
"""Of Python's logging, Transformers, loguru, structlog, absl, glog, Docker, Kubernetes, systemd, srun, Kaggle, Ray,
Lightning, DeepSpeed, Java, ts, Unix time, dmesg, grep, R, mails, lists, and text that is indented."""
PRINTED = {name: printed(shape) for name, (shape, _) in SHAPES.items() if "\r" not in shape and "rank0" not in shape}
Curves = dict[str, list[float]]


def curves(text: str) -> Curves:
    return {series.curve: series.points.values.tolist() for series in doctor.read_run(text.encode()).series}


def dressed(text: str, *prefixes: str) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    for prefix in prefixes:
        lines = [prefix.replace("{d}", str(place % 10)) + line for place, line in enumerate(lines)]
    return "\n".join(lines)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(PRINTED)), st.sampled_from(PREFIXES))
@example("PyTorch's ImageNet example prints means so far", "INFO:root:")
@example("MXNet", "2026-11-28 22:10:0{d},123 train INFO ")
@example("AllenNLP draws two bars an epoch", "INFO:my_package.train:")
@example("fairseq", "Nov 28 22:10:0{d} host python[1234]: ")
def test_any_line_reads_to_the_same_values_behind_any_prefix(shape: str, prefix: str) -> None:
    assert curves(dressed(PRINTED[shape], prefix)) == curves(PRINTED[shape])


@pytest.mark.parametrize("outer", ["trainer-1  | ", "2026-11-28T22:10:0{d}.123456789Z ", "> "])
@pytest.mark.parametrize("inner", ["INFO:root:", "2026-11-28 22:10:0{d},123 - train - INFO - ", "[rank0]: "])
def test_one_prefix_stands_before_another(inner: str, outer: str) -> None:
    text = PRINTED["PyTorch's ImageNet example prints means so far"]

    assert curves(dressed(text, inner, outer)) == curves(text)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_that_windows_wrote_reads_to_the_same_values(encoding: str, line_end: str) -> None:
    text = PRINTED["timm"]
    found = doctor.read_run(text.replace("\n", line_end).encode(encoding))

    assert {series.curve: series.points.values.tolist() for series in found.series} == curves(text)


def test_two_loggers_that_are_called_as_the_sets_keep_their_names() -> None:
    text = "".join(f"INFO:train:epoch {n} loss {1 / n}\nINFO:valid:epoch {n} loss {2 / n}\n" for n in range(1, 5))

    assert curves(text) == {"loss": [1 / n for n in range(1, 5)], "val_loss": [2 / n for n in range(1, 5)]}


def test_a_logger_that_is_called_as_the_validation_keeps_its_name_beside_another_without_a_set() -> None:
    text = "".join(f"INFO:pkg.model:epoch {n} loss {1 / n}\nINFO:pkg.val:epoch {n} loss {2 / n}\n" for n in range(1, 5))

    assert curves(text) == {"loss": [1 / n for n in range(1, 5)], "val_loss": [2 / n for n in range(1, 5)]}


def test_of_several_evaluation_sets_of_catboost_the_one_that_was_read_is_told() -> None:
    line = "{n}:\tlearn: 0.6{m}\ttest: 0.7{m}\ttest1: 0.5{m}\tbest: 0.5{m} ({n})\ttotal: 4ms"
    lines = [line.format(n=n, m=9 - n) for n in range(4)]
    run = doctor.read_run("\n".join(lines).encode())

    assert there(run.points("val_loss")).values.tolist() == [0.79, 0.78, 0.77, 0.76]
    assert "the first of eval_set" in " ".join(run.reading.notes)
