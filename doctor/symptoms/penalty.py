"""Whether a regularisation penalty makes up much of the loss."""

from __future__ import annotations

from doctor.case import Case

_EXPLOSION, _LEARNED = 1.0, 0.1
"""log10 of the first loss over that of guessing from which (ten times) inputs that are not scaled made it explode,
unless accuracy rose above guessing by so much meanwhile."""


def penalised(case: Case) -> bool:
    """Tell whether loss lies far above what its accuracy need cost, on both sides or while falling.

    A penalty is part of both losses in Keras, so it lifts them alike; confidence in wrong answers lifts only one.
    """
    train, val = case["loss_beyond_accuracy"], case["val_loss_beyond_accuracy"]
    lifted = train > 0.25 and not val < 0.25
    fell = case["loss_first"] > 0.25 and case["loss_fall"] < -0.2
    exploded = case["loss_first"] > _EXPLOSION and case["accuracy_most"] < case.scale.guess.accuracy + _LEARNED
    return lifted or bool(fell and not exploded)
