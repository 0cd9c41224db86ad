"""How an answer is put in words for people: never surer than its number, and alike for every model."""

from artifact.report.numbers import percent

__all__ = ["grade", "percent"]

PLAIN = 0.9
"""The calibrated probability from which an answer stands without a word before it."""


def grade(probability: float) -> str:
    """Return the word before a label that has this calibrated probability; none from `PLAIN` on.

    A label of less than one half is said where a wrong yes and a wrong no cost differently.
    """
    if probability >= PLAIN:
        return ""
    return "probably " if probability > 0.5 else "to be treated as "
