"""What needs no judgement: facts that settle a label by themselves."""

from __future__ import annotations

from doctor.case import Case
from doctor.symptoms.too_small_validation import LARGEST


def certain(case: Case) -> frozenset[str]:
    """Return the labels that follow from a fact: a loss that is not finite, ten validation images or fewer."""
    found = set()
    if case.curves.non_finite:
        found.add("diverged")
    if case.context.n_val is not None and case.context.n_val <= LARGEST:
        found.add("too_small_validation")
    return frozenset(found)
