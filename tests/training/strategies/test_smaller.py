"""Smaller pictures: framed as at full size, taken only where they are needed, and published as they were measured."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from artifact.card import ImageSpec
from tests.training.strategies.test_framing import MIDDLE, WHOLE, Scoring, Told
from training.evaluation.groups import Groups
from training.fitting.mixing import ROWS
from training.problem.interface import Problem
from training.strategies import pretrained
from training.strategies.framing import Framed
from training.strategies.smaller import Smaller

SIDE = 96


@pytest.fixture
def problem(make_problem: Callable[..., Problem]) -> Problem:
    return make_problem(images=12, folds=3, repeats=1)


def _shrink(full: Framed, asked: list[ImageSpec]) -> Smaller:
    """A candidate whose scores tell its framing apart, and from the full size: 10 for the middle, 20 for the whole."""

    def make(spec: ImageSpec, problem: Problem) -> Told:
        asked.append(spec)
        return Told(spec, (0.0,) * 9, 10.0 if spec.fit == "crop" else 20.0, problem)

    return Smaller("told-96", SIDE, full, make, 1.0, 0.5, full.problem)


def test_each_fold_is_framed_as_its_training_images_speak_for_at_full_size(problem: Problem) -> None:
    full = Framed((Told(MIDDLE, (1, 5, 1, 1), 1.0, problem), Told(WHOLE, (2, 2, 2, 2), 2.0, problem)), problem)
    evaluation = _shrink(full, []).evaluate()
    for fold, score in zip(problem.folds, (10.0, 20.0, 10.0), strict=True):
        assert (evaluation.logits[fold.repeat, fold.validation] == score).all()


def test_a_framing_that_no_fold_speaks_for_is_never_taken(problem: Problem) -> None:
    full = Framed((Told(MIDDLE, (3, 3, 3, 3), 1.0, problem), Told(WHOLE, (2, 2, 2, 2), 2.0, problem)), problem)
    asked: list[ImageSpec] = []
    candidate = _shrink(full, asked)
    assert not asked, "nothing before it is evaluated"
    candidate.evaluate()
    assert set(asked) == {dataclasses.replace(WHOLE, height=SIDE, width=SIDE)}


def test_what_is_published_keeps_the_framing_of_all_images_and_says_what_it_saves(problem: Problem) -> None:
    full = Framed((Told(MIDDLE, (1, 1, 1, 9), 1.0, problem), Told(WHOLE, (2, 2, 2, 2), 2.0, problem)), problem)
    candidate = _shrink(full, [])
    fitted = candidate.finish()
    assert candidate.spec == dataclasses.replace(WHOLE, height=SIDE, width=SIDE)
    assert fitted.network == Scoring(20.0, candidate.spec)
    told = fitted.settings["framing"]
    assert told["fit"] == "stretch"
    assert "its edges matter" in told["summary"]
    assert "96 pixels a side are as good as those of 224, as far as 12 images can tell, at 50 %" in told["summary"]


def test_another_problem_reaches_the_full_size_too(problem: Problem) -> None:
    full = Framed((Told(MIDDLE, (1, 5, 1, 1), 1.0, problem), Told(WHOLE, (2, 2, 2, 2), 2.0, problem)), problem)
    other = dataclasses.replace(problem, folds=problem.folds[:2])
    assert len(dataclasses.replace(_shrink(full, []), problem=other).evaluate().curves) == 2


@pytest.mark.parametrize(("loss", "promises"), [(3.9, True), (4.0, True), (4.1, False)])
def test_it_is_worth_its_folds_where_left_out_images_are_told_as_well(
    problem: Problem, loss: float, promises: bool
) -> None:
    full = Framed((Told(MIDDLE, (1, 1, 1, 9.0), 1.0, problem), Told(WHOLE, (1, 1, 1, 4.0), 2.0, problem)), problem)
    asked: list[ImageSpec] = []

    def make(spec: ImageSpec, images: Problem) -> Told:
        asked.append(spec)
        return Told(spec, (loss,), 0.0, images)

    candidate = Smaller("told-96", SIDE, full, make, 1.0, 0.5, problem)
    assert candidate.promises(full) == promises
    assert asked == [dataclasses.replace(WHOLE, height=SIDE, width=SIDE)], "in the framing of full size alone"


def test_a_glance_is_at_no_more_images_than_a_choice_is_made_from() -> None:
    images = ROWS + 5
    none = [None] * images
    many = Problem(none, np.arange(images) % 2, Groups.of(np.arange(images)), (), np.ones(images, np.float32), 0)  # type: ignore[arg-type]  # no pixel is looked at
    full, asked = Framed((Told(MIDDLE, (4.0,), 1.0, many),), many), []

    def make(spec: ImageSpec, some: Problem) -> Told:
        asked.append(len(some.samples))
        return Told(spec, (3.0,), 0.0, some)

    assert Smaller("told-96", SIDE, full, make, 1.0, 0.5, many).promises(full)
    assert asked == [ROWS]


def test_enough_separate_images_bring_smaller_pictures_in(
    make_problem: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrained, "FEWEST", 8)
    monkeypatch.setattr(pretrained, "SIDE", SIDE)
    monkeypatch.setattr(Smaller, "promises", lambda *_: True)
    few = make_problem(images=8, folds=2)
    copies = dataclasses.replace(few, groups=Groups.of(np.arange(8) // 2))
    assert [one.name for one in pretrained.candidates(copies)] == ["pretrained", "pretrained-small"]
    full, _, smaller, small = pretrained.candidates(few)
    assert [smaller.name, small.name] == ["pretrained-96", "pretrained-small-96"]
    assert smaller.work / full.work == pytest.approx((96 / 224) ** 2, rel=0.01)
    assert smaller.megabytes == full.megabytes
    evaluation, fitted = smaller.evaluate(), smaller.finish()
    assert np.isfinite(evaluation.logits).all()
    assert smaller.spec == dataclasses.replace(full.spec, height=SIDE, width=SIDE)
    assert fitted.features is not None
    assert fitted.features.shape == (8, 1280)
    scored = fitted.network.run(np.zeros((1, SIDE, SIDE, 3), np.uint8))
    assert np.isfinite(scored["logit"]).all()
