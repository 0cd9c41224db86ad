"""Whole runs over several candidates: what they cost, budgets, and those that fail."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from training.budget import Budget
from training.errors import TrainingError
from training.pipeline import Outcome, train
from training.problem.interface import Candidate, Problem
from training.progress import Stages
from training.settings import Settings


@pytest.fixture
def run(tmp_path: Path, write_images: Callable[..., Path]) -> Callable[..., Outcome]:
    data = write_images(tmp_path / "data", range(10))

    def once(**settings: Any) -> Outcome:
        asked: dict[str, Any] = {"source": data, "models": tmp_path / "models", "folds": 3, "repeats": 1} | settings
        return train(Settings(**asked), Stages(quiet=True))

    return once


@pytest.fixture
def go_wild(monkeypatch: pytest.MonkeyPatch, stand_in: ModuleType) -> Callable[[int, str], None]:
    """Return a function that lets the stand-in's so manieth candidate fail in one of its methods; it counts anew."""
    plain = stand_in.candidates
    made: list[Candidate] = []

    def fail() -> None:
        raise TrainingError("the weights became infinite")

    def arrange(position: int, method: str) -> None:
        made.clear()

        def candidates(problem: Problem) -> Sequence[Candidate]:
            (one,) = plain(problem)
            made.append(one)
            if len(made) == position:
                object.__setattr__(one, "name", "wild")
                object.__setattr__(one, method, fail)
            return [one]

        monkeypatch.setattr(stand_in, "candidates", candidates)

    return arrange


def test_a_budget_is_kept_recorded_and_shown(run: Callable[..., Outcome], stand_in: ModuleType) -> None:
    outcome = run(budget=Budget(megabytes=1, milliseconds=1000))
    (row,) = outcome.document["comparison"]
    assert row["within_budget"] is True
    assert 0 < row["megabytes"] <= 1
    assert row["milliseconds"] > 0
    assert outcome.card.settings["budget"] == {"megabytes": 1, "milliseconds": 1000}
    with pytest.raises(TrainingError, match="The smallest is brightness"):
        run(budget=Budget(megabytes=1e-6))


def test_the_file_that_is_priced_is_as_large_as_the_one_that_is_published(run: Callable[..., Outcome]) -> None:
    """The measure of novelty, which is fitted later, is half of this network."""
    outcome = run(strategies=("edges",), compare=True)
    (row,) = outcome.document["comparison"]
    assert outcome.card.model.bytes / 1e6 == pytest.approx(row["megabytes"], rel=0.01)


def test_a_loser_that_cannot_be_finished_costs_infinity_and_the_winner_is_published(
    run: Callable[..., Outcome], go_wild: Callable[[int, str], None]
) -> None:
    go_wild(2, "finish")
    report = run(strategies=("pretrained", "finetune"), compare=True).document
    chosen, wild = report["comparison"]
    assert chosen["chosen"]
    assert wild["candidate"] == "wild"
    assert "milliseconds" not in wild  # JSON has no infinity


def test_a_strategy_that_cannot_be_prepared_is_named_and_the_others_go_on(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, stand_in: ModuleType
) -> None:
    plain, asked = stand_in.candidates, []

    def candidates(problem: Problem) -> Sequence[Candidate]:
        asked.append(problem)
        if len(asked) == 1:
            raise TrainingError("its weights cannot be downloaded")
        found: Sequence[Candidate] = plain(problem)
        return found

    monkeypatch.setattr(stand_in, "candidates", candidates)
    report = run(strategies=("application", "pretrained")).document
    assert report["failed"] == [{"candidate": "application", "reason": "its weights cannot be downloaded"}]
    assert [row["candidate"] for row in report["comparison"]] == [stand_in.NAME]


def test_a_strategy_that_cannot_be_trained_is_named_and_the_others_go_on(
    run: Callable[..., Outcome], go_wild: Callable[[int, str], None], stand_in: ModuleType
) -> None:
    go_wild(1, "evaluate")
    report = run(strategies=("finetune", "pretrained")).document
    assert report["failed"] == [{"candidate": "wild", "reason": "the weights became infinite"}]
    assert [row["candidate"] for row in report["comparison"]] == [stand_in.NAME]

    go_wild(1, "evaluate")
    with pytest.raises(TrainingError, match="wild: the weights became infinite"):
        run(strategies=("pretrained",))
