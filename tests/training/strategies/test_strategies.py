"""Every strategy in one table: it learns, follows its curves, repeats itself, and exports what its network computes."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
import tf2onnx
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from tests.there import there
from training import strategies
from training.backbone import Cache, applications
from training.backbone.own_file import NORMALISATIONS, OwnFile
from training.errors import TrainingError
from training.fitting import variations
from training.pixels import load_all
from training.problem.interface import Candidate, Evaluation, Fitted, Problem
from training.problem.overrides import Overrides
from training.strategies import application, autoencoder, compact, question

CHOOSABLE = [name for name in strategies.STRATEGIES if name != "question"]
SHORTER = {"finetune": 0.5, "mnist": 0.5, "scratch": 0.5}
"""Of the epochs of networks that are trained whole, as many as these images need."""
FOLDS = dict.fromkeys(("autoencoder", "finetune", "mnist", "scratch"), 2)
"""Where each fold trains a network, as few as there can be."""


@dataclasses.dataclass
class Run:
    candidate: Candidate
    evaluation: Evaluation
    fitted: Fitted
    problem: Problem


@pytest.fixture(scope="module", autouse=True)
def smaller() -> Iterator[None]:
    """Give a backbone of keras.applications small pictures and random weights, and an encoder fewer epochs."""
    build = applications.build

    def build_random(name: str, size: int) -> Any:
        keras.utils.set_random_seed(0)
        return build(name, size, weights=None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applications, "build", build_random)
        patch.setattr(application, "SPEC", dataclasses.replace(application.SPEC, height=96, width=96))
        patch.setattr(autoencoder, "OPTIMIZING", dataclasses.replace(autoencoder.OPTIMIZING, epochs=20))
        yield


@pytest.fixture(scope="module")
def own_file(tmp_path_factory: pytest.TempPathFactory) -> OwnFile:
    """Export a network from Keras, by tf2onnx, as somebody would who has one of their own."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(8, 4, strides=4, activation="relu")])
    function = tf.function(lambda pixels: {"map": model(pixels)})
    path = tmp_path_factory.mktemp("own") / "my net.onnx"
    tf2onnx.convert.from_function(
        function, [tf.TensorSpec((None, 32, 32, 3), tf.float32, name="pixels")], opset=17, output_path=str(path)
    )
    return OwnFile(path, normalisation=NORMALISATIONS["unit"])


@pytest.fixture(scope="module")
def run(make_problem: Callable[..., Problem], own_file: OwnFile) -> Callable[[str], Run]:
    """Run a strategy once for all tests here; the question's network with a smaller dense layer and one epoch."""
    done = {}

    def once(name: str) -> Run:
        if name not in done:
            overrides = Overrides(epochs_factor=SHORTER.get(name, 1.0))
            backbone = own_file if name == "own" else None
            problem = make_problem(folds=FOLDS.get(name, 4), own_backbone=backbone, overrides=overrides)
            with pytest.MonkeyPatch.context() as patch:
                if name == "question":
                    patch.setattr(question, "DENSE", 8)
                    problem = make_problem(images=6, folds=2, overrides=Overrides(epochs=1))
                candidate = strategies.load(name).candidates(problem)[0]
                done[name] = Run(candidate, candidate.evaluate(), candidate.finish(), problem)
        return done[name]

    return once


@pytest.mark.parametrize("name", CHOOSABLE)
def test_learns_what_anything_can_learn(run: Callable[[str], Run], name: str) -> None:
    result = run(name)
    assert strategies.load(name).CHOOSABLE
    for logits in result.evaluation.logits:
        assert roc_auc_score(result.problem.labels, logits) == 1.0


@pytest.mark.parametrize("name", strategies.STRATEGIES)
def test_scores_every_image_in_each_repeat_and_logs_each_fold(run: Callable[[str], Run], name: str) -> None:
    result = run(name)
    logits, curves = result.evaluation.logits, result.evaluation.curves
    assert logits.shape[1] == len(result.problem.samples)
    assert np.isfinite(logits).all()
    assert len(curves) == sum(fold.repeat < len(logits) for fold in result.problem.folds)
    for curve in curves:
        assert set(curve) == {"loss", "accuracy", "val_loss", "val_accuracy"}
        assert len({len(values) for values in curve.values()}) == 1
    assert set(result.fitted.curves) == {"loss", "accuracy"}


@pytest.mark.parametrize("name", strategies.STRATEGIES)
def test_last_validation_loss_is_that_of_the_logits(run: Callable[[str], Run], name: str) -> None:
    """Only a regulariser may stand between the curve's end and the log loss of the logits that are returned."""
    result = run(name)
    for fold, curve in zip(result.problem.folds, result.evaluation.curves, strict=False):
        logits, labels = result.evaluation.logits[fold.repeat, fold.validation], result.problem.labels[fold.validation]
        log_loss = np.logaddexp(0, np.where(labels == 1, -logits, logits)).mean()
        assert -0.02 < curve["val_loss"][-1] - log_loss < 0.2


@pytest.mark.parametrize("name", strategies.STRATEGIES)
def test_settings_fit_a_card(run: Callable[[str], Run], name: str) -> None:
    result = run(name)
    assert json.loads(json.dumps(result.fitted.settings)) == result.fitted.settings
    assert {"optimizer", "learning_rate", "epochs", "parameters"} <= set(result.evaluation.settings)


@pytest.mark.parametrize("name", strategies.STRATEGIES)
def test_exports_what_the_network_computes(run: Callable[[str], Run], name: str) -> None:
    result = run(name)
    network, spec = result.fitted.network, result.candidate.spec
    images = load_all(result.problem.samples, spec)
    noise = np.random.default_rng(0).integers(0, 256, images.shape[1:], dtype=np.uint8)
    images = np.concatenate([images[:4], noise[None], np.zeros_like(noise)[None]])
    expected = network.run(images)

    session = onnxruntime.InferenceSession(network.to_onnx(None), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(names, {"image": images}), strict=True))

    assert set(found) == set(expected) - {"features"}
    for key, values in found.items():
        assert np.abs(expected[key] - values).max() <= 1e-4 * max(1.0, np.abs(values).max())
    assert {key: values.shape[1:] for key, values in expected.items()} == dict(network.outputs)
    assert expected["logit"].shape == (6,)
    assert expected["features"].ndim == 2
    if "evidence" in expected:
        _check_evidence(expected)


def test_a_backbone_of_ones_own_says_of_a_map_what_each_place_contributes(run: Callable[[str], Run]) -> None:
    fitted = run("own").fitted
    assert run("own").candidate.name == "own-my_net"
    assert fitted.network.outputs["evidence"] == (8, 8)
    assert fitted.knows_kinds
    assert fitted.settings["backbone"] == "my net.onnx"


def test_the_cache_of_a_backbone_of_ones_own_stays_below_its_maximum(
    make_problem: Callable[..., Problem], own_file: OwnFile, tmp_path: Path
) -> None:
    problem = make_problem(images=4, folds=2, own_backbone=own_file, cache=Cache(tmp_path, maximum_bytes=1000))
    strategies.load("own").candidates(problem)
    kept = list(tmp_path.iterdir())
    assert kept
    assert sum(file.stat().st_size for file in kept) <= 1000


def _check_evidence(outputs: dict[str, NDArray[Any]]) -> None:
    """The evidence of all places and one bias, which all images share, make the logit."""
    bias = outputs["logit"] - outputs["evidence"].sum(axis=(1, 2))
    assert outputs["evidence"].ndim == 3
    assert np.ptp(bias) <= 1e-3 * max(1.0, np.abs(outputs["evidence"]).sum(axis=(1, 2)).max())


@pytest.mark.parametrize("name", CHOOSABLE)
def test_published_network_scores_as_it_was_fitted(run: Callable[[str], Run], name: str) -> None:
    """The finished network tells the training images apart, from pixels on: no scaling was lost on the way."""
    result = run(name)
    found = result.fitted.network.run(load_all(result.problem.samples, result.candidate.spec))
    assert ((found["logit"] > 0) == (result.problem.labels == 1)).all()
    if result.fitted.features is not None:  # they may have been kept in float16 meanwhile
        np.testing.assert_allclose(result.fitted.features, found["features"], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", CHOOSABLE)
def test_same_seed_gives_the_same_logits(
    make_problem: Callable[..., Problem], own_file: OwnFile, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(variations, "DRAWS", 1)
    monkeypatch.setattr(compact, "CUTS", compact.CUTS[:1])  # of several candidates, the first is evaluated here
    monkeypatch.setattr(autoencoder, "OPTIMIZING", dataclasses.replace(autoencoder.OPTIMIZING, epochs=3))
    settings = {"overrides": Overrides(epochs=3), "own_backbone": own_file if name == "own" else None}
    problem = make_problem(images=6, folds=2, invariant=frozenset({"hflip", "crop"}), **settings)
    first, second = (strategies.load(name).candidates(problem)[0].evaluate() for _ in range(2))
    np.testing.assert_array_equal(first.logits, second.logits)
    assert first.curves == second.curves


def test_question_is_the_asker_s_network() -> None:
    """Counts and shapes as the question's summary lists them."""
    network = question.build()
    assert network.count_params() == 640 + 36_928 + 73_856 + 147_584 + 36_569_600 + 513
    assert not question.CHOOSABLE
    assert network.input_shape == (None, 80, 130, 1)
    shapes = [layer.output.shape[1:] for layer in network.layers if layer.name.startswith(("conv2d", "max_pooling"))]
    assert shapes == [(80, 130, 64), (78, 128, 64), (39, 64, 64), (39, 64, 128), (37, 62, 128), (18, 31, 128)]


def test_unknown_strategy_names_those_there_are() -> None:
    with pytest.raises(TrainingError, match="pretrained"):
        strategies.load("magic")


def test_an_autoencoder_that_cannot_win_though_it_is_flattered_trains_no_encoder_for_the_folds(
    run: Callable[[str], Run],
) -> None:
    result = run("autoencoder")
    every = np.arange(len(result.problem.labels)).tobytes()
    problem = dataclasses.replace(result.problem, is_lost=lambda logits: bool(np.isfinite(logits).all()))
    assert isinstance(result.candidate, autoencoder.Autoencoder)
    learned = {every: result.candidate.learned[every]}
    candidate = dataclasses.replace(result.candidate, problem=problem, learned=learned)
    found = candidate.evaluate()
    assert found.was_stopped
    assert list(learned) == [every]
    assert len(found.curves) == sum(fold.repeat == 0 for fold in problem.folds)


def test_of_an_autoencoder_that_may_win_the_encoder_of_all_images_is_published(
    make_problem: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is trained before those of the folds, with whose weights the network is left."""
    monkeypatch.setattr(autoencoder, "MOST_STEPS", 8)
    problem = make_problem(images=12, folds=2)
    (candidate,) = autoencoder.candidates(dataclasses.replace(problem, is_lost=lambda logits: False))
    assert not candidate.evaluate().was_stopped
    assert len(candidate.learned) == 1 + 2
    fitted = candidate.finish()
    codes = fitted.network.run(load_all(problem.samples, candidate.spec))["features"]
    np.testing.assert_allclose(codes, there(fitted.features), atol=1e-5)
