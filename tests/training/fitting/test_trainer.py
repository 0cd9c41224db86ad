from typing import Any, Literal

import keras
import numpy as np
import pytest

from training.errors import TrainingError
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.fitting import recipe, trainer
from training.fitting.optimizing import Optimizing

ROWS = np.arange(24)
NO_ROWS = ROWS[:0]


@pytest.fixture(scope="module")
def data() -> recipe.Data:
    generator = np.random.default_rng(0)
    images = generator.normal(size=(24, 5)).astype(np.float32)
    labels = (images[:, 0] > 0).astype(np.int64)
    return recipe.Data(images, labels, np.ones(24, np.float32))


def build(dropout: float = 0.0, l2: float = 0.0) -> keras.Model:
    keras.utils.set_random_seed(1)
    inputs = keras.Input((5,))
    regularizer = keras.regularizers.L2(l2) if l2 else None
    hidden = keras.layers.Dense(7, activation="tanh", kernel_regularizer=regularizer, name="hidden")(inputs)
    logit = keras.layers.Dense(1, name="unit")(keras.layers.Dropout(dropout)(hidden))
    return keras.Model(inputs, {"logit": keras.layers.Reshape(())(logit), "features": hidden})


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_full_batches_descend_as_keras_does(data: recipe.Data, optimizer: Literal["adam", "sgd"]) -> None:
    """With all images in one batch the order cannot matter, so Keras' own fit must log the same history."""
    settings = Optimizing(optimizer, learning_rate=0.05, momentum=0.8, epochs=6)
    train, validation = ROWS[:16], ROWS[16:]
    weights = np.linspace(0.5, 1.5, 24).astype(np.float32)
    weights /= weights[train].mean()  # else Keras divides by the number of images, and this by the sum of the weights
    network = build(l2=0.01)
    fitted = trainer.Trainer(network, recipe.Data(data.images, data.targets, weights), recipe.Recipe(settings))
    found = fitted.fit(train, validation, seed=0)

    network = build(l2=0.01)
    reference = keras.Model(network.input, network.get_layer("unit").output)
    metric = keras.metrics.BinaryAccuracy("accuracy", threshold=0.0)
    reference.compile(
        settings.build(1), keras.losses.BinaryCrossentropy(from_logits=True), weighted_metrics=[metric]
    )  # accuracy is weighted too
    targets = data.targets[:, None].astype(np.float32)
    history = reference.fit(
        data.images[train],
        targets[train],
        sample_weight=weights[train],
        validation_data=(data.images[validation], targets[validation]),
        batch_size=16,
        epochs=6,
        verbose=0,
    ).history

    assert set(found) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    for key, values in found.items():
        np.testing.assert_allclose(values, history[key], rtol=1e-4)


def test_refitting_begins_where_the_first_fit_began(data: recipe.Data) -> None:
    """Weights, dropout's seeds and the optimizer's memory are put back: a second fit is the first again."""
    made = recipe.Recipe(Optimizing(learning_rate=0.01, epochs=5, batch_size=8))
    fitted = trainer.Trainer(build(dropout=0.5), data, made)
    first = fitted.fit(ROWS[:16], ROWS[16:], seed=3)
    fitted.fit(ROWS[8:], ROWS[:8], seed=4)
    assert fitted.fit(ROWS[:16], ROWS[16:], seed=3) == first
    assert fitted.fit(ROWS[:16], ROWS[16:], seed=5) != first


def test_layers_learn_at_their_own_rates(data: recipe.Data) -> None:
    """Plain gradient descent for one step moves a slowed layer by its factor, and a frozen one not at all."""
    plain = Optimizing("sgd", learning_rate=0.1, momentum=0.0, epochs=1)
    moves = {}
    for factor in (1.0, 0.1, 0.0):
        network = build()
        before = network.get_layer("hidden").get_weights()[0]
        trainer.Trainer(network, data, recipe.Recipe(plain, {"hidden": factor})).fit(ROWS, NO_ROWS, 0)
        moves[factor] = network.get_layer("hidden").get_weights()[0] - before
    assert np.abs(moves[1.0]).max() > 1e-3
    np.testing.assert_allclose(moves[0.1], 0.1 * moves[1.0], rtol=1e-3, atol=1e-7)
    assert not moves[0.0].any()


def test_every_image_is_seen_once_an_epoch_in_batches_of_like_size(data: recipe.Data) -> None:
    seen = []

    def note(images: Any, seed: Any) -> Any:
        seen.append(int(images.shape[0] or 0))
        return images

    fitted = trainer.Trainer(
        build(), data, recipe.Recipe(Optimizing(learning_rate=0.0, epochs=1, batch_size=10), augment=note)
    )
    steps = fitted.run_epoch(ROWS[:23], seed=0, epoch=0)
    assert steps.shape == (3, 4)
    assert sorted(steps[:, 2]) == [7, 8, 8]
    assert len(seen) == 1  # traced once: no fold and no batch compiles the step again


def test_augmentation_touches_training_batches_only(data: recipe.Data) -> None:
    made = recipe.Recipe(
        Optimizing(learning_rate=0.0, epochs=1, batch_size=8), augment=lambda images, seed: images * 0.0
    )
    fitted = trainer.Trainer(build(), data, made)
    curves = fitted.fit(ROWS, ROWS, 0)
    assert abs(curves["loss"][0] - np.log(2)) < 1e-5  # nothing to see, and a bias of zero
    assert abs(curves["val_loss"][0] - np.log(2)) > 1e-3


def test_cross_fit_scores_each_image_by_a_network_that_has_not_seen_it(data: recipe.Data) -> None:
    folds = split(data.targets, Groups.alone(24), 4, 2, 0)
    made = recipe.Recipe(Optimizing(learning_rate=0.05, epochs=3, batch_size=8))
    fitted = trainer.Trainer(build(), data, made)
    logits, curves = trainer.cross_fit(fitted, folds, seed=9)
    assert logits.shape == (2, 24)
    assert len(curves) == 8
    last = folds[-1]
    fitted.fit(last.train, NO_ROWS, 9 + 7)
    np.testing.assert_array_equal(logits[1, last.validation], fitted.predict(last.validation))


def test_too_high_a_learning_rate_is_an_error_that_says_so(data: recipe.Data) -> None:
    settings = Optimizing("sgd", learning_rate=1e38, momentum=0.9, epochs=8)
    fitted = trainer.Trainer(build(), data, recipe.Recipe(settings))
    with pytest.raises(TrainingError, match="learning rate of 1e"):
        fitted.fit(ROWS, NO_ROWS, 0)


@pytest.mark.parametrize(("images", "epochs"), [(35, 60), (10_000, 1), (800, 3)])
def test_many_images_get_fewer_epochs(images: int, epochs: int) -> None:
    assert recipe.bound(Optimizing(epochs=60, batch_size=8), images, 300).epochs == epochs
