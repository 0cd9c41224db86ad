"""The backbone in whole numbers: its arithmetic by hand, and ONNX Runtime's two ways of running it."""

import numpy as np
import onnxruntime
import pytest
import skimage.data
from PIL import Image

from artifact.network import INPUT
from benchmarks.int8 import graph, ranges, weights
from training.backbone import graph as float_graph
from training.backbone.architecture import STEPS
from training.backbone.feature import Feature
from training.backbone.weights import Weights, load

SIZE = 64
FEATURES = [Feature(3, "average"), Feature(3, "deviation"), Feature("expand_4", "quadrants")]


@pytest.fixture(scope="module")
def published() -> Weights:
    return load("float32")


@pytest.fixture(scope="module")
def model(published: Weights) -> bytes:
    return graph.build(
        SIZE, FEATURES, graph.Backbone(published, weights.round_all(published), ranges.measure(published))
    )


def run(model: bytes, images: np.ndarray, *, fused: bool) -> list[np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if fused else level.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return list(session.run(None, {INPUT: images}))


def test_no_two_products_pass_sixteen_bits_on_processors_without_vnni(published: Weights) -> None:
    rounded = weights.round_all(published)
    for step in STEPS:
        most = int(np.abs(rounded[step.convolution.name].numbers.astype(int)).max())
        assert most * 255 * (1 if step.convolution.depthwise else 2) <= np.iinfo(np.int16).max


def test_a_rounded_kernel_is_within_half_a_step_of_its_own(published: Weights) -> None:
    rounded = weights.round_all(published)
    for step in STEPS:
        one, kernel = rounded[step.convolution.name], published.kernels[step.convolution.name]
        kernel = kernel.transpose((2, 3, 0, 1) if step.convolution.depthwise else (3, 2, 0, 1))
        scales = one.scales[:, None, None, None]
        assert np.abs(one.numbers * scales - kernel).max() <= 0.501 * one.scales.max()


def test_whole_numbers_compute_what_the_same_graph_computes_in_float32(model: bytes) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, SIZE, SIZE, 3)).astype(np.uint8)
    for fused, emulated in zip(run(model, images, fused=True), run(model, images, fused=False), strict=True):
        assert fused.shape == emulated.shape
        assert np.abs(fused - emulated).mean() < 0.01 * np.abs(emulated).mean()


def test_features_stay_close_to_those_in_float32(model: bytes, published: Weights) -> None:
    image = np.asarray(Image.fromarray(skimage.data.coffee()).resize((SIZE, SIZE)))[None]
    plain = run(float_graph.build(SIZE, FEATURES, published), image, fused=True)
    for found, expected in zip(run(model, image, fused=True), plain, strict=True):
        assert np.linalg.norm(found - expected) < 0.05 * np.linalg.norm(expected)


def test_a_range_holds_nearly_all_of_what_was_recorded(published: Weights) -> None:
    found = ranges.measure(published)
    assert all(found[f"{step.convolution.name}_relu6"][1] <= 6 for step in STEPS if step.convolution.activated)
    mean, deviation = published.outputs["block_2_project"]
    low, high = found["block_2_project"]
    drawn = np.random.default_rng(0).normal(mean, deviation, (1000, len(mean)))
    assert np.mean((drawn >= low) & (drawn <= high)) > 0.999
    assert low == pytest.approx((mean - 4 * deviation).min())


def test_a_bias_takes_the_mean_of_the_rounding_errors_out(published: Weights) -> None:
    """By the recorded means, the first projection gives on average what it gave before."""
    name, before = "block_1_project", "block_1_depthwise"
    mean, deviation = published.outputs[before]
    drawn = np.random.default_rng(0).normal(mean, deviation, (200_000, len(mean))).clip(0, 6).mean(axis=0)
    kernel, one = published.kernels[name][0, 0].astype(np.float64), weights.round_all(published)[name]
    rounded = one.numbers[:, :, 0, 0].T * one.scales.astype(np.float64)
    plain = drawn @ rounded - drawn @ kernel
    corrected = plain + one.bias - published.biases[name]
    assert np.abs(corrected).max() < 0.05 * np.abs(plain).max()
