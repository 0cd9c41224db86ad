"""Shortcuts: a property such as brightness or file size that predicts the label by itself.

A network finds the easiest difference between the classes, and where one class was photographed at another time of
day or saved by another program, that is the difference (Geirhos et al. 2020).
"""

import numpy as np
from scipy.stats import mannwhitneyu

from training.checks.interface import Result, Subject
from training.reading.facts import PROPERTIES

NAME = "shortcuts"

TELLING = 0.75
"""An AUROC from here on, if it is no accident, is worth a warning."""
SIGNIFICANCE = 0.01


def check(subject: Subject) -> list[Result]:
    """Report each property whose ranking separates the classes (Mann-Whitney test, Bonferroni-corrected)."""
    labels = subject.labels == 1
    values = np.stack([sample.facts.properties for sample in subject.dataset.train])
    telling = []
    for name, column in zip(PROPERTIES, values.T, strict=True):
        positive, negative = column[labels], column[~labels]
        test = mannwhitneyu(positive, negative)
        area = float(test.statistic) / (len(positive) * len(negative))
        strength = max(area, 1 - area)
        if strength >= TELLING and test.pvalue * len(PROPERTIES) < SIGNIFICANCE:
            more = subject.dataset.classes.positive if area > 0.5 else subject.dataset.classes.negative
            telling.append({"property": name, "auroc": strength, "higher_for": more, "p_value": float(test.pvalue)})
    if not telling:
        return []
    listed = ", ".join(
        f"{one['property']} (AUROC {one['auroc']:.2f}, higher for {one['higher_for']})" for one in telling
    )
    return [
        Result(
            NAME,
            "warning",
            f"By itself this tells the classes apart: {listed}. If that is an accident of how the images were made, "
            "the model may learn it instead of what they show: make both classes' images in the same way.",
            {"properties": telling},
        )
    ]
