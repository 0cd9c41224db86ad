"""What one label explains needs no second name."""

from __future__ import annotations

from doctor.case import Case

_STILL = -4.0
"""log10 of the range of validation loss, in units of guessing, below which nothing reaches validation at all."""
_EXPLAINED: dict[str, frozenset[str]] = {
    "diverged": frozenset(
        {
            "overfitting",
            "underfitting",
            "undertrained",
            "flat_training",
            "constant_validation",
            "distribution_shift",
            "label_noise",
        }
    ),
    "oscillating": frozenset({"underfitting", "undertrained"}),
}


def consistent(found: set[str], case: Case) -> set[str]:
    """Drop labels that another one explains.

    Outputs that never change cost what they cost, however much: that is no explosion, nor too small a model. A run
    that explodes is nothing else besides, and one that swings has not shown what it can fit.
    """
    if "constant_validation" in found and case["val_loss_range"] < _STILL:
        found = found - {"diverged", "underfitting"}
    for label, explained in _EXPLAINED.items():
        if label in found:
            found = found - explained
    return found
