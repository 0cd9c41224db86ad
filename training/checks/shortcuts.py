"""Shortcuts: a property such as brightness or file size that predicts the label by itself.

A network finds the easiest difference between the classes, and where one class was photographed at another time of
day or saved by another program, that is the difference (Geirhos et al. 2020).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.report.checks import NotRun
from training.checks.interface import Result, Subject
from training.evaluation.groups import number
from training.evaluation.significance import mann_whitney
from training.reading.facts import PROPERTIES

NAME = "shortcuts"

TELLING = 0.75
"""An AUROC from here on, if it is no accident, is worth a warning."""
SIGNIFICANCE = 0.01
ADVICE = (
    "If that is an accident of how the images were made, the model may learn it instead of what they show: make both "
    "classes' images in the same way."
)


def check(subject: Subject) -> list[Result] | NotRun:
    """Report each property whose ranking separates the classes (Mann-Whitney test, Bonferroni-corrected).

    Corrected is for the properties that vary: of gray pictures of one size no other could have been found.
    Images of one group that was told (a patient, a site) count as one by their mean: seven views of one bright scan are
    no evidence that a class is bright.
    """
    values, labels = _separate(subject)
    sizes = int(labels.sum()), int((~labels).sum())
    varying = int((np.ptp(values, axis=0) > 0).sum())
    if len(labels) < len(subject.labels) and 2 * varying / math.comb(sum(sizes), sizes[0]) >= SIGNIFICANCE:
        return NotRun(NAME, f"{min(sizes)} {subject.dataset.noun}s of a class are too few to tell it from an accident.")
    telling = []
    for name, column in zip(PROPERTIES, values.T, strict=True):
        area, p_value = mann_whitney(column[labels], column[~labels])
        strength = max(area, 1 - area)
        if strength >= TELLING and p_value * varying < SIGNIFICANCE:
            more = subject.dataset.classes.positive if area > 0.5 else subject.dataset.classes.negative
            telling.append({"property": name, "auroc": strength, "higher_for": more, "p_value": p_value})
    if not telling:
        return []
    return [_describe(telling)]


def _separate(subject: Subject) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the properties of each image, or of each group and label their mean; and which of them say yes."""
    values = np.stack([sample.facts.properties for sample in subject.dataset.train])
    groups = number(sample.group for sample in subject.dataset.train)
    pairs, members = np.unique(np.stack([groups, subject.labels]), axis=1, return_inverse=True)
    sums = np.zeros((pairs.shape[1], values.shape[1]))
    np.add.at(sums, members, values)
    return sums / np.bincount(members)[:, None], pairs[1] == 1


def _describe(telling: list[dict[str, Any]]) -> Result:
    listed = ", ".join(
        f"{one['property']} (AUROC {one['auroc']:.2f}, higher for {one['higher_for']})" for one in telling
    )
    return Result(
        NAME,
        "warning",
        f"By itself this tells the classes apart: {listed}. {ADVICE}",
        {"properties": telling},
    )
