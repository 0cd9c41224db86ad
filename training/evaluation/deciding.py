"""From the chosen candidate's out-of-fold logits to the rules by which its scores become answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artifact.card import Calibration, Reference, UncertainBand
from artifact.report import calibration as report
from artifact.report.drawing import Point
from training.evaluation import calibration, scores
from training.evaluation.groups import Groups
from training.evaluation.novelty import Novelty
from training.evaluation.thresholds import Costs, choose_band, choose_threshold, first_of_each

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rules:
    """How a score becomes an answer, and the out-of-fold probabilities that the rules were made from, `[n]`."""

    calibration: Calibration
    threshold: float
    band: UncertainBand
    probabilities: Floats

    def reference(self, novelty: Novelty | None) -> Reference:
        """Return what is kept on the card to notice drift later."""
        counts, _ = np.histogram(self.probabilities, bins=10, range=(0.0, 1.0))
        quantiles = () if novelty is None else np.quantile(novelty.reference, np.linspace(0, 1, 11))
        return Reference(tuple(int(count) for count in counts), tuple(float(value) for value in quantiles))


def decide(logits: Floats, labels: NDArray[np.int64], groups: Groups, costs: Costs, error_rate: float) -> Rules:
    """Fit the calibration, the threshold and the uncertain band to out-of-fold logits, `[repeats, n]`.

    Near duplicates count as one image in what threshold and band promise; what they promise is for images of new
    groups.
    """
    fitted = calibration.fit(logits, labels, groups)
    probabilities = scores.sigmoid(calibration.apply(logits, fitted)).mean(axis=0)
    rows = first_of_each(groups.duplicates, labels)
    threshold = choose_threshold(probabilities[rows], labels[rows], costs, groups[rows])
    band = choose_band(probabilities[rows], labels[rows], threshold, error_rate, groups[rows])
    return Rules(fitted, threshold, band, probabilities)


def section(raw: Floats, calibrated: Floats, labels: NDArray[np.int64], rules: Rules) -> report.Calibration:
    """Return the report's section on calibration: before and after, by log loss, Brier score and calibration error."""

    def measures(logits: Floats) -> report.Losses:
        return report.Losses(
            log_loss=float(scores.log_losses(logits, labels).mean()),
            brier=float(scores.brier_losses(logits, labels).mean()),
            calibration_error=scores.calibration_error(scores.sigmoid(logits).mean(axis=0), labels),
        )

    return report.Calibration(
        slope=rules.calibration.slope,
        intercept=rules.calibration.intercept,
        before=measures(raw),
        after=measures(calibrated),
        curve=curve(scores.sigmoid(calibrated).mean(axis=0), labels),
        threshold=rules.threshold,
        uncertain=report.Band(rules.band.low, rules.band.high, rules.band.method),
    )


def curve(probabilities: Floats, labels: NDArray[np.int64], bins: int = 5) -> tuple[Point, ...]:
    """Return the reliability diagram (Murphy and Winkler 1977): mean probability and share of yes, in equal bins."""
    order = np.argsort(probabilities, kind="stable")
    return tuple(
        Point(float(probabilities[part].mean()), float(labels[part].mean()), len(part))
        for part in np.array_split(order, min(bins, len(order)))
    )
