"""The numpy network that makes the benchmark's runs, beside Keras itself."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.doctor.fitting import start, train
from benchmarks.doctor.heads import binary_cross_entropy
from benchmarks.doctor.network import Network, Settings

pytest.importorskip("tensorflow")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 5)).astype("float32")
Y = (X[:, 0] * X[:, 1] > 0).astype("float32")
TRAIN, VALIDATION = (X[:35], Y[:35]), (X[35:], Y[35:])

SETTINGS = [
    Settings(hidden=(8,), optimizer="adam", learning_rate=0.02, l2=0.01, batch_size=8),
    Settings(hidden=(6, 4), activation="tanh", optimizer="rmsprop", learning_rate=0.01, batch_size=16),
    Settings(hidden=(8,), optimizer="sgd_momentum", learning_rate=0.05, batch_size=8, batch_norm=0.9),
    Settings(hidden=(), optimizer="sgd", learning_rate=0.3, batch_size=35, l2=0.02),
    Settings(hidden=(), optimizer="sgd_momentum", learning_rate=1.2, batch_size=35, nesterov=True, decay_steps=5),
    Settings(hidden=(8,), optimizer="adam", learning_rate=0.05, batch_size=8, decay_steps=20),
]


def keras_history(settings: Settings, network: Network, epochs: int) -> dict[str, list[float]]:
    import keras

    penalty = keras.regularizers.L2(settings.l2) if settings.l2 else None
    model = keras.Sequential([keras.Input((5,))])
    for width in settings.hidden:
        model.add(keras.layers.Dense(width, kernel_regularizer=penalty))
        if settings.batch_norm is not None:
            model.add(keras.layers.BatchNormalization(momentum=settings.batch_norm))
        model.add(keras.layers.Activation(settings.activation))
    model.add(keras.layers.Dense(1, "sigmoid", kernel_regularizer=penalty))
    weights = iter(network.weights)
    for layer in model.layers:
        if layer.weights:
            own = [np.array(next(weights)) for _ in layer.trainable_weights]
            layer.set_weights(own + [np.array(weight) for weight in layer.non_trainable_weights])
    rate: object = settings.learning_rate
    if settings.decay_steps is not None:
        rate = keras.optimizers.schedules.CosineDecay(rate, settings.decay_steps)
    optimizer = {
        "adam": lambda: keras.optimizers.Adam(rate),
        "rmsprop": lambda: keras.optimizers.RMSprop(rate),
        "sgd": lambda: keras.optimizers.SGD(rate),
        "sgd_momentum": lambda: keras.optimizers.SGD(rate, momentum=0.9, nesterov=settings.nesterov),
    }[settings.optimizer]()
    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    fitted = model.fit(
        *TRAIN,
        validation_data=VALIDATION,
        epochs=epochs,
        batch_size=settings.batch_size,
        shuffle=False,
        verbose=0,
    )
    history: dict[str, list[float]] = fitted.history
    return history


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: s.optimizer)
def test_it_trains_and_reports_as_keras_does(settings: Settings) -> None:
    run = start(settings, (TRAIN, VALIDATION, VALIDATION), seed=1)
    run.shuffle = False
    expected = keras_history(settings, run.network, epochs=5)

    train(run, 5)

    for name, values in expected.items():
        assert run.seen[name] == pytest.approx(values, rel=2e-3, abs=2e-4), name


def test_the_clipped_loss_is_that_of_keras_on_probabilities() -> None:
    import keras

    logits = np.array([60.0, -60.0, 0.3, 20.0], "float32")
    y = np.array([0.0, 1.0, 1.0, 1.0], "float32")
    probabilities = (1 / (1 + np.exp(-logits.astype(float)))).astype("float32")

    losses, _ = binary_cross_entropy(logits, y, clipped=True)

    expected = [float(keras.losses.binary_crossentropy([t], [p])) for t, p in zip(y, probabilities, strict=True)]
    assert losses.tolist() == pytest.approx(expected, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(("activation", "batch_norm"), [("relu", None), ("tanh", None), ("tanh", 0.9)])
def test_gradients_agree_with_differences(activation: str, batch_norm: float | None) -> None:
    settings = Settings(hidden=(6, 4), activation=activation, batch_norm=batch_norm, l2=0.05, trainable=True)
    network = Network(5, settings, np.random.default_rng(3))

    def loss() -> float:
        logits, _ = network._forward(X, training=True)
        return float(binary_cross_entropy(logits, Y, False)[0].astype(float).mean()) + network.penalty()

    logits, saved = network._forward(X, training=True)
    network._backward(binary_cross_entropy(logits, Y, False)[1] / np.float32(len(Y)), saved)
    analytic = network.gradient.copy()
    for index in np.random.default_rng(0).choice(network.parameters, 12, replace=False):
        network.theta[index] += 1e-2
        above = loss()
        network.theta[index] -= 2e-2
        numeric = (above - loss()) / 2e-2
        network.theta[index] += 1e-2
        assert analytic[index] == pytest.approx(numeric, rel=0.05, abs=2e-3)
