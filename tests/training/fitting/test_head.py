"""The head against scikit-learn's logistic regression and against Keras' own `fit`."""

from collections.abc import Sequence
from typing import Literal

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.errors import TrainingError
from training.fitting import head
from training.fitting.optimizing import Optimizing
from training.fitting.views import View

LABELS = np.arange(40) % 2
ALL, NOTHING = np.arange(40), np.array([], dtype=np.int64)
FOLDS = [np.flatnonzero(np.arange(40) % 4 != part) for part in range(4)]
WEIGHTS = np.random.default_rng(11).uniform(0.2, 3, 40).astype(np.float32)


def _features(dimensions: int) -> NDArray[np.float32]:
    """Features of 40 images that tell a little of their labels, off centre as a network's are."""
    features = np.random.default_rng(dimensions).normal(0.3, 1, size=(40, dimensions))
    features[:, :3] += 0.8 * LABELS[:, None]
    return features.astype(np.float32)


def _units(*scales: float) -> list[head.Unit]:
    return [head.Unit(rows, np.setdiff1d(ALL, rows), l2, scales) for rows in FOLDS for l2 in (0.003, 0.03, 0.3)]


@pytest.fixture(
    scope="module",
    params=[((6,), (1.0,)), ((90,), (1.0,)), ((6, 90), (0.7, 0.2)), ((50, 60), (0.0, 0.5))],
    ids=["fewer dimensions than images", "more dimensions", "two views", "a view switched off"],
)
def problem(request: pytest.FixtureRequest) -> tuple[list[NDArray[np.float32]], list[head.Unit]]:
    """Views of the images, and units that see them."""
    dimensions, scales = request.param
    return [_features(each) for each in dimensions], _units(*scales)


def _solve(
    views: Sequence[NDArray[np.float32]], unit: head.Unit, weights: NDArray[np.float32]
) -> tuple[list[NDArray[np.float64]], float]:
    """The exact optimum by scikit-learn, whose C is 1 / (2 * l2 * total weight): weights of each view, and the bias."""
    weights = weights.astype(float)[unit.train]
    seen = np.concatenate([view.astype(float) * scale for view, scale in zip(views, unit.scales, strict=True)], axis=1)
    model = LogisticRegression(C=1 / (2 * unit.l2 * weights.sum()), tol=1e-10, max_iter=10_000)
    model.fit(seen[unit.train], LABELS[unit.train], sample_weight=weights)
    parts = np.split(model.coef_[0], np.cumsum([view.shape[1] for view in views])[:-1])
    return [part * scale for part, scale in zip(parts, unit.scales, strict=True)], model.intercept_[0]


@pytest.mark.parametrize(
    "optimizing",
    [Optimizing("adam", learning_rate=0.1, epochs=800), Optimizing("sgd", learning_rate=1.0, epochs=800)],
    ids=lambda optimizing: optimizing.optimizer,
)
def test_every_unit_reaches_its_own_optimum(
    optimizing: Optimizing, problem: tuple[list[NDArray[np.float32]], list[head.Unit]]
) -> None:
    views, units = problem
    heads = head.fit(views, LABELS, units, optimizing, WEIGHTS)
    assert [part.shape for part in heads.weights] == [(view.shape[1], len(units)) for view in views]
    for number, unit in enumerate(units):
        slopes, intercept = _solve(views, unit, WEIGHTS)
        for found, slope in zip(heads.weights, slopes, strict=True):
            np.testing.assert_allclose(found[:, number], slope, atol=5e-3)
        assert heads.bias[number] == pytest.approx(intercept, abs=5e-3)


def test_the_score_is_the_linear_function(problem: tuple[list[NDArray[np.float32]], list[head.Unit]]) -> None:
    views, units = problem
    heads = head.fit(views, LABELS, units[:2], Optimizing(epochs=20))
    expected = sum(view.astype(float) @ part for view, part in zip(views, heads.weights, strict=True)) + heads.bias
    np.testing.assert_allclose(heads.logits(views), expected, atol=1e-4)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_unit_trained_alone_is_the_same(
    optimizer: Literal["adam", "sgd"], problem: tuple[list[NDArray[np.float32]], list[head.Unit]]
) -> None:
    views, units = problem
    optimizing = Optimizing(optimizer, learning_rate=0.1, epochs=40)
    together = head.fit(views, LABELS, units, optimizing)
    alone = head.fit(views, LABELS, units[5:6], optimizing)
    np.testing.assert_allclose(alone.logits(views)[:, 0], together.logits(views)[:, 5], atol=1e-3)
    for key, curve in alone.curves.items():
        np.testing.assert_allclose(curve[:, 0], together.curves[key][:, 5], atol=1e-4)


def test_rows_outside_a_unit_do_not_change_it(problem: tuple[list[NDArray[np.float32]], list[head.Unit]]) -> None:
    views, units = problem
    unit = head.Unit(np.arange(30), np.arange(30, 35), 0.03, units[0].scales)
    changed = [np.concatenate([view[:35], view[35:] * -3 + 1]) for view in views]
    optimizing = Optimizing("adam", learning_rate=0.1, epochs=800)  # on the way, Adam's path depends on the rotation
    before, after = (head.fit(each, LABELS, [unit], optimizing).logits(views) for each in (views, changed))
    np.testing.assert_allclose(before, after, atol=5e-3)


def _by_keras(
    features: NDArray[np.float32], unit: head.Unit, optimizing: Optimizing
) -> tuple[dict[str, list[float]], NDArray[np.float32]]:
    """Train one unit by Keras' own `fit`, on features centred as the head centres them: history, weights."""
    centred = features - features.mean(axis=0)
    layer = keras.layers.Dense(1, kernel_initializer="zeros", kernel_regularizer=keras.regularizers.L2(unit.l2))
    model = keras.Sequential([keras.Input((features.shape[1],)), layer])
    model.compile(optimizing.build(), keras.losses.BinaryCrossentropy(from_logits=True))
    watched = (centred[unit.validation], LABELS[unit.validation])
    fitted = model.fit(
        centred[unit.train], LABELS[unit.train], 64, optimizing.epochs, 0, validation_data=watched, shuffle=False
    )
    return fitted.history, model.get_weights()[0][:, 0]


@pytest.mark.parametrize(
    "optimizing",
    [
        Optimizing("adam", learning_rate=0.1, epochs=12, steps=1),
        Optimizing("sgd", learning_rate=0.3, momentum=0.0, epochs=12, steps=1),
        Optimizing("sgd", learning_rate=0.1, momentum=0.9, epochs=12, steps=1),
    ],
    ids=lambda optimizing: f"{optimizing.optimizer} {optimizing.momentum}",
)
def test_the_curves_are_those_of_keras_fit(optimizing: Optimizing) -> None:
    features, unit = _features(6), _units(1.0)[1]
    heads = head.fit([features], LABELS, [unit], optimizing)
    history, weights = _by_keras(features, unit, optimizing)
    for key in ("loss", "val_loss"):
        np.testing.assert_allclose(heads.history(0)[key], history[key], rtol=1e-4)
    np.testing.assert_allclose(heads.weights[0][:, 0], weights, atol=1e-4)


def test_the_first_epoch_by_hand() -> None:
    """One plain step from zero weights, where the gradient of the mean cross-entropy is mean((1/2 - y) x)."""
    features, unit, rate = _features(6), _units(1.0)[1], 0.5
    heads = head.fit([features], LABELS, [unit], Optimizing("sgd", rate, momentum=0.0, epochs=2, steps=1))
    history = heads.history(0)
    assert history["loss"][0] == pytest.approx(np.log(2))
    assert history["accuracy"][0] == pytest.approx(np.mean(LABELS[unit.train] == 0))
    centred = features - features.mean(axis=0)
    error = 0.5 - LABELS[unit.train]
    weights = -rate * (error[:, None] * centred[unit.train]).mean(axis=0)
    for key, rows, epoch in (("val_", unit.validation, 0), ("", unit.train, 1)):  # validated after the step
        logits = centred[rows] @ weights - rate * error.mean()
        losses = np.log1p(np.exp(-np.where(LABELS[rows] == 1, logits, -logits)))
        assert history[f"{key}loss"][epoch] == pytest.approx(losses.mean() + unit.l2 * np.sum(weights**2), rel=1e-5)
        assert history[f"{key}accuracy"][epoch] == pytest.approx(np.mean((logits > 0) == LABELS[rows]))


def test_an_epoch_of_several_steps_is_that_many_epochs_of_one() -> None:
    features, units = _features(6), _units(1.0)
    several = head.fit([features], LABELS, units, Optimizing("adam", 0.1, epochs=5, steps=4))
    single = head.fit([features], LABELS, units, Optimizing("adam", 0.1, epochs=20, steps=1))
    np.testing.assert_allclose(several.weights[0], single.weights[0], atol=1e-5)
    for key in ("loss", "accuracy"):
        means = single.curves[key].reshape(5, 4, len(units)).mean(axis=1)
        np.testing.assert_allclose(several.curves[key], means, atol=1e-5)
        np.testing.assert_allclose(several.curves[f"val_{key}"], single.curves[f"val_{key}"][3::4], atol=1e-5)


def test_a_unit_without_validation_rows_has_no_validation_curve() -> None:
    units = [head.Unit(ALL, NOTHING, 0.1), _units(1.0)[0]]
    heads = head.fit([_features(6)], LABELS, units, Optimizing(epochs=3))
    assert {key: len(values) for key, values in heads.history(0).items()} == {"loss": 3, "accuracy": 3}
    assert list(heads.history(1)) == ["loss", "accuracy", "val_loss", "val_accuracy"]


@pytest.mark.parametrize("features", [np.zeros((40, 90)), np.ones((40, 90)), np.zeros((40, 3))])
def test_features_that_tell_nothing_give_the_share_of_the_classes(features: NDArray[np.float64]) -> None:
    rows = np.flatnonzero((LABELS == 1) | (np.arange(40) % 4 == 0))  # 20 positive, 10 negative
    views = [features.astype(np.float32)]
    heads = head.fit(views, LABELS, [head.Unit(rows, NOTHING, 1.0)], Optimizing(epochs=500))
    np.testing.assert_allclose(1 / (1 + np.exp(-heads.logits(views))), 2 / 3, atol=0.01)


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", float("inf")), ("adam", float("inf")), ("sgd", 1e30)])
def test_a_learning_rate_that_is_too_high_is_an_error_with_the_way_out(
    optimizer: Literal["adam", "sgd"], rate: float
) -> None:
    with pytest.raises(TrainingError, match=r"infinite at a learning rate.*--learning-rate"):
        head.fit([_features(6)], LABELS, _units(1.0)[:1], Optimizing(optimizer, learning_rate=rate, epochs=20))


def test_views_that_share_blocks_are_fitted_as_if_each_had_a_copy() -> None:
    near, far = _features(5), _features(9)
    optimizing = Optimizing("sgd", learning_rate=1.0, epochs=20)
    units = _units(0.6, 0.3)
    shared = head.fit([View((near, far)), View((far,))], LABELS, units, optimizing, WEIGHTS)
    copied = head.fit([np.concatenate([near, far], axis=1), far], LABELS, units, optimizing, WEIGHTS)
    for found, expected in zip(shared.weights, copied.weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(shared.bias, copied.bias, rtol=1e-3, atol=1e-5)
    rows = np.concatenate([near, far], axis=1)
    scores = shared.logits([View((near, far)), View((far,))])
    np.testing.assert_allclose(scores, shared.logits([rows, far]), rtol=1e-4, atol=1e-5)
