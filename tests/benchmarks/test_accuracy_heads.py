"""The benchmark's exact head against scikit-learn, and its tables on numbers made up."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from benchmarks.accuracy import heads, measuring
from benchmarks.accuracy.heads import VARIANT, Pictures
from benchmarks.accuracy.measuring import Row
from training.fitting import mixing


def test_the_head_is_the_logistic_regression_of_the_framing_that_tells_the_classes_apart() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(50) % 2
    blind, telling = (
        tuple((generator.normal(size=(50, 8)) + shift * labels[:, None]).astype(np.float32) for _ in VARIANT.views)
        for shift in (0.0, 1.0)
    )
    pictures = Pictures(labels, np.arange(50), (blind, telling), np.zeros((50, 1)))
    seen, asked = np.arange(30), np.arange(30, 50)
    found, framing = heads.predict(pictures, seen, asked)
    assert framing == 1

    mixture = mixing.choose([view[seen] for view in telling], VARIANT.biases, labels[seen], seen, seen)
    parts = []
    for view, share in zip(telling, mixture.shares, strict=True):
        centred = view - view[seen].mean(axis=0)
        parts.append(centred * np.sqrt(share / (centred[seen] ** 2).sum(axis=1).mean()))
    together = np.concatenate(parts, axis=1)
    model = LogisticRegression(C=1 / mixture.strength, tol=1e-10, max_iter=5000).fit(together[seen], labels[seen])
    assert found == pytest.approx(model.decision_function(together[asked]), abs=1e-3)


def _row(seed: int, loss: float, wrong: list[float]) -> Row:
    chosen = {"accuracy": 0.9, "auroc": 0.98, "log_loss": loss, "brier": 0.1}
    return Row(
        "cars", 10, seed, "crop" if seed else "stretch", chosen, chosen | {"log_loss": 0.4}, ["brier"], 0.2, wrong
    )


def test_the_tables_say_how_often_the_head_is_better_and_by_how_much() -> None:
    rows = [_row(0, 0.2, [0.0, 0.2]), _row(1, 0.5, [0.0, 0.0])]
    summary = measuring.summarise(rows).splitlines()[2]
    assert summary == (
        "| 10 | 2 | 0.900 / 0.350 | 0.900 / 0.400 | 1 | 0.00 0.00 0.00 1.00 | 5.0%, over 10 % in 25% | 20% | 20% |"
    )
    detail = measuring.describe(rows).splitlines()[3]
    assert detail == "| cars | 10 | 0.900 / 0.350 | 0.900 / 0.400 | -0.050 ± 0.150 | 1 of 2 |"
