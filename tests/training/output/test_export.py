"""The exported file by ONNX's own view of it, and against the Keras network; what is refused where they differ."""

from collections.abc import Callable

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from artifact import golden, image
from artifact.card import ImageSpec
from training.errors import TrainingError
from training.evaluation.novelty import Novelty
from training.fitting import map_head
from training.network.keras_network import KerasNetwork
from training.output.export import export
from training.output.verifying import TOLERANCE, Scorer, expect, verify
from training.reading.dataset import Sample

DIRECTIONS = [[0.5, 0.1], [-0.2, 0.4], [0.3, 0.3], [0.1, -0.2], [0.3, 0.1]]
SPECS = [ImageSpec(12, 16), ImageSpec(9, 9, color="gray", fit="crop")]


def _fit(spec: ImageSpec, seed: int = 0) -> KerasNetwork:
    """A small network with random weights, as a strategy would finish it."""
    keras.utils.set_random_seed(seed)
    pixels = keras.Input((spec.height, spec.width, spec.channels))
    maps = keras.layers.Conv2D(5, 3, activation="relu")(keras.layers.Rescaling(1 / 255)(pixels))
    network = map_head.classifier(pixels, maps)
    network.get_layer(map_head.NAME).set_weights([np.linspace(-1, 2, 5, dtype=np.float32)[:, None], np.array([0.3])])
    return KerasNetwork(network, spec)


def _novelty() -> Novelty:
    """Two directions, which explain dark images less than bright ones."""
    return Novelty(np.array(DIRECTIONS, np.float32), 0.5, np.ones(4))


@pytest.fixture(scope="module", params=SPECS, ids=["colour", "gray"])
def exported(request: pytest.FixtureRequest) -> tuple[KerasNetwork, ImageSpec, bytes]:
    fitted = _fit(request.param)
    return fitted, request.param, export(fitted, _novelty())


def test_the_file_takes_bytes_of_any_number_of_images_and_names_its_outputs(
    exported: tuple[KerasNetwork, ImageSpec, bytes],
) -> None:
    _, spec, data = exported
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    assert {entry.domain: entry.version for entry in model.opset_import}[""] == 18
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()
    assert (taken.name, taken.type) == ("image", "tensor(uint8)")
    assert taken.shape[1:] == [spec.height, spec.width, spec.channels]
    assert not isinstance(taken.shape[0], int)
    assert {one.name: one.type for one in session.get_outputs()} == {
        name: "tensor(float)" for name in ("logit", "novelty", "evidence")
    }
    for count in (1, 3, 17):
        pixels = np.zeros((count, spec.height, spec.width, spec.channels), np.uint8)
        logit, novelty, evidence = session.run(["logit", "novelty", "evidence"], {"image": pixels})
        assert logit.shape == novelty.shape == (count,)
        assert evidence.shape[0] == count
        assert evidence.ndim == 3


def test_it_answers_as_the_keras_network_does_and_as_the_unexplained_share_by_hand(
    exported: tuple[KerasNetwork, ImageSpec, bytes],
) -> None:
    fitted, spec, data = exported
    pixels = np.random.default_rng(1).integers(0, 256, (6, spec.height, spec.width, spec.channels), np.uint8)
    pixels[:3] //= 20
    found = Scorer(data, spec).run(pixels)
    expected = {name: np.asarray(value) for name, value in fitted.model(pixels.astype(np.float32)).items()}
    for name in ("logit", "evidence"):
        np.testing.assert_allclose(found[name], expected[name], atol=1e-5)
    novelty = _novelty()
    features = expected["features"].astype(np.float64)
    explained = ((features @ novelty.directions) ** 2).sum(axis=1) / (features**2).sum(axis=1)
    away = 1 - explained
    assert np.ptp(away) > 1e-4
    np.testing.assert_allclose(found["novelty"], away, rtol=1e-5)
    np.testing.assert_allclose(expect(fitted, novelty, pixels)["novelty"], away, rtol=1e-5)


def test_without_a_measure_of_novelty_there_is_no_such_output() -> None:
    spec = SPECS[0]
    scorer = Scorer(export(_fit(spec), None), spec)
    file = golden.draw()[0]
    logit, novelty = scorer.score(file)
    assert novelty is None
    assert set(scorer.run(image.load(file, spec)[None])) == {"logit", "evidence"}
    assert np.isfinite(logit)


def test_an_honest_export_passes_and_the_difference_is_tiny(
    exported: tuple[KerasNetwork, ImageSpec, bytes], make_sample: Callable[..., Sample]
) -> None:
    fitted, spec, data = exported
    samples = [make_sample(number, 0) for number in range(3)]
    assert 0 <= verify(Scorer(data, spec), fitted, _novelty(), spec, samples) < 1e-5


def _change(
    layer: str, weights: Callable[[list[NDArray[np.float32]]], list[NDArray[np.float32]]]
) -> Callable[[KerasNetwork], None]:
    def spoil(fitted: KerasNetwork) -> None:
        fitted.model.get_layer(layer).set_weights(weights(fitted.model.get_layer(layer).get_weights()))

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        _change(map_head.NAME, lambda weights: [weights[0], weights[1] + 1e-3]),
        _change(map_head.NAME, lambda weights: [weights[0] * 1.01, weights[1]]),
        _change(map_head.NAME, lambda weights: [weights[0], weights[1] * np.nan]),
    ],
    ids=["another bias", "other weights", "not a number"],
)
def test_a_network_that_is_not_the_exported_one_is_refused(
    spoil: Callable[[KerasNetwork], None], make_sample: Callable[..., Sample]
) -> None:
    spec = SPECS[0]
    fitted = _fit(spec)
    scorer = Scorer(export(fitted, _novelty()), spec)
    spoil(fitted)
    with pytest.raises(TrainingError, match="answers otherwise than the trained one"):
        verify(scorer, fitted, _novelty(), spec, [make_sample(0, 0)])


def test_another_novelty_than_the_exported_one_is_refused(exported: tuple[KerasNetwork, ImageSpec, bytes]) -> None:
    fitted, spec, data = exported
    other = Novelty(_novelty().directions * (1 + 10 * TOLERANCE), 0.5, np.ones(4))
    with pytest.raises(TrainingError, match=r"not published"):
        verify(Scorer(data, spec), fitted, other, spec, [])


def test_a_network_that_answers_what_is_no_number_is_refused() -> None:
    """On both sides alike, so that no difference shows."""
    spec = SPECS[0]
    fitted = _fit(spec)
    _change(map_head.NAME, lambda weights: [weights[0], weights[1] * np.nan])(fitted)
    with pytest.raises(TrainingError, match="largest difference inf"):
        verify(Scorer(export(fitted, None), spec), fitted, None, spec, [])


def test_a_score_does_not_depend_on_the_images_beside_it(
    exported: tuple[KerasNetwork, ImageSpec, bytes], make_sample: Callable[..., Sample]
) -> None:
    _, spec, data = exported
    scorer = Scorer(data, spec)
    samples = [make_sample(number, 0) for number in range(5)]
    alone = [scorer.score(sample.read()) for sample in samples]
    assert list(scorer.score_all(samples)) == alone
    together = scorer.run(np.stack([image.load(sample.read(), spec) for sample in samples]))
    np.testing.assert_allclose([logit for logit, _ in alone], together["logit"], atol=1e-5)
