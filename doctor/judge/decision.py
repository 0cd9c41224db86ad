"""From a probability for each label to the set of labels that are said."""

from __future__ import annotations

from collections.abc import Mapping


def decide(probabilities: Mapping[str, float], thresholds: Mapping[str, float]) -> set[str]:
    """Return `healthy` alone, or every other label that reaches its threshold.

    A run is healthy or ill, never both: the more probable side wins (each measured against its threshold). Where
    nothing reaches its threshold, the label that comes closest is said, unless the run is too short to be healthy.
    """
    closeness = {label: share / thresholds[label] for label, share in probabilities.items()}
    ill = {label: close for label, close in closeness.items() if label != "healthy" and close >= 1}
    if "healthy" not in closeness:
        return set(ill)
    best = max(closeness, key=lambda label: closeness[label])
    if best == "healthy" or not ill:
        return {best}
    return set(ill)
