"""What a run has brought when nothing is left but to report: what the report's sections are measured from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artifact.card import Card
from artifact.report.growth import MoreImages
from training.checks import NotRun, Result
from training.contest import Contest
from training.diagnosis.diagnosing import Diagnosed
from training.evaluation.deciding import Rules
from training.evaluation.novelty import Novelty
from training.gathering import Gathered
from training.output.recording import Answers
from training.output.rematch import Rematch
from training.output.succession import Served
from training.problem.interface import Fitted
from training.reading.dataset import Sample
from training.second_reading import SecondReading
from training.settings import Settings


@dataclass(frozen=True)
class Run:
    """The results of the stages up to the fit; each is made once.

    Attributes:
        before: The version that is served; None where none is.
        contest: What each candidate did.
        fitted: The chosen one, fitted on all images.
        rules: How its scores become answers.
        novelty: Its measure of what is unfamiliar; None where it has seen too few kinds of pictures.
        features: Network features of training and of test images, at most a few hundred of either.
        diagnosed: What the doctor says of its curves.
        doubted: The estimate under the other reading, where a clue is not sure.
    """

    settings: Settings
    gathered: Gathered
    before: Served | None
    contest: Contest
    fitted: Fitted
    rules: Rules
    novelty: Novelty | None
    features: tuple[NDArray[np.float32], NDArray[np.float32]]
    diagnosed: Diagnosed
    doubted: SecondReading | None

    @property
    def labels(self) -> NDArray[np.int64]:
        """0 or 1 for each training image."""
        return self.gathered.labels


@dataclass(frozen=True)
class Finished:
    """A run with the network that it publishes.

    Attributes:
        difference: Of a logit between the fitted and the exported network, the largest.
        answers: Those of the exported network for every image.
        found: What the checks of the data found, the gravest first.
        not_run: Checks that could not be made.
        match: The comparison with the version that is served; None where there is none.
        more: What more images would bring, without the sentence.
    """

    run: Run
    card: Card
    difference: float
    answers: Answers
    found: Sequence[Result]
    not_run: Sequence[NotRun]
    match: Rematch | None
    more: MoreImages

    @property
    def train(self) -> Sequence[Sample]:
        """The training images."""
        return self.run.gathered.dataset.train

    @property
    def withheld(self) -> str | None:
        """Why no share of right answers can be promised; None where one can."""
        return self.run.gathered.why_withheld
