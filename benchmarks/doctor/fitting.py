"""Trains a `Network` epoch by epoch and keeps Keras's history, and what only the maker of a run can know."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from benchmarks.doctor.heads import HEADS
from benchmarks.doctor.network import Array, Network, Settings

Rows = tuple[Array, Array]


@dataclass
class Run:
    """One training run. `seen` is what a doctor may see; the rest is for confirming labels."""

    network: Network
    train: Rows
    validation: Rows
    test: Rows  # fresh rows like the training rows
    shuffle: bool = True
    stale: Network | None = None  # validation is measured on this one, which never trains
    seen: dict[str, list[float]] = field(
        default_factory=lambda: {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
    )
    test_loss: list[float] = field(default_factory=list)
    test_accuracy: list[float] = field(default_factory=list)
    clean_loss: list[float] = field(default_factory=list)  # training rows, inference mode, no penalty
    clean_accuracy: list[float] = field(default_factory=list)

    def epoch(self) -> None:
        """Train one epoch and write down what it led to."""
        loss, accuracy = self._train()
        val_loss, val_accuracy = score(self.stale or self.network, self.validation)
        penalty = (self.stale or self.network).penalty()
        for name, value in zip(self.seen, (loss, accuracy, val_loss + penalty, val_accuracy), strict=True):
            self.seen[name].append(value)
        for rows, losses, accuracies in (
            (self.test, self.test_loss, self.test_accuracy),
            (self.train, self.clean_loss, self.clean_accuracy),
        ):
            loss, accuracy = score(self.network, rows)
            losses.append(loss)
            accuracies.append(accuracy)

    def _train(self) -> tuple[float, float]:
        x, y = self.train
        settings = self.network.settings
        rows_per_epoch, batch = settings.rows_per_epoch, settings.batch_size
        rng = self.network.rng
        if rows_per_epoch:
            order = rng.integers(0, len(y), rows_per_epoch)
        else:
            passes = [rng.permutation(len(y)) if self.shuffle else np.arange(len(y)) for _ in range(settings.passes)]
            order = np.concatenate(passes)
        total, right = 0.0, 0.0
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            loss, hits = self.network.train_batch(x[chosen], y[chosen])
            total += loss * len(chosen)
            right += hits
        return total / len(order), right / len(order)


def score(network: Network, rows: Rows) -> tuple[float, float]:
    """Return loss (no penalty) and accuracy of a network on rows, in inference mode.

    Where the head answers no class, the share of the variance that is explained stands for accuracy: 1 - loss over
    that of the best answer that is one for all rows.
    """
    x, y = rows
    head = HEADS[network.settings.head]
    logits = network.logits(x)
    losses, _ = head.cost(logits, y, network.settings.clipped_loss)
    loss = float(losses.mean())
    if head.hits is not None:
        return loss, head.hits(logits, y) / len(y)
    guess = guess_cost(network.settings.head, y)
    return loss, 1 - loss / guess if guess else 0.0  # rows of one answer have no variance to explain


def guess_cost(head: str, y: Array) -> float:
    """Return what the best answer that is the same for every row costs."""
    if head in ("binary", "classes", "tokens"):
        shares = np.unique(y, return_counts=True)[1] / len(y)
        return float(-(shares * np.log(shares)).sum())
    if head == "numbers":
        return float(y.var(axis=0).mean())
    share = np.clip(y.mean(axis=0), 1e-3, 1 - 1e-3)
    answer = np.broadcast_to(np.log(share / (1 - share)), y.shape).astype(np.float32)
    return float(HEADS[head].cost(answer, y, False)[0].mean())


def train(run: Run, epochs: int) -> Run:
    """Train `epochs` more epochs; a run whose loss is no longer finite goes on, as Keras's would."""
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            run.epoch()
    return run


def start(settings: Settings, rows: tuple[Rows, Rows, Rows], seed: int) -> Run:
    """Return an untrained run on (training, validation, test) rows."""
    training, validation, test = rows
    return Run(Network(training[0].shape[1], settings, np.random.default_rng(seed)), training, validation, test)


def finite(values: list[float]) -> list[float | None]:
    """Write values that are not finite as None, and the others as Keras logs print them."""
    return [round(value, 7) if math.isfinite(value) else None for value in values]
