"""Hand-written thresholds for each label; the first thing to compare a learned judge with."""

from __future__ import annotations

from doctor.case import Case


def labels(case: Case) -> set[str]:
    """Return the labels whose rule fires."""
    return {name for name, rule in _RULES.items() if rule(case)}


def _flat(c: Case) -> bool:
    return abs(c["loss_last"]) < 0.03 and c["loss_noise_over_guess"] < -1.3 and not c["accuracy_above_guess"] > 0.1


def _still(c: Case) -> bool:
    return c["val_loss_range"] < -3.5 or (abs(c["val_loss_last"]) < 0.02 and not c["val_accuracy_above_guess"] > 0.08)


def _collapsed(c: Case) -> bool:
    return c["common_class"] > 0.8 and abs(c["accuracy_above_guess"]) < 0.01 and c["loss_last"] > -0.3


_RULES = {
    "diverged": lambda c: c["loss_last"] > 0.6 and not c["val_loss_range"] < -4,
    "flat_training": lambda c: _flat(c) and not _collapsed(c),
    "constant_validation": lambda c: _still(c) and not _collapsed(c),
    "imbalance_collapse": _collapsed,
    "oscillating": lambda c: c["loss_late_spread_over_guess"] > -1.2 and c["loss_fall"] > -0.2,
    "undertrained": lambda c: c["loss_end_slope_over_level"] < -0.35 and c["loss_last"] > -0.6,
    "overfitting": lambda c: c["val_loss_rise"] > 0.25 and c["early_accuracy_gap"] < 0.08,
    "distribution_shift": lambda c: c["accuracy_gap_z"] > 3 and c["early_accuracy_gap"] >= 0.08,
    "underfitting": lambda c: c["loss_beyond_accuracy"] > 0.2 and c["val_loss_beyond_accuracy"] > 0.2,
    "label_noise": lambda c: 0.55 < c["accuracy_last"] < 0.8 and -0.25 < c["loss_last"] < -0.01,
}
