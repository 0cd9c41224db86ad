"""Which framing is used: by what left-out images say, inside each fold; and what the choice leaves in the settings."""

import dataclasses
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from artifact.card import ImageSpec
from artifact.network import Floats, Pixels
from training.evaluation.groups import Groups
from training.evaluation.novelty import Novelty
from training.evaluation.splitting import split
from training.fitting.mixing import ROWS, Mixture
from training.fitting.probing import CrossFit
from training.problem.interface import Fitted, Problem
from training.reading import facts
from training.reading.dataset import Sample
from training.strategies import framing, pretrained
from training.strategies.framing import Framed

MIDDLE, WHOLE = framing.specs(pretrained.SPEC)


@dataclass(frozen=True)
class Scoring:
    """The network of a framing whose score is told."""

    score: float
    spec: ImageSpec
    outputs: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def run(self, pixels: Pixels) -> dict[str, Floats]:
        raise AssertionError("it is never run")

    def to_onnx(self, novelty: Novelty | None) -> bytes:
        raise AssertionError("it is never exported")


@dataclass(frozen=True)
class Told:
    """A framing whose losses and scores are told beforehand: `losses` for each fold, then for all images."""

    spec: ImageSpec
    losses: tuple[float, ...]
    score: float
    problem: Problem
    name: str = "told"
    megabytes: float = 1.0
    work: float = 1.0

    def choose_for_folds(self) -> tuple[Mixture, ...]:
        return tuple(Mixture((1.0,), 1.0, loss) for loss in self.losses[: len(self.problem.folds)])

    def cross_fit(self) -> CrossFit:
        folds = self.problem.folds
        logits = np.full((folds[-1].repeat + 1, len(self.problem.labels)), self.score)
        return CrossFit(logits, tuple({"loss": [self.score]} for _ in folds), self.choose_for_folds())

    def choose(self) -> Mixture:
        return Mixture((1.0,), 1.0, self.losses[-1])

    def finish(self) -> Fitted:
        return Fitted(Scoring(self.score, self.spec), {}, {"optimizer": "none"})

    def describe(self, mixture: Mixture) -> dict[str, Any]:
        return {"score": self.score}


@pytest.fixture
def problem(make_problem: Callable[..., Problem]) -> Problem:
    return make_problem(images=12, folds=3, repeats=2)


def test_each_fold_is_scored_by_the_framing_that_its_own_training_images_speak_for(problem: Problem) -> None:
    middle = Told(MIDDLE, (1, 5, 5, 1, 1, 1, 9), 1.0, problem)
    whole = Told(WHOLE, (2, 2, 2, 2, 2, 2, 2), 2.0, problem)
    evaluation = Framed((middle, whole), problem).evaluate()
    expected = (1.0, 2.0, 2.0, 1.0, 1.0, 1.0)
    for fold, score, curve in zip(problem.folds, expected, evaluation.curves, strict=True):
        assert (evaluation.logits[fold.repeat, fold.validation] == score).all()
        assert curve == {"loss": [score]}


def test_what_is_published_is_framed_as_all_images_speak_for_and_says_so(problem: Problem) -> None:
    middle = Told(MIDDLE, (1, 1, 1, 1, 1, 1, 6.0), 1.0, problem)
    whole = Told(WHOLE, (2, 2, 2, 2, 2, 2, 3.0), 2.0, problem)
    candidate = Framed((middle, whole), problem)
    fitted = candidate.finish()
    assert candidate.spec == WHOLE
    assert fitted.network == Scoring(2.0, WHOLE)
    told = fitted.settings["framing"]
    assert told["fit"] == "stretch"
    assert told["summary"] == "The whole picture is used, squeezed to a square: its edges matter here."
    assert [row["log_loss"] for row in told["tried"]] == [0.5, 0.25]  # of 12 images
    assert candidate.evaluate().settings["score"] == 2.0


def test_of_a_whole_picture_that_does_hardly_better_it_is_not_said_that_its_edges_matter(problem: Problem) -> None:
    ways = (Told(MIDDLE, (1, 1, 1, 1, 1, 1, 6.0), 1.0, problem), Told(WHOLE, (1, 1, 1, 1, 1, 1, 3.1), 2.0, problem))
    told = Framed(ways, problem).finish().settings["framing"]
    assert told["fit"] == "stretch"
    assert told["summary"].endswith("whether its edges matter, these images hardly tell.")


def test_where_both_do_as_well_the_middle_is_kept(problem: Problem) -> None:
    framings = tuple(Told(spec, (1,) * 7, 0.0, problem) for spec in (MIDDLE, WHOLE))
    assert Framed(framings, problem).spec == MIDDLE


def test_another_problem_reaches_every_framing(problem: Problem) -> None:
    framings = tuple(Told(spec, (1,) * 7, 0.0, problem) for spec in (MIDDLE, WHOLE))
    other = dataclasses.replace(problem, folds=problem.folds[:3])
    assert len(dataclasses.replace(Framed(framings, problem), problem=other).evaluate().curves) == 3


@pytest.mark.parametrize(("images", "left"), [(ROWS, [MIDDLE, WHOLE]), (ROWS + 1, [WHOLE])])
def test_of_many_images_some_are_framed_in_each_way_beforehand(images: int, left: list[ImageSpec]) -> None:
    labels = np.arange(images) % 2
    many = Problem([None] * images, labels, Groups.alone(images), (), np.ones(images, np.float32), 0)  # type: ignore[list-item]  # no pixel is looked at
    asked: list[int] = []

    def make(spec: ImageSpec, some: Problem) -> Told:
        asked.append(len(some.samples))
        return Told(spec, (1.0 if spec == WHOLE else 2.0,), 0.0, some)

    assert list(framing.shortlist((MIDDLE, WHOLE), many, make)) == left
    assert asked == ([] if len(left) == 2 else [ROWS, ROWS])


def _strip(label: int, generator: np.random.Generator) -> Sample:
    """A wide gray strip of noise; a yes has a bright bar at its left end, outside the middle square."""
    pixels = generator.normal(110, 25, (64, 256))
    pixels[8:56, 4:28] += 110 * label
    file = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file, "PNG")
    data = file.getvalue()
    return Sample("strip.png", label, facts.measure(data), lambda: data)


def test_a_mark_at_the_end_of_a_strip_is_seen() -> None:
    generator = np.random.default_rng(0)
    labels: NDArray[np.int64] = np.arange(20) % 2
    samples = [_strip(int(label), generator) for label in labels]
    groups = Groups.alone(20)
    problem = Problem(samples, labels, groups, split(labels, groups, 4, 1, 0), np.ones(20, np.float32), 0)
    candidate = pretrained.candidates(problem)[0]
    assert candidate.spec == WHOLE
    assert isinstance(candidate, Framed)
    assert ((candidate.evaluate().logits[0] > 0) == (labels == 1)).all()
    alone = Framed(candidate.framings[:1], problem).evaluate().logits[0]
    assert ((alone > 0) == (labels == 1)).mean() < 0.9
