"""The table of symptoms: one module each, all with the same interface (`doctor.symptoms.base.Symptom`).

`JUDGED` are the labels whose presence `doctor.judge` decides; `NOTES` explain or qualify them and decide for
themselves. Adding a symptom is one module and one entry here.
"""

from __future__ import annotations

from doctor.symptoms import (
    cannot_tell,
    constant_validation,
    data_ran_out,
    distribution_shift,
    diverged,
    flat_training,
    healthy,
    imbalance_collapse,
    inference_differs,
    label_noise,
    learning_rate_too_high,
    learning_rate_too_low,
    loss_contradicts_accuracy,
    loss_is_summed,
    loss_of_probabilities,
    minus_probability,
    model_too_large,
    moving_target,
    negative_loss,
    one_class_answered,
    oscillating,
    overconfident,
    overfitting,
    restarted,
    too_few_units,
    too_good_too_soon,
    too_small_validation,
    underfitting,
    undertrained,
    unlearned,
    unshuffled_split,
    validation_better_than_training,
    validation_is_training,
    validation_jumps,
    validation_not_measured,
    validation_scaled_otherwise,
)
from doctor.symptoms.base import Symptom

JUDGED: tuple[Symptom, ...] = tuple(
    module.SYMPTOM
    for module in (
        diverged,
        flat_training,
        constant_validation,
        imbalance_collapse,
        distribution_shift,
        overfitting,
        underfitting,
        undertrained,
        oscillating,
        label_noise,
        healthy,
        too_small_validation,
    )
)
NOTES: tuple[Symptom, ...] = tuple(
    module.SYMPTOM
    for module in (
        moving_target,
        validation_not_measured,
        validation_is_training,
        negative_loss,
        validation_scaled_otherwise,
        unshuffled_split,
        unlearned,
        inference_differs,
        one_class_answered,
        loss_of_probabilities,
        minus_probability,
        loss_contradicts_accuracy,
        loss_is_summed,
        data_ran_out,
        restarted,
        validation_jumps,
        learning_rate_too_high,
        learning_rate_too_low,
        model_too_large,
        too_few_units,
        overconfident,
        too_good_too_soon,
        validation_better_than_training,
        cannot_tell,
    )
)

__all__ = ["JUDGED", "NOTES", "Symptom"]
