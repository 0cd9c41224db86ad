"""The names under which frameworks write losses and accuracies, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from doctor.errors import HistoryError
from doctor.languages import in_english

CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")
"""The curves that the doctor understands, in Keras's names."""

_LOSSES = {
    "loss": 0,
    "total_loss": 1,
    "loss_total": 1,
    "loss_total_loss": 1,
    "losses": 1,
    **dict.fromkeys(("logloss", "log_loss", "cross_entropy", "crossentropy", "binary_logloss", "multi_logloss"), 2),
    **dict.fromkeys(("mlogloss", "bce", "ce", "nll", "cross_entropy_loss", "crossentropyloss", "bce_loss", "xent"), 2),
    "cost": 3,
    **dict.fromkeys(("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"), 3),
}
"""Words for a loss -> how far from the plain name; where two columns qualify, the plainer one is taken."""
_ACCURACIES = {
    "accuracy": 0,
    **dict.fromkeys(("acc", "accs", "accuracies"), 1),
    **dict.fromkeys(("binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"), 2),
    **dict.fromkeys(("binaryaccuracy", "multiclassaccuracy", "multiclass_accuracy", "accuracy_score"), 2),
    **dict.fromkeys(("accuracy_top1", "accuracy_top_1", "top1", "top_1", "top1_acc", "acc_top1", "acc1", "acc_1"), 2),
    **dict.fromkeys(("top1_accuracy", "top_1_accuracy", "acc_top_1", "multiclass_accuracy_top1", "prec1"), 2),
}
_REGRESSION_ERRORS = {
    **dict.fromkeys(("mse", "mean_squared_error"), 20),
    **dict.fromkeys(("rmse", "root_mean_squared_error", "mae", "mean_absolute_error", "msle", "rmsle", "mape"), 21),
}
"""What a regression minimises -> how far from the plain name."""
_ERRORS = {
    **dict.fromkeys(("error_rate", "error", "err", "binary_error", "multi_error", "merror", "classification_error"), 4),
    **dict.fromkeys(("misclassification", "top1_err", "top_1_err", "top1_error"), 4),
}
"""Words for one minus the accuracy."""

SPLITS = {
    "train": ("train", "training", "tr", "trn", "tra", "learn", "fit"),
    "validation": (
        *("val", "valid", "validation", "validate", "eval", "evaluation", "dev", "vld", "vali"),
        *("va", "vl", "holdout", "heldout", "oof", "xval"),
    ),
    "test": ("test", "tst", "testing", "te"),
}
"""Whose a value is -> the words that say so."""
SPLIT_OF = {word: split for split, words in SPLITS.items() for word in words}
_QUANTITIES = {
    **{name: ("loss", rank, False) for name, rank in _LOSSES.items()},
    **{name: ("accuracy", rank, False) for name, rank in _ACCURACIES.items()},
    **{name: ("accuracy", rank, True) for name, rank in _ERRORS.items()},
}
_WRAPPING = frozenset(
    {"epoch", "epochs", "metrics", "metric", "mean", "avg", "average", "running", "step", "summary", "total"} | {"main"}
)
"""Words around a name that say how it was logged and not what it is."""


@dataclass(frozen=True)
class Role:
    """What a column holds.

    Attributes:
        quantity: `loss` or `accuracy`.
        split: `train`, `validation` or `test`; None where the name does not say whose it is.
        rank: 0 for the plain name, more for names further from it.
        inverted: It is an error rate, one minus the accuracy.
        part: The output or the evaluation set it speaks of, where there are several.
        by_step: The name says that it was logged by step.
    """

    quantity: str
    split: str | None
    rank: int = 0
    inverted: bool = False
    part: str = ""
    by_step: bool = False

    @property
    def curve(self) -> str:
        """Return the name of the curve in Keras's names; what has no owner is taken for training's."""
        return self.quantity if self.split in (None, "train") else f"val_{self.quantity}"


def role(column: str) -> Role | None:
    """Tell from its name what a column holds, or None where it is neither a loss nor an accuracy."""
    column = _PHASE.sub(r"\2 \1", column[:_LONGEST_NAME])
    column = apart(_HELD_OUT.sub("heldout", _TRAIN_AGAIN.sub("train", in_english(column))))
    for words in dict.fromkeys((words_of(column), words_of(_CAMEL.sub("_", column)))):
        found = _role(list(words))
        if found is not None:
            return found
    return None


def is_loss(column: str) -> bool:
    """Tell from its name whether a column holds a loss."""
    own = role(column)
    return own is not None and own.quantity == "loss"


def error_role(column: str) -> Role | None:
    """Tell whose a regression's error is (`train_mse`, `val_rmse`); it is the loss where no column is called that."""
    words = words_of(column)
    splits = [SPLIT_OF[word] for word in words if word in SPLIT_OF]
    names = [word for word in words if word not in SPLIT_OF and word not in _WRAPPING]
    rank = _REGRESSION_ERRORS.get("_".join(names))
    return Role("loss", splits[0] if splits else None, rank) if rank is not None and len(splits) < 2 else None


def is_error(column: str) -> bool:
    """Tell whether a name (`validation_0 rmse`, `training l2`) is that of a regression's error, and of no classes'."""
    words = words_of(column)
    return bool(_REGRESSION_ERRORS.keys() & set(words)) or words[-1:] in (("l1",), ("l2",), ("huber",), ("quantile",))


def words_of(column: str) -> tuple[str, ...]:
    """Return the words of a name in small letters."""
    return tuple(re.findall(r"[^\W_]+", column.lower()))


def _role(words: list[str]) -> Role | None:
    by_step, split = "step" in words[-1:], None
    for _ in range(4):  # epoch_loss/train, metrics/val/accuracy_epoch: what wraps the name is taken off its ends
        if "_".join(words) in _QUANTITIES:
            break
        for end in (0, -1):
            if len(words) > 1 and words[end] in SPLIT_OF and split is None:
                split = SPLIT_OF[words.pop(end)]
            elif len(words) > 1 and words[end] in _WRAPPING:
                words.pop(end)
    for part in range(min(4, len(words)) if split else 1):
        for name, rest in ((words[part:], words[:part]), (words[: len(words) - part], words[len(words) - part :])):
            quantity = _QUANTITIES.get("_".join(name))
            if quantity is not None and not _NO_PART & set(rest):
                return Role(quantity[0], split, quantity[1] + 10 * part, quantity[2], "_".join(rest), by_step)
    return None


def apart(name: str) -> str:
    """Part an owner and what it owns that are written together: `trainloss`, `vloss`."""
    return _JOINED.sub(lambda found: f"{'val' if found[1].lower() == 'v' else found[1]} {found[2]}", name)


NOT_OF_THE_EPOCH = frozenset(
    {"best", "min", "max", "minimum", "maximum", "lowest", "smallest", "highest", "prev", "previous", "smoothed"}
)
"""Words that say that a value is not the epoch's own: the best one so far, or an earlier one."""
_NO_PART = NOT_OF_THE_EPOCH | {"iterations", "balanced", "std", "top5", "time"}
_TRAIN_AGAIN = re.compile(r"\b(?:train(?:ing)?[_ -]eval(?:uation|uator)?|in[_ -]sample)(?![a-z])", re.IGNORECASE)
"""The training set, measured by an evaluation: `training_eval/accuracy` (Ignite), `in_sample_loss`."""
_LONGEST_NAME = 400
_PHASE = re.compile(r"^(.+)_(?:Epoch|Stream)/(train|eval)_phase/\w+_stream(?:/Task\d+)?$")
"""Avalanche's `Loss_Epoch/train_phase/train_stream`."""
_HELD_OUT = re.compile(
    r"(?<![a-z])(?:held[ _-]out|hold[_-]out|out[ _-]of[ _-](?:sample|fold|bag))(?![a-z])", re.IGNORECASE
)
_JOINED = re.compile(
    r"(?<![^\W_])(train(?:ing)?|trn|tr|t|learn|val(?:i|id|idation)?|vld|va|v|dev|eval|holdout|test(?:ing)?|tst)"
    r"(loss|acc|accuracy)(?![^\W_])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _aliases() -> dict[str, str]:
    table: dict[str, str] = {}
    for name, (quantity, _, inverted) in _QUANTITIES.items():
        if not inverted:
            for words, prefix in (
                (("", *SPLITS["train"]), ""),
                (SPLITS["validation"], "val_"),
                (SPLITS["test"], "val_"),
            ):
                for word in words:
                    table[f"{word}_{name}".strip("_")] = prefix + quantity
                    table[f"{name}_{word}".strip("_")] = prefix + quantity
    return table


ALIASES = _aliases()
"""Normalised column name -> curve."""


def normalise(column: str) -> str:
    """Write `column` the way `ALIASES` does: small letters, words joined by one underscore.

    The endings with which Lightning and TensorBoard mark per-epoch values (`_epoch`, `epoch_` in front) are
    dropped.
    """
    words = list(words_of(column))
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
        raise HistoryError(no_loss(seen))
    return found


def no_loss(columns: Iterable[str]) -> str:
    """Say that none of `columns` is the training loss, and what was expected."""
    listed = ", ".join(repr(name[:40]) for name in list(columns)[:12]) or "none"
    return (
        f"No column holds the training loss. Columns found: {listed}. Expected 'loss' (or 'train_loss', "
        "'training_loss', 'train/loss'), and optionally 'accuracy', 'val_loss', 'val_accuracy' "
        "(or 'train_acc', 'valid_loss', 'eval_accuracy' and the like). Rename the columns to these."
    )
