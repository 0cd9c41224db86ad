"""The loss of networks that play against each other, or of a policy: it says nothing of how good they are."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.columns import words_of
from doctor.findings import Cause, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.diverged import enormous

_REWARDS = frozenset({"reward", "rewards", "rew", "eprew", "epret", "ep"})
_POLICIES = frozenset({"policy", "return", "returns", "episode", "episodes", "advantage", "advantages"})
_ACTORS, _CRITICS = frozenset({"actor"}), frozenset({"critic"})
_GENERATORS = frozenset({"generator", "adversarial", "g", "gen", "gloss", "lossg"})
_DISCRIMINATORS = frozenset({"discriminator", "d", "dis", "disc", "dloss", "lossd"})
_SHORT = frozenset({"g", "gen", "d", "dis", "disc"})
"""Words that name a network beside `loss` only."""
_EPISODE = frozenset({"rew", "ret", "len", "reward", "return", "length"})
"""Words that make `ep` an episode and no epoch."""
_OTHERWISE = frozenset(
    {"time", "seconds", "sec", "data", "size", "workers", "code", "lr", "log", "daily", "annual", "portfolio", "stock"}
)
"""Words beside which a name is none of these: `data_generator`, `return_code`, `log_return`."""
_PREFERENCES = frozenset({"chosen", "rejected", "margins"})
"""What is logged of losses of preferences (DPO): their rewards are the model's own, and their aim stands still."""
_STANDS_STILL = ("binary", "classes", "regression", "autoencoder", "language", "segmentation")


def named(case: Case) -> tuple[str, ...]:
    """Return the log's columns whose names belong to a policy or to adversaries."""
    return tuple(name for name, _ in _kinds(case))


def _kinds(case: Case) -> list[tuple[str, frozenset[str]]]:
    """Return the columns with the words of theirs by which they belong to a policy or to adversaries."""
    reading = case.curves.reading
    if reading is None:
        return []
    names = [*(used.column for used in reading.used), *(unused.column for unused in reading.unused)]
    if any(_PREFERENCES & set(words_of(name)) and _REWARDS & set(words_of(name)) for name in names):
        return []
    found = [(name, _telling(frozenset(words_of(name)))) for name in names]
    return [(name, words) for name, words in found if words]


def _telling(words: frozenset[str]) -> frozenset[str]:
    if words & _OTHERWISE:
        return frozenset()
    telling = words & (_REWARDS | _POLICIES | _ACTORS | _CRITICS | _GENERATORS | _DISCRIMINATORS)
    without = (_SHORT if "loss" not in words else frozenset()) | ({"ep"} if not words & _EPISODE else frozenset())
    return telling - without


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether such columns are there, no accuracy is, and the loss stays a number of usual size.

    A few-shot learner's episodes have an accuracy: its loss is an ordinary one. So is one that is validated, unless
    rewards, or both networks that play against each other, are logged: `gen_loss` may be a part of any loss.
    """
    right = (case.curves.accuracy, case.curves.val_accuracy)
    answers = any(values is not None and bool(np.isfinite(values).any()) for values in right)
    words = frozenset[str]().union(*(words for _, words in _kinds(case)))
    pairs = ((_GENERATORS, _DISCRIMINATORS), (_ACTORS, _CRITICS))
    certain = bool(words & _REWARDS) or any(words & one and words & other for one, other in pairs)
    if not words or answers or case.context.task in _STANDS_STILL or not (certain or not case.has("val_loss")):
        return False
    return not case.curves.non_finite and not enormous(case)


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
