"""The backbone in whole numbers: its arithmetic by hand, and ONNX Runtime's two ways of running it."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from artifact.network import INPUT
from training.backbone import BackboneError, find_cut
from training.backbone import graph as float_graph
from training.backbone.architecture import STEPS, CutKey, Step
from training.backbone.extract import Extractor
from training.backbone.feature import Feature
from training.backbone.weights import Weights, load
from training.backbone.whole import Backbone, entry, graph, kernels, ranges, sizes
from training.backbone.whole import load as load_whole
from training.output.compressing import compress

SIZE = 64
FEATURES = [Feature(10, "average"), Feature(3, "deviation"), Feature("expand_12", "quadrants")]
INSIDE = [step for step in STEPS if step.block > 1]


@pytest.fixture(scope="module")
def published() -> Weights:
    return load("float32")


@pytest.fixture(scope="module")
def whole() -> Backbone:
    return load_whole()


@pytest.fixture(scope="module")
def model(whole: Backbone) -> bytes:
    return graph.build(SIZE, FEATURES, whole)


@pytest.fixture(scope="module")
def pictures() -> NDArray[np.uint8]:
    photographs = (skimage.data.coffee(), skimage.data.astronaut(), skimage.data.rocket())
    noise = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3)).astype(np.uint8)
    return np.stack([*(np.asarray(Image.fromarray(one).resize((SIZE, SIZE))) for one in photographs), noise])


def run(model: bytes, images: NDArray[np.uint8], *, fused: bool = True) -> list[NDArray[np.float32]]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if fused else level.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return list(session.run(None, {INPUT: images}))


def inputs_of(step: Step, whole: Backbone) -> ranges.Levels:
    before = STEPS[STEPS.index(step) - 1]
    name = f"{before.convolution.name}_relu6" if before.convolution.activated else before.convolution.name
    return whole.levels[f"{before.name}_add" if before.has_shortcut else name]


def test_bytes_give_to_the_last_bit_what_the_same_graph_gives_in_float32(
    model: bytes, pictures: NDArray[np.uint8]
) -> None:
    """So do other processors: with the operators run one by one, every convolution is one of float32."""
    for fused, emulated in zip(run(model, pictures), run(model, pictures, fused=False), strict=True):
        np.testing.assert_array_equal(fused, emulated)
        assert fused.std() > 0


def test_an_image_is_told_alike_alone_and_among_others(model: bytes, pictures: NDArray[np.uint8]) -> None:
    together = run(model, pictures)
    for row, picture in enumerate(pictures):
        for alone, all_rows in zip(run(model, picture[None]), together, strict=True):
            np.testing.assert_array_equal(alone[0], all_rows[row])


def test_no_two_products_pass_sixteen_bits_on_processors_without_vnni(whole: Backbone) -> None:
    for step in INSIDE:
        numbers = whole.kernels[step.convolution.name].numbers.astype(int).reshape(step.convolution.output_channels, -1)
        assert abs(numbers).max() <= 127
        for sign in (1, -1) if not step.convolution.depthwise else ():
            two = np.sort((sign * numbers).clip(min=0), axis=1)[:, -2:].sum(axis=1)
            assert two.max() * 255 <= np.iinfo(np.int16).max


def test_every_sum_of_products_is_a_whole_number_that_float32_holds(whole: Backbone) -> None:
    for step in INSIDE:
        one, scale = whole.kernels[step.convolution.name], inputs_of(step, whole).scale
        units = one.scales.astype(np.float64) * scale
        mantissas = np.frexp(units)[0]
        last_bits = np.array([float(mantissa).as_integer_ratio()[0] for mantissa in mantissas])
        assert set(last_bits) <= {1, 3, 5, 9, 15}
        sums = np.abs(one.numbers.astype(np.int64)).sum(axis=(1, 2, 3)) * 255 + np.abs(np.rint(one.bias / units))
        assert (sums * last_bits).max() < 2**24


def test_the_first_block_adds_up_whole_numbers_that_float32_holds(published: Weights) -> None:
    for part in entry.PARTS:
        kernel, bias = entry.fit(part, published)
        for weights, offset in zip(kernel, bias, strict=True):
            finest = max(float(one).as_integer_ratio()[1] for one in (*weights.flat, offset / part.unit))
            whole_numbers, rest = weights * finest, offset * finest / part.unit
            assert np.abs(whole_numbers).sum() * part.largest + abs(rest) < 2**24


def test_the_first_block_is_hardly_moved_by_rounding(published: Weights) -> None:
    for part in entry.PARTS:
        kernel, _ = entry.fit(part, published)
        exact, _ = kernels.order(part.convolution, published)
        assert np.linalg.norm(kernel - exact) < 0.002 * np.linalg.norm(exact)


def test_a_rounded_kernel_is_within_half_a_step_of_its_own(published: Weights, whole: Backbone) -> None:
    for step in INSIDE:
        one, (kernel, _) = whole.kernels[step.convolution.name], kernels.order(step.convolution, published)
        scales = one.scales[:, None, None, None].astype(np.float64)
        assert (np.abs(one.numbers * scales - kernel) <= 0.501 * scales).all()


def test_features_stay_close_to_those_in_float32(model: bytes, published: Weights, pictures: NDArray[np.uint8]) -> None:
    plain = run(float_graph.build(SIZE, FEATURES, published), pictures[:1])
    for found, expected in zip(run(model, pictures[:1]), plain, strict=True):
        assert np.linalg.norm(found - expected) < 0.06 * np.linalg.norm(expected)


def test_a_range_holds_nearly_all_of_what_was_recorded(published: Weights, whole: Backbone) -> None:
    for name in ("block_2_project", "block_9_project"):
        levels = whole.levels[name]
        drawn = np.random.default_rng(0).normal(*published.outputs[name], (1000, len(published.outputs[name][0])))
        low, high = -levels.zero * levels.scale, (255 - levels.zero) * levels.scale
        assert np.mean((drawn >= low) & (drawn <= high)) > 0.999


def test_relu6_ends_where_its_bytes_end_so_that_it_takes_no_operator(whole: Backbone) -> None:
    for step in INSIDE:
        if step.convolution.activated:
            levels = whole.levels[f"{step.convolution.name}_relu6"]
            assert levels.zero == 0
            assert 255 * levels.scale <= 6


def test_what_is_added_has_an_even_zero_which_both_ways_of_rounding_share(whole: Backbone) -> None:
    assert all(levels.zero % 2 == 0 for levels in whole.levels.values())


def test_a_bias_takes_the_mean_of_the_rounding_errors_out(published: Weights, whole: Backbone) -> None:
    """By the recorded means, a projection gives on average what it gave before."""
    name, before = "block_2_project", "block_2_depthwise"
    mean, deviation = published.outputs[before]
    drawn = np.random.default_rng(0).normal(mean, deviation, (200_000, len(mean))).clip(0, 6).mean(axis=0)
    kernel, one = published.kernels[name][0, 0].astype(np.float64), whole.kernels[name]
    rounded = one.numbers[:, :, 0, 0].T * one.scales.astype(np.float64)
    plain = drawn @ rounded - drawn @ kernel
    corrected = plain + one.bias - published.biases[name]
    assert np.abs(corrected).max() < 0.05 * np.abs(plain).max()


def test_onnx_runtime_computes_every_convolution_behind_the_first_block_in_bytes(model: bytes, tmp_path: Path) -> None:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    onnxruntime.InferenceSession(compress(model), options, providers=["CPUExecutionProvider"])
    operators = [node.op_type for node in onnx.load(tmp_path / "optimized.onnx").graph.node]
    deepest = max(find_cut(feature.cut).depth for feature in FEATURES)
    assert operators.count("QLinearConv") == deepest - find_cut(entry.CUT).depth
    assert operators.count("Clip") == 0


@pytest.mark.parametrize("cut", ["expand_7", "expand_12", "last"])
def test_a_cut_takes_what_its_table_says(cut: CutKey, whole: Backbone) -> None:
    size = len(compress(graph.build(64, [Feature(cut)], whole)))
    assert size == pytest.approx(sizes.megabytes(cut) * 1e6, rel=0.1)


def test_an_extractor_gives_what_the_graph_gives(model: bytes, pictures: NDArray[np.uint8]) -> None:
    keys = [(feature.cut, feature.pooling) for feature in FEATURES]
    found = Extractor(SIZE, keys, weights=load_whole()).extract(pictures).pooled
    for key, expected in zip(keys, run(model, pictures), strict=True):
        np.testing.assert_array_equal(found[key], expected)


@pytest.mark.parametrize("settings", [{"maps": True}, {"features": (1,)}])
def test_what_whole_numbers_cannot_give_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(BackboneError, match="whole numbers"):
        Extractor(**{"size": 32, "features": ("last",), "weights": load_whole(), **settings})
