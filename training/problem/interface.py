"""What every strategy is given and what it returns.

A strategy is a module with `NAME`, `SUMMARY`, `CHOOSABLE`, `ORIGIN` and `candidates(problem)`; a candidate is one
concrete way to make a classifier, such as a backbone cut at one depth. The pipeline evaluates all candidates on the
same folds, chooses one, and asks it for the finished network.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.backbone.cache import Cache
from training.backbone.own_file import OwnFile
from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold
from training.network.interface import Network
from training.origin import Origin
from training.problem.overrides import Overrides
from training.reading.dataset import Sample

Curves = dict[str, list[float]]
"""A training history by Keras' names: loss, accuracy, val_loss, val_accuracy; one number an epoch."""


def go_on(logits: NDArray[np.float64]) -> bool:
    """Answer for a problem that no race watches: nothing is lost. A function with a name, as a problem travels."""
    return False


@dataclass(frozen=True)
class Problem:
    """The images to learn from, and how.

    Attributes:
        samples: The training images.
        labels: 0 or 1, int64 `[n]`.
        groups: What each image belongs to (near duplicates, a patient, a site); what splits further must keep a group
            together.
        folds: The splits that every candidate is evaluated on, repeat by repeat.
        sample_weights: Weight of each image in the loss, float32 `[n]`, of mean 1.
        seed: Of everything random.
        overrides: What the user asked of the optimizer; it goes before a strategy's own settings.
        invariant: What the label does not depend on, by the names in `training.fitting.augmenting`.
        unlabelled: Further images without labels.
        backbone: Network of `keras.applications` that was asked for; None for the default.
        own_backbone: ONNX file to take as a backbone; None for none.
        cache: Features that a rerun need not compute again; None for no cache.
        advance: Call it once for each image or epoch that is done.
        is_lost: Asked after each fold with the out-of-fold logits so far, `[repeats, n]`, NaN where there are none yet;
            where it says so, the folds that are left are not worth their time.
    """

    samples: Sequence[Sample]
    labels: NDArray[np.int64]
    groups: Groups
    folds: Sequence[Fold]
    sample_weights: NDArray[np.float32]
    seed: int
    overrides: Overrides = field(default_factory=Overrides)
    invariant: frozenset[str] = frozenset()
    unlabelled: Sequence[Sample] = ()
    backbone: str | None = None
    own_backbone: OwnFile | None = None
    cache: Cache | None = None
    advance: Callable[[], None] = lambda: None
    is_lost: Callable[[NDArray[np.float64]], bool] = go_on

    @property
    def is_raced(self) -> bool:
        """Whether `is_lost` may say so."""
        return self.is_lost is not go_on

    def part(self, rows: NDArray[np.int64]) -> "Problem":
        """Return the problem of some of the images, without folds."""
        return dataclasses.replace(
            self,
            samples=[self.samples[row] for row in rows],
            labels=self.labels[rows],
            groups=self.groups[rows],
            sample_weights=self.sample_weights[rows],
            folds=(),
        )

    def advancing(self, advance: Callable[[], None]) -> "Problem":
        """Return the same problem with another progress display."""
        return dataclasses.replace(self, advance=advance)


@dataclass(frozen=True)
class Evaluation:
    """What a candidate did on images that it had not seen.

    Attributes:
        logits: float64 `[repeats, n]`: in each repeat every image was scored once by a model fitted without it; NaN
            where the candidate was stopped before.
        curves: The history of each fold's training, in the order of `Problem.folds`.
        settings: What was chosen or used, for the card; JSON values only.
        flattered: Whether what scored the images had seen them, without their labels: the candidate could not win even
            so, and was stopped.
    """

    logits: NDArray[np.float64]
    curves: tuple[Curves, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    flattered: bool = False

    @property
    def was_stopped(self) -> bool:
        """Whether some folds were left out."""
        return self.flattered or bool(np.isnan(self.logits).any())


@dataclass(frozen=True)
class Fitted:
    """A candidate fitted on all training images.

    Attributes:
        network: From pixels to `logit`, `features` (what the novelty is measured on), and perhaps `evidence`.
        curves: The history of the final fit.
        settings: As in `Evaluation`.
        features: The network's `features` for the training images, float32 `[n, d]`, where they are at hand; None where
            the network has to be run for them.
        knows_kinds: Whether `features` come from a network that has seen many kinds of pictures and was not changed
            since, so that by them an image of another kind can be told; where they do not, nothing is flagged
            unfamiliar, and the card says so.
    """

    network: Network
    curves: Curves
    settings: dict[str, Any] = field(default_factory=dict)
    features: NDArray[np.float32] | None = None
    knows_kinds: bool = False


class Candidate(Protocol):
    """One concrete way to make a classifier: a frozen dataclass, of which `problem` is a field.

    With `dataclasses.replace` it is tried again on the problem with other overrides; what was extracted is kept.
    """

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    @property
    def name(self) -> str:
        """The strategy's name, and what sets this candidate apart: `pretrained`, `pretrained-11`."""
        ...

    @property
    def spec(self) -> ImageSpec:
        """The tensor that its network takes."""
        ...

    @property
    def megabytes(self) -> float:
        """Size of its network file, about."""
        ...

    @property
    def work(self) -> float:
        """Millions of multiplications that an image takes, about; two of whole numbers count as one."""
        ...

    @property
    def problem(self) -> Problem:
        """What it learns from."""
        ...

    def evaluate(self) -> Evaluation:
        """Fit on each fold's training rows and score its validation rows."""
        ...

    def finish(self) -> Fitted:
        """Fit on all rows; called after `evaluate`."""
        ...


class Strategy(Protocol):
    """A module of this package."""

    NAME: str
    SUMMARY: str
    CHOOSABLE: bool
    ORIGIN: Origin | None

    def candidates(self, problem: Problem) -> Sequence[Candidate]:
        """Return the ways to make a classifier that this strategy offers for the problem."""
        ...


def with_overrides(candidate: Candidate, overrides: Overrides) -> Candidate:
    """Return the candidate on its problem with other overrides; what was extracted is kept."""
    problem = dataclasses.replace(candidate.problem, overrides=overrides)
    return dataclasses.replace(candidate, problem=problem)


def release(candidate: Candidate) -> None:
    """Let go of what the candidate made and makes again when it is asked, such as a compiled network."""
    for kind in type(candidate).__mro__:
        for name, attribute in vars(kind).items():
            if isinstance(attribute, cached_property):
                vars(candidate).pop(name, None)
