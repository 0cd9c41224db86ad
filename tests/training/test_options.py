"""The command line: what it makes of words, and what it answers to those it cannot use."""

import re
from pathlib import Path

import pytest

from training import options
from training.budget import Budget
from training.reading.sources import LAYOUT
from training.strategies import ON_REQUEST, STRATEGIES


def test_nothing_asked_is_the_built_in_example_with_every_strategy_but_those_on_request() -> None:
    settings = options.parse([])
    assert (settings.source, settings.name, settings.models) == (None, "default", Path("models"))
    assert set(settings.strategies) == set(STRATEGIES) - set(ON_REQUEST)
    assert settings.cache is not None


@pytest.mark.parametrize(
    ("words", "attribute", "value"),
    [
        (["photos", "--name", "bees"], "source", Path("photos")),
        (["photos", "--name", "bees"], "name", "bees"),
        (["Bees & Ants/photos.2024.zip"], "name", "photos-2024"),
        (["My Photos/"], "name", "my-photos"),
        (["--strategy", "edges"], "strategies", ("edges",)),
        (["--strategy", "edges", "--include", "question"], "strategies", ("edges", "question")),
        (["--strategy", "edges", "--include", "question", "photos"], "source", Path("photos")),
        (["--strategy", "edges", "--include", "question", "photos"], "strategies", ("edges", "question")),
        (["photos", "--include", "question", "compact"], "source", Path("photos")),
        (["--engine", "ray", "--ray-address", "auto"], "ray_address", "auto"),
        (["--backbone", "mobilenet_v2"], "backbone", "mobilenet_v2"),
        (["--strategy", "edges", "--backbone", "mobilenet_v2"], "strategies", ("edges", "application")),
        (["--backbone", "my.onnx"], "own_backbone.path", Path("my.onnx")),
        (["--backbone", "my.onnx"], "backbone", None),
        (["--strategy", "edges", "--backbone", "my.onnx"], "strategies", ("edges", "own")),
        (["--backbone", "my.onnx", "--backbone-size", "96"], "own_backbone.size", 96),
        (["--backbone", "my.onnx", "--backbone-normalise", "half"], "own_backbone.normalisation", (0.5,) * 6),
        (["--backbone", "my.onnx", "--backbone-output", "pooled"], "own_backbone.output", "pooled"),
        (["--budget-mb", "2"], "budget", Budget(2.0, None)),
        (["--budget-ms", "0.5"], "budget", Budget(None, 0.5)),
        (["--no-cache"], "cache", None),
        (["--cache", "kept"], "cache", Path("kept")),
        (["--at-most-false-yes", "0.02"], "costs.at_most_false_yes", 0.02),
        (["--cost-false-no", "5"], "costs.false_no", 5.0),
        (["--learning-rate", "1e-3"], "overrides.learning_rate", 1e-3),
        (["--momentum", "0"], "overrides.momentum", 0.0),
        (["--invariant", "hflip, rotate"], "invariant", frozenset({"hflip", "rotate"})),
        (["--class-weight", "balanced"], "balanced", True),
        (["--no-mend"], "mend", False),
        (["--test", "0.2"], "test", "0.2"),
        (["--seed", "4294967295"], "seed", 2**32 - 1),
    ],
)
def test_words_become_settings(words: list[str], attribute: str, value: object) -> None:
    found = options.parse(words)
    for part in attribute.split("."):
        found = getattr(found, part)
    assert found == value


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["--seed", "-1"], "'-1' is not a whole number of 0 or more and less than 4,294,967,296"),
        (["--seed", "4294967296"], "less than 4,294,967,296"),
        (["--seed", "1.5"], "a whole number"),
        (["--folds", "1"], "a whole number of 2 or more"),
        (["--repeats", "0"], "a whole number of 1 or more"),
        (["--epochs", "many"], "'many' is not a whole number"),
        (["--momentum", "1"], "a number of 0 or more and less than 1"),
        (["--learning-rate", "0"], "a number of more than 0"),
        (["--learning-rate", "nan"], "a number of more than 0"),
        (["--learning-rate", "inf"], "a number of more than 0"),
        (["--cost-false-no", "inf"], "a number of more than 0"),
        (["--at-most-false-yes", "1"], "more than 0 and less than 1"),
        (["--error-rate", "0.5"], "less than 0.5"),
        (["--cost-false-yes", "-3"], "more than 0"),
        (["--budget-mb", "0"], "a number of more than 0"),
        (["--budget-ms", "soon"], "'soon' is not a number"),
        (["--strategy", "guess"], "pretrained"),
        (["--backbone", "resnet_1000"], "mobilenet_v2"),
        (["--backbone", "my.onnx", "--backbone-normalise", "imagnet"], "none of imagenet, clip"),
        (["--backbone", "my.onnx", "--backbone-size", "2"], "pixels from 16"),
        (["--strategy", "own"], "add --backbone FILE.onnx"),
        (["--backbone-size", "96"], "--backbone FILE.onnx"),
        (["--include", "guess"], "guess is not among .*pretrained"),
        (["photos", "--include", "edges", "guess"], "guess is not among .*pretrained"),
        (["--ray-address", "auto"], "Add that, or leave the address out"),
        (["--invariant", "hflip,sideways"], "sideways is not among .*hflip"),
        (["--optimizer", "lbfgs"], "adam"),
        (["--colour", "red"], "--colour"),
        (["one", "two"], "two"),
    ],
)
def test_a_word_that_cannot_be_used_is_answered_with_what_was_expected(
    words: list[str], answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        options.parse(words)
    assert exit_.value.code == 2
    assert re.search(answer, capsys.readouterr().err.replace("\n", " "))


@pytest.mark.parametrize(
    ("words", "tried"),
    [
        (["--budget-mb", "2"], True),
        (["--budget-ms", "5"], True),
        (["--include", "compact"], True),
        (["--strategy", "edges", "--budget-mb", "2"], False),
        ([], False),
    ],
)
def test_a_budget_brings_in_the_candidates_that_are_made_for_one(words: list[str], tried: bool) -> None:
    assert ("compact" in options.parse(words).strategies) == tried


def test_the_help_teaches_the_layout_and_names_every_strategy(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        options.parse(["--help"])
    text = capsys.readouterr().out
    assert exit_.value.code == 0
    assert LAYOUT in text
    for strategy in STRATEGIES:
        assert strategy in text
    assert "example" in text


def test_the_examples_of_the_help_can_be_typed() -> None:
    typed = re.findall(r"^  python -m training (.*?)(?:  |$)", options.EPILOG, re.MULTILINE)
    assert len(typed) >= 4
    for line in typed:
        options.parse(line.split())
