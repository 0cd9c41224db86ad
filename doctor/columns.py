"""The names under which frameworks write the same four curves."""

from __future__ import annotations

from collections.abc import Iterable

from doctor.errors import HistoryError

CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")
"""The curves that the doctor understands, in Keras's names."""

_ACCURACIES = (
    "accuracy",
    "acc",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "binaryaccuracy",
    "multiclassaccuracy",
)
_TRAINING = ("", "train", "training", "tr")
_VALIDATION = ("val", "valid", "validation", "eval", "evaluation", "test", "dev")


def _aliases() -> dict[str, str]:
    table: dict[str, str] = {}
    for names, curve in ((("loss",), "loss"), (_ACCURACIES, "accuracy")):
        for name in names:
            table |= _placed(name, _TRAINING, curve) | _placed(name, _VALIDATION, f"val_{curve}")
    return table


def _placed(name: str, words: tuple[str, ...], curve: str) -> dict[str, str]:
    before = {f"{word}_{name}".strip("_"): curve for word in words}
    return before | {f"{name}_{word}".strip("_"): curve for word in words}


ALIASES = _aliases()
"""Normalised column name -> curve."""


def normalise(column: str) -> str:
    """Write `column` the way `ALIASES` does: small letters, words joined by one underscore.

    The endings with which Lightning and TensorBoard mark per-epoch values (`_epoch`, `epoch_` in front) are
    dropped.
    """
    words = [word for word in "".join(c if c.isalnum() else "_" for c in column.lower()).split("_") if word]
    if len(words) > 1 and words[0] == "epoch":
        words = words[1:]
    if len(words) > 1 and words[-1] == "epoch":
        words = words[:-1]
    return "_".join(words)


def match(columns: Iterable[str]) -> dict[str, str]:
    """Map each curve that `columns` hold to the column that holds it (the first one wins).

    Raises:
        HistoryError: No column holds the training loss.
    """
    found: dict[str, str] = {}
    seen: list[str] = []
    for column in columns:
        seen.append(str(column))
        curve = ALIASES.get(normalise(str(column)))
        if curve is not None:
            found.setdefault(curve, column)
    if "loss" not in found:
        listed = ", ".join(repr(name[:40]) for name in seen[:12]) or "none"
        raise HistoryError(
            f"No column holds the training loss. Columns found: {listed}. Expected 'loss' (or 'train_loss', "
            "'training_loss', 'train/loss'), and optionally 'accuracy', 'val_loss', 'val_accuracy' "
            "(or 'train_acc', 'valid_loss', 'eval_accuracy' and the like). Rename the columns to these."
        )
    return found
