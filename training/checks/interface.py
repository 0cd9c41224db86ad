"""What a check is given and what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from artifact.report.checks import NotRun
from training.evaluation.groups import Groups
from training.reading.dataset import Dataset, label_array

Severity = Literal["info", "warning", "critical"]


@dataclass(frozen=True)
class Subject:
    """The data to check.

    Attributes:
        dataset: Samples, classes, and what was skipped, after exact copies were removed.
        features: Network features of training and of test images, float32 `[m, d]` each, at most a few hundred of
            either; None without.
        feature_groups: What each row of either belongs to; None where the rows are all images.
        seed: Of permutation tests.
    """

    dataset: Dataset
    features: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
    seed: int = 0
    feature_groups: tuple[Groups, Groups] | None = None

    @property
    def compared_groups(self) -> tuple[Groups, Groups]:
        """What each row of `features` belongs to, of training and of test images."""
        return self.feature_groups or (self.dataset.train_groups, self.dataset.test_groups)

    @property
    def labels(self) -> NDArray[np.int64]:
        """0 or 1 for each training image, `[n_train]`."""
        return label_array(self.dataset.train)


@dataclass(frozen=True)
class Result:
    """Something that a check found; `evidence` holds the numbers and files behind the sentence."""

    check: str
    severity: Severity
    summary: str
    evidence: dict[str, Any] = field(default_factory=dict)


class Check(Protocol):
    """A module of this package."""

    NAME: str

    def check(self, subject: Subject) -> Sequence[Result] | NotRun:
        """Look at the data; return what was found, or `NotRun`."""
        ...
