"""The loss of networks that play against each other, or of a policy: it says nothing of how good they are."""

from __future__ import annotations

import re

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.diverged import enormous

_REWARDS = r"rewards?|returns?|episodes?|ep_?(rew|len|ret)\w*|policy|actor|critic|advantages?"
_ADVERSARIES = r"generator|discriminator|adversarial|[gd]_?loss|loss_?[gd]|(gen|dis|disc)_?loss|loss_?(gen|dis|disc)"
_NAMES = re.compile(rf"(?:^|[^a-z])(?:{_REWARDS}|{_ADVERSARIES})(?:$|[^a-z])")


def named(case: Case) -> tuple[str, ...]:
    """Return the log's columns whose names belong to a policy or to adversaries."""
    reading = case.curves.reading
    if reading is None:
        return ()
    names = [*(used.column for used in reading.used), *(unused.column for unused in reading.unused)]
    return tuple(name for name in names if _NAMES.search(name.lower()))


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether such columns are there, no accuracy is, and the loss stays a number of usual size.

    A few-shot learner's episodes have an accuracy: its loss is an ordinary one.
    """
    right = (case.curves.accuracy, case.curves.val_accuracy)
    answers = any(values is not None and bool(np.isfinite(values).any()) for values in right)
    return bool(named(case)) and not answers and not case.curves.non_finite and not enormous(case)


def describe(case: Case) -> Finding:
    """Name the columns, and what to look at in place of the loss."""
    names = ", ".join(repr(name) for name in named(case)[:3])
    return Finding(
        symptom="moving_target",
        severity="info",
        summary=f"This is the log of a policy, or of networks that play against each other ({names}): the aim of such "
        "a loss moves with the model, so that neither its level nor its fall says how good the model is.",
        evidence=(*case.extreme("loss", "least"), *case.extreme("loss", "greatest"), *case.final("loss")),
        causes=(
            Cause("a policy gradient or a critic", "the reward of an episode rises while the loss does not fall"),
            Cause("a generator and a discriminator", "each loss rises where the other one's network gets better"),
        ),
        remedy=Remedy(
            (),
            "Judge by the reward of whole episodes, or by samples and a score such as FID; only a loss that is not a "
            "number, or a discriminator's that stays at 0, says something by itself.",
        ),
    )


SYMPTOM = Symptom(
    "moving_target",
    (),
    1,
    describe,
    present,
    rules_out=frozenset(
        {"healthy", "diverged", "oscillating", "undertrained", "underfitting", "overfitting", "flat_training"}
        | {"constant_validation", "label_noise", "distribution_shift"}
    ),
)
