import keras
import numpy as np

from tests.there import there
from training.fitting import range_test, trainer
from training.fitting.optimizing import Optimizing
from training.fitting.recipe import Data, Recipe


def test_judges_a_curve_that_falls_and_bursts() -> None:
    """The loss falls around 1e-3 and bursts at 1e-1: the suggestion lies in the fall, well below the burst."""
    rates = np.geomspace(1e-6, 1, 121)
    position = np.log10(rates)
    losses = 1.0 - 0.7 / (1 + np.exp(-4 * (position + 3))) + np.where(position > -1, 50.0 * (position + 1), 0.0)
    found = range_test.judge(rates, losses)
    suggested, diverged = there(found.suggested), there(found.diverged)
    assert 3e-4 <= suggested <= 6e-3
    assert 0.1 <= diverged <= 0.2
    assert suggested <= 0.1 * diverged
    assert len(found.rates) == len(found.losses)
    assert found.rates.max() < diverged


def test_a_loss_that_never_falls_suggests_nothing() -> None:
    rates = np.geomspace(1e-6, 1, 50)
    assert range_test.judge(rates, np.linspace(1, 1.5, 50)).suggested is None


def test_infinite_losses_count_as_divergence() -> None:
    rates = np.geomspace(1e-6, 1, 60)
    losses = np.where(np.arange(60) < 50, np.linspace(1, 0.2, 60), np.nan)
    found = range_test.judge(rates, losses)
    assert found.diverged == rates[50]
    assert np.isfinite(found.losses).all()


def test_suggested_rate_learns_and_the_network_is_left_as_it_was() -> None:
    generator = np.random.default_rng(0)
    images = generator.normal(size=(40, 6)).astype(np.float32)
    labels = (images[:, 0] + images[:, 1] > 0).astype(np.int64)
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6,))
    hidden = keras.layers.Dense(16, activation="relu")(inputs)
    network = keras.Model(inputs, {"logit": keras.layers.Dense(1)(hidden)[:, 0], "features": hidden})
    before = network.get_weights()
    data = Data(images, labels, np.ones(40, np.float32))
    optimizing = Optimizing(batch_size=8, epochs=40)
    rows = np.arange(40)

    found = range_test.run(network, data, Recipe(optimizing), rows, seed=0)

    for weights, kept in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weights, kept)
    assert found.suggested is not None
    tried = Recipe(Optimizing(batch_size=8, epochs=40, learning_rate=found.suggested))
    curves = trainer.Trainer(network, data, tried).fit(rows, rows[:0], 0)
    assert curves["loss"][-1] < curves["loss"][0] / 2
