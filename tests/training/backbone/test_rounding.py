"""Rounded kernels: how far from the published ones they are, and what is put right in the biases."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, stats

from training.backbone import rounding
from training.backbone.architecture import STEPS, Convolution, Step
from training.backbone.extract import Extractor
from training.backbone.feature import FeatureKey
from training.backbone.weights import load


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_no_weight_moves_by_more_than_half_a_step(step: Step) -> None:
    published = load("float32").kernels[step.convolution.name].astype(np.float64)
    moved = np.abs(load().kernels[step.convolution.name] - published)
    half_precision = np.abs(published) * 2.0**-11 + 2.0**-25
    if published.size > 100_000:
        steps = np.abs(published).max((0, 1, 2)) / 127
        assert (moved <= steps * 0.501).all()
        assert (moved > half_precision).any()
    else:
        assert (moved <= half_precision * 1.001).all()


def test_a_large_kernel_has_at_most_255_values_a_channel_and_keeps_its_largest_weight() -> None:
    convolution = Convolution("any", 1, 1, 1280, 100)
    kernel = np.random.default_rng(0).normal(size=(1, 1, 1280, 100)).astype(np.float32)
    kernel[..., 7] = 0
    rounded = rounding.round_kernel(kernel, convolution)
    for channel in range(100):
        values = np.unique(rounded[..., channel])
        assert len(values) <= 255
        np.testing.assert_allclose(values[[0, -1]], -values[[-1, 0]] if channel == 7 else values[[0, -1]])
    np.testing.assert_allclose(np.abs(rounded).max((0, 1, 2)), np.abs(kernel).max((0, 1, 2)), rtol=1e-4)
    assert not rounded[..., 7].any()


@pytest.mark.parametrize(("mean", "deviation"), [(0, 1), (-2, 0.7), (3, 5), (7, 1), (2.5, 1e-3)])
def test_the_mean_of_relu6_is_the_integral(mean: float, deviation: float) -> None:
    normal = stats.norm(mean, deviation)
    middle, _ = integrate.quad(lambda x: x * normal.pdf(x), 0, 6, points=[min(max(mean, 0), 6)], limit=200)
    found = rounding.mean_of_relu6(np.array([float(mean)]), np.array([float(deviation)]))
    np.testing.assert_allclose(found, middle + 6 * normal.sf(6), rtol=1e-6)


def test_channels_that_never_vary_are_cut_off_and_no_more() -> None:
    found = rounding.mean_of_relu6(np.array([-1.0, 2.0, 9.0]), np.zeros(3))
    np.testing.assert_allclose(found, [0, 2, 6])


def test_what_is_expected_to_go_in_is_what_comes_out_before() -> None:
    """By hand up to the first shortcut, that of block 3."""
    random = np.random.default_rng(2)
    outputs = {
        step.convolution.name: (random.normal(size=step.convolution.output_channels), np.full(1, 1e-9))
        for step in STEPS
    }
    inputs = rounding.expect_inputs(outputs)
    assert inputs["stem"].shape == (3,)
    np.testing.assert_allclose(inputs["block_1_depthwise"], np.clip(outputs["stem"][0], 0, 6), atol=1e-8)
    np.testing.assert_allclose(inputs["block_2_expand"], outputs["block_1_project"][0])
    np.testing.assert_allclose(inputs["block_3_expand"], outputs["block_2_project"][0])
    both = outputs["block_2_project"][0] + outputs["block_3_project"][0]
    np.testing.assert_allclose(inputs["block_4_expand"], both)
    np.testing.assert_allclose(inputs["head"], outputs["block_16_project"][0])


def test_the_biases_give_expected_inputs_their_old_outputs() -> None:
    published, rounded = load("float32"), load()
    inputs = rounding.expect_inputs(published.outputs)
    for name in ("block_13_expand", "block_16_project", "head"):
        before = inputs[name] @ published.kernels[name][0, 0] + published.biases[name]
        after = inputs[name] @ rounded.kernels[name][0, 0] + rounded.biases[name]
        np.testing.assert_allclose(after, before, rtol=1e-4, atol=1e-4)
        uncorrected = inputs[name] @ rounded.kernels[name][0, 0] + published.biases[name]
        assert np.abs(uncorrected - before).max() > 20 * np.abs(after - before).max()


def test_features_hardly_turn(reference_inputs: dict[str, NDArray[np.uint8]]) -> None:
    images = [image for name, image in reference_inputs.items() if name.endswith("_224")]
    keys: tuple[FeatureKey, ...] = (("last", "deviation"), ("expand_12", "deviation"), "last")
    before, after = (Extractor(224, keys, weights=load(name)).extract(images).pooled for name in ("float32", "rounded"))
    for key in keys:
        norms = np.linalg.norm(before[key], axis=1) * np.linalg.norm(after[key], axis=1)
        assert ((before[key] * after[key]).sum(1) / norms > 0.999).all()
