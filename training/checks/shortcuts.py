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
    results = []
    for name, column in zip(PROPERTIES, values.T, strict=True):
        positive, negative = column[labels], column[~labels]
        test = mannwhitneyu(positive, negative)
        area = float(test.statistic) / (len(positive) * len(negative))
        strength = max(area, 1 - area)
        if strength >= TELLING and test.pvalue * len(PROPERTIES) < SIGNIFICANCE:
            more = subject.dataset.classes.positive if area > 0.5 else subject.dataset.classes.negative
            results.append(
                Result(
                    NAME,
                    "warning",
                    f"{name.capitalize()} alone tells the classes apart (AUROC {strength:.2f}; higher for {more}). If "
                    "that is an accident of how the images were made, the model may learn it instead of what they "
                    "show: make both classes' images in the same way.",
                    {"property": name, "auroc": strength, "higher_for": more, "p_value": float(test.pvalue)},
                )
            )
    return results
