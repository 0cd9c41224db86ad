"""What the doctor says: findings with evidence, causes and a remedy that training can apply."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from doctor.run import Reading

Severity = Literal["info", "warning", "critical"]
Action = Literal["set", "multiply", "add"]

LABELS = (
    "healthy",
    "overfitting",
    "underfitting",
    "undertrained",
    "oscillating",
    "diverged",
    "flat_training",
    "constant_validation",
    "imbalance_collapse",
    "distribution_shift",
    "label_noise",
    "too_small_validation",
)
"""The labels on which accuracy is measured; other symptoms explain or qualify them."""

SETTINGS = {
    "learning_rate": "step size of the optimizer",
    "epochs": "number of passes over the training images",
    "l2": "weight of the penalty on squared weights",
    "dropout": "share of units left out in each step, 0 to 1",
    "batch_size": "images in one gradient step",
    "optimizer": "name of the optimizer, such as adam",
    "momentum": "share of the last step kept by gradient descent",
    "class_weight": "'balanced' gives both classes the same total weight",
    "hidden_units": "units of the hidden layer",
    "strategy": "how features are obtained: pretrained, scratch, ...",
    "augment": "whether training images are varied at random",
    "early_stopping": "epochs without improvement after which the best weights are restored",
    "gradient_clip": "largest norm a gradient may have",
    "validation": "how validation images are chosen: cross_validation, stratified_split, ...",
}
"""The vocabulary of `Change.setting`."""

_RANK = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Evidence:
    """One number a finding rests on, and the epochs (counted from 1) it was read from."""

    name: str
    value: float | None
    epochs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Cause:
    """One likely cause, and the observation that would tell it from the others."""

    cause: str
    told_apart_by: str


@dataclass(frozen=True)
class Change:
    """One change of a training setting: `set` it to, `multiply` it by, or `add` to it `value`."""

    setting: str
    action: Action
    value: float | int | str | bool

    def __post_init__(self) -> None:
        """Refuse a setting or an action that training would not understand."""
        if self.setting not in SETTINGS or self.action not in ("set", "multiply", "add"):
            raise ValueError(f"unknown change {self.action} {self.setting}; settings are {', '.join(SETTINGS)}")


@dataclass(frozen=True)
class Remedy:
    """What to do: changes that training can apply by itself, and one sentence for people."""

    changes: tuple[Change, ...]
    advice: str


@dataclass(frozen=True)
class Finding:
    """One symptom, why the doctor believes it, where it comes from and what mends it.

    `kind` names the variety of a symptom that has several (constant_validation, cannot_tell); it is None elsewhere.
    """

    symptom: str
    severity: Severity
    summary: str
    evidence: tuple[Evidence, ...]
    causes: tuple[Cause, ...]
    remedy: Remedy
    kind: str | None = None


@dataclass(frozen=True)
class CheckNotRun:
    """A check that could not be made, and the reason."""

    check: str
    reason: str


@dataclass(frozen=True)
class Diagnosis:
    """Everything the doctor has to say of one run; iterating it yields the findings, most severe first.

    `reading` says which column was read as which curve, and which columns were not used.
    """

    findings: tuple[Finding, ...]
    checks_not_run: tuple[CheckNotRun, ...]
    verdict: str
    healthy: bool
    labels: tuple[str, ...]
    reading: Reading | None = None

    def __iter__(self) -> Iterator[Finding]:
        """Iterate over the findings, most severe first."""
        return iter(self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return plain dicts, lists, strings and finite numbers (a number that is not finite becomes None)."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def by_severity(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort `findings` from critical to info, keeping the order within one severity."""
    return tuple(sorted(findings, key=lambda finding: _RANK[finding.severity]))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
