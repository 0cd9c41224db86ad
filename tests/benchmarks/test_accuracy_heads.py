"""The benchmark's exact head against scikit-learn, and its tables on numbers made up."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold

from benchmarks.accuracy import baselines, heads, measuring, promises
from benchmarks.accuracy.heads import VARIANT, Pictures
from benchmarks.accuracy.measuring import Row
from training.evaluation.groups import Groups
from training.evaluation.interval import Estimate
from training.evaluation.performance import Performance
from training.fitting import mixing


def test_the_head_is_the_logistic_regression_of_the_framing_that_tells_the_classes_apart() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(50) % 2
    blind, telling = (
        tuple((generator.normal(size=(50, 8)) + shift * labels[:, None]).astype(np.float32) for _ in VARIANT.views)
        for shift in (0.0, 1.0)
    )
    pictures = Pictures(labels, Groups.alone(50), (blind, telling), {})
    seen, asked = np.arange(30), np.arange(30, 50)
    found, framing = heads.predict(pictures, seen, asked)
    assert framing == 1

    mixture = mixing.choose([view[seen] for view in telling], VARIANT.biases, labels[seen], Groups.alone(30), seen)
    parts = []
    for view, share in zip(telling, mixture.shares, strict=True):
        centred = view - view[seen].mean(axis=0)
        parts.append(centred * np.sqrt(share / (centred[seen] ** 2).sum(axis=1).mean()))
    together = np.concatenate(parts, axis=1)
    model = LogisticRegression(C=1 / mixture.strength, tol=1e-10, max_iter=5000).fit(together[seen], labels[seen])
    assert found == pytest.approx(model.decision_function(together[asked]), abs=1e-3)


def test_folds_that_are_scored_at_once_have_the_scores_of_each_by_itself() -> None:
    generator = np.random.default_rng(1)
    labels: NDArray[np.int64] = np.arange(40) % 2
    framings: list[heads.Views] = []
    for shift in (0.3, 0.6):
        views = [generator.normal(size=(40, 8)) + shift * labels[:, None] for _ in VARIANT.views]
        framings.append(tuple(view.astype(np.float32) for view in views))
    pictures = Pictures(labels, Groups.alone(40), tuple(framings), {})
    rows, asked = np.arange(5, 35), [np.arange(5), np.arange(35, 40), np.arange(35, 40)]
    folds = [np.arange(0, 24), np.arange(6, 30), np.arange(0, 29)]
    for fold, others, (found, framing) in zip(
        folds, asked, heads.predict_each(pictures, rows, folds, asked), strict=True
    ):
        alone, chosen = heads.predict(pictures, rows[fold], others)
        assert framing == chosen
        assert found == pytest.approx(alone, abs=1e-6)


def test_baselines_turned_to_the_span_of_their_images_score_as_they_would_unturned() -> None:
    generator = np.random.default_rng(2)
    labels = np.arange(40) % 2
    wide = generator.normal(size=(60, 90)) + 0.4 * np.append(labels, np.zeros(20)).astype(np.float64)[:, None]
    found = baselines.logits(wide[:40], labels, wide[40:])
    centred = wide - wide[:40].mean(axis=0)
    scaled = centred / np.sqrt((centred[:40] ** 2).sum(axis=1).mean())
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    model = LogisticRegressionCV(
        Cs=np.logspace(-2, 3, 11),
        cv=folds,
        scoring="neg_log_loss",
        max_iter=2000,
        l1_ratios=(0.0,),
        use_legacy_attributes=False,
    )
    assert found == pytest.approx(model.fit(scaled[:40], labels).decision_function(scaled[40:]), abs=0.02)


def _row(seed: int, loss: float, wrong: list[float]) -> Row:
    chosen = {"accuracy": 0.9, "auroc": 0.98, "log_loss": loss, "brier": 0.1, "calibration_error": 0.05}
    framing = "crop" if seed else "stretch"
    agreed = ["auroc", "brier"][seed:]
    rivals = {"expert": chosen | {"log_loss": 0.4}, "HOG": chosen, "raw pixels": chosen | {"accuracy": 0.5}}
    return Row("cars", 10, seed, framing, chosen, rivals, agreed, ["brier"], 0.2, wrong)


def test_the_tables_say_how_often_the_head_is_better_and_by_how_much() -> None:
    rows = [_row(0, 0.2, [0.0, 0.2]), _row(1, 0.5, [0.0, 0.0])]
    summary = measuring.summarise(rows).splitlines()[2]
    assert summary == (
        "| 10 | 2 | 0.900 / 0.350 | 0.900 / 0.400 | 0.900 / 0.350 | 0.500 / 0.350 | 1 "
        "| 0.00 0.50 0.00 1.00 | 0.00 0.00 0.00 1.00 | 5.0%, over 10 % in 25% | 20% | 20% | 0.050 | 0.050 |"
    )
    detail = measuring.describe(rows).splitlines()[3]
    assert (
        detail
        == "| cars | 10 | 0.900 / 0.350 | 0.900 / 0.400 | 0.900 / 0.350 | 0.500 / 0.350 | -0.050 ± 0.150 | 1 of 2 |"
    )


@pytest.mark.parametrize("relative", [False, True])
def test_a_perfect_interval_agrees_with_few_test_images_in_95_of_100_and_holds_their_value_in_83(
    relative: bool,
) -> None:
    generator = np.random.default_rng(0)
    error = 0.1 if relative else 1.0

    def estimate(found: float) -> Estimate:
        ends = [found - 1.96 * error, found, found + 1.96 * error]
        low, value, high = np.exp(ends) if relative else ends
        return Estimate(value, low, high, 50, "normal")

    draws = generator.normal(0.5, error, (2000, 2))
    pairs = [(estimate(one), estimate(other)) for one, other in draws]
    agreed = np.mean([promises.agree(*pair, relative=relative) for pair in pairs])
    held = np.mean([promise.low <= true.value <= promise.high for promise, true in pairs])
    assert agreed == pytest.approx(0.95, abs=0.015)
    assert held == pytest.approx(0.834, abs=0.025)


def test_a_promise_far_from_what_came_true_is_not_held() -> None:
    labels = np.arange(60) % 2
    logits = np.where(labels == 1, 2.0, -2.0)
    agreed, held = promises.held(_promise(logits, labels), logits, labels)
    assert agreed == held == list(promises.MEASURES)
    assert promises.held(_promise(-logits, labels), logits, labels) == ([], [])


def _promise(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> Performance:
    seen = promises.observe(logits, labels)
    return Performance(seen["accuracy"], seen["auroc"], seen["log_loss"], seen["brier"], optimism=0.0)
