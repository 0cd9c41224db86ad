"""Compressing: the same outputs, bit for bit, from fewer bytes; and nothing touched that would lose anything."""

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.backbone import CUTS, Feature, graph, weights
from training.output.compressing import compress

SHAPE = (8, 16, 3, 3)


def network(kernel: NDArray[np.float32]) -> bytes:
    """A convolution of 8 channels over images [N, 16, 9, 9], with a bias that is small and stays as it is."""
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 16, 9, 9])
    maps = helper.make_tensor_value_info("maps", TensorProto.FLOAT, ["batch", 8, 7, 7])
    bias = numpy_helper.from_array(np.linspace(-1, 1, 8, dtype=np.float32), "bias")
    convolution = helper.make_node("Conv", ["images", "kernel", "bias"], ["maps"])
    tensors = [numpy_helper.from_array(kernel, "kernel"), bias]
    graph = helper.make_graph([convolution], "network", [images], [maps], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    return bytes(model.SerializeToString())


def run(model: bytes) -> NDArray[np.float32]:
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    images = np.random.default_rng(1).normal(size=(3, 16, 9, 9)).astype(np.float32)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    maps: NDArray[np.float32]
    (maps,) = session.run(None, {"images": images})
    return maps


def stored_types(model: bytes) -> dict[str, int]:
    return {tensor.name: tensor.data_type for tensor in onnx.load_from_string(model).graph.initializer}


def whole_numbers_times_scales(axis: int) -> NDArray[np.float32]:
    random = np.random.default_rng(axis)
    numbers = random.integers(-127, 128, SHAPE)
    np.moveaxis(numbers, axis, 0)[:, 0, 0, 0] = 127
    scales = random.integers(2**15, 2**16, SHAPE[axis]) * 2.0**-24
    return (numbers * scales.reshape([-1 if one == axis else 1 for one in range(4)])).astype(np.float32)


@pytest.mark.parametrize("axis", [0, 1])
def test_whole_numbers_times_scales_take_one_byte_each(axis: int) -> None:
    before = network(whole_numbers_times_scales(axis))
    after = compress(before)
    np.testing.assert_array_equal(run(after), run(before))
    assert stored_types(after)["kernel__packed"] == TensorProto.INT8
    assert len(after) < len(before) - 2.5 * np.prod(SHAPE)


def test_half_precision_takes_two_bytes() -> None:
    before = network(np.random.default_rng(2).normal(size=SHAPE).astype(np.float16).astype(np.float32))
    after = compress(before)
    np.testing.assert_array_equal(run(after), run(before))
    assert stored_types(after)["kernel__packed"] == TensorProto.FLOAT16
    assert len(after) < len(before) - 1.5 * np.prod(SHAPE)


def with_one(value: float) -> NDArray[np.float32]:
    kernel = whole_numbers_times_scales(0)
    kernel[3, 5, 1, 1] = value
    return kernel


@pytest.mark.parametrize(
    "kernel",
    [
        np.random.default_rng(3).normal(size=SHAPE).astype(np.float32),
        with_one(np.nextafter(with_one(0)[0, 0, 0, 0], np.float32(1))),
        with_one(np.nan),
        with_one(np.inf),
        with_one(1e38),
        np.random.default_rng(3).normal(size=SHAPE).astype(np.float32) * np.float32(1e-44),
    ],
    ids=["any", "one off by the last bit", "nan", "infinite", "beyond half precision", "subnormal"],
)
def test_weights_that_would_change_are_left_alone(kernel: NDArray[np.float32]) -> None:
    before = network(kernel)
    assert stored_types(compress(before)) == stored_types(before)
    np.testing.assert_array_equal(run(compress(before)), run(before))


def test_a_channel_of_zeros_stays_zero() -> None:
    kernel = whole_numbers_times_scales(0)
    kernel[2] = 0
    after = compress(network(kernel))
    assert stored_types(after)["kernel__packed"] == TensorProto.INT8
    np.testing.assert_array_equal(run(after), run(network(kernel)))


def test_the_whole_backbone_fits_in_5_megabytes_and_says_the_same() -> None:
    features = [Feature("last", "deviation"), Feature("expand_12", "quadrants")]
    before = graph.build(64, features, weights.load())
    after = compress(before)
    assert len(after) < 5e6 < len(before)
    images = np.random.default_rng(5).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    outputs = [
        onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"image": images})
        for model in (before, after)
    ]
    for old, new in zip(*outputs, strict=True):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize("cut", [5, "expand_12", "last"])
def test_a_cut_takes_what_its_table_says(cut: int | str) -> None:
    size = len(compress(graph.build(64, [Feature(cut)], weights.load())))
    assert size == pytest.approx(CUTS[cut].rounded_megabytes * 1e6, rel=0.1)


def test_compressing_again_changes_nothing() -> None:
    once = compress(network(whole_numbers_times_scales(0)))
    assert compress(once) == once
