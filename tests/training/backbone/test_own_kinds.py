"""Networks of one's own: half precision, classifiers, and what is no network."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tests.training.backbone.own_networks import IMAGENET, mean_of_channels, run, write
from training.backbone import BackboneError, own
from training.backbone.own_file import NORMALISATIONS, OwnFile


@pytest.fixture
def pixels() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)


@pytest.mark.parametrize("kind", [TensorProto.FLOAT16, TensorProto.BFLOAT16])
def test_half_precision_is_computed_in_float32_with_the_weights_of_the_file(
    tmp_path: Path, kind: int, pixels: NDArray[np.uint8]
) -> None:
    """The oracle is numpy's matrix product, with the weights as half precision rounds them."""
    exact = np.random.default_rng(1).normal(0, 1, (3, 5)).astype(np.float32)
    weights = helper.make_tensor("weights", kind, (3, 5), exact.ravel())
    two = helper.make_tensor("two", kind, (1,), [2.0])
    nodes = [
        helper.make_node("Cast", ["pixels"], ["half"], to=kind),
        helper.make_node("GlobalAveragePool", ["half"], ["map"]),
        helper.make_node("Flatten", ["map"], ["rows"]),
        helper.make_node("MatMul", ["rows", "weights"], ["product"]),
        helper.make_node("Constant", [], ["factor"], value=two),
        helper.make_node("Mul", ["product", "factor"], ["vector"]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "half", [value("pixels", kind, ("n", 3, 8, 8))], [value("vector", kind, ("n", 5))], [weights]
    )
    path = tmp_path / "half.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), str(path))
    found = run(own.read(OwnFile(path, normalisation=NORMALISATIONS["unit"])), pixels)
    rounded = numpy_helper.to_array(weights).astype(np.float32)
    assert np.abs(rounded - exact).max() > 1e-4
    np.testing.assert_allclose(found, 2 * (pixels / 255).mean(axis=(1, 2)) @ rounded, rtol=1e-5, atol=1e-6)


def test_of_a_classifier_what_are_numbers_is_taken(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    """As skl2onnx 1.20 writes a classifier: float64 in, names of classes and their probabilities out."""
    nodes = [
        helper.make_node("ReduceMean", ["pixels", "places"], ["scores"], keepdims=0),
        helper.make_node("ArgMax", ["scores"], ["best"], axis=1, keepdims=0),
        helper.make_node("Gather", ["names", "best"], ["label"]),
    ]
    value = helper.make_tensor_value_info
    outputs = [value("label", TensorProto.STRING, ("n",)), value("scores", TensorProto.DOUBLE, ("n", 3))]
    names = helper.make_tensor("names", TensorProto.STRING, (3,), [b"a", b"b", b"c"])
    places = helper.make_tensor("places", TensorProto.INT64, (2,), [2, 3])
    pictures = [value("pixels", TensorProto.DOUBLE, ("n", 3, 8, 8))]
    graph = helper.make_graph(nodes, "c", pictures, outputs, [names, places])
    path = tmp_path / "classifier.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), str(path))
    found = own.read(OwnFile(path, normalisation=NORMALISATIONS["unit"]))
    assert found.output == "scores"
    np.testing.assert_allclose(run(found, pixels), (pixels / 255).mean(axis=(1, 2)), rtol=1e-5)


def test_a_word_about_pixels_that_a_network_of_bytes_would_ignore_is_refused(tmp_path: Path) -> None:
    cast = helper.make_node("Cast", ["pixels"], ["light"], to=TensorProto.FLOAT)
    pooled = helper.make_node("GlobalAveragePool", ["light"], ["map"])
    flat = helper.make_node("Flatten", ["map"], ["vector"])
    path = write(
        tmp_path / "n.onnx", ("n", 3, 8, 8), [cast, pooled, flat], {"vector": ("n", 3)}, kind=TensorProto.UINT8
    )
    with pytest.raises(BackboneError, match="takes bytes and scales them itself"):
        own.read(OwnFile(path, normalisation=IMAGENET))


def test_weights_that_were_left_behind_are_asked_for_by_name(tmp_path: Path) -> None:
    weights = np.ones((3, 400), np.float32)
    nodes = [helper.make_node("GlobalAveragePool", ["pixels"], ["map"]), helper.make_node("Flatten", ["map"], ["rows"])]
    nodes.append(helper.make_node("MatMul", ["rows", "weights"], ["vector"]))
    path = write(tmp_path / "whole.onnx", ("n", 3, 8, 8), nodes, {"vector": ("n", 400)}, {"weights": weights})
    parted = tmp_path / "parted.onnx"
    onnx.save(onnx.load(str(path)), str(parted), save_as_external_data=True, location="parted.data", size_threshold=0)
    assert own.read(OwnFile(parted, normalisation=IMAGENET)).sizes == (400,)
    (tmp_path / "parted.data").unlink()
    parted.touch()
    with pytest.raises(BackboneError, match=r"parted\.data.*Put it beside the network"):
        own.read(OwnFile(parted, size=8, normalisation=IMAGENET))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (b"PK\x03\x04", r"torch\.save"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"", "is empty"),
    ],
)
def test_other_files_of_that_name_are_told_by_what_they_are(tmp_path: Path, head: bytes, message: str) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(head)
    with pytest.raises(BackboneError, match=message):
        own.read(OwnFile(path, normalisation=IMAGENET))


def test_an_opset_of_the_future_is_refused_by_name(tmp_path: Path) -> None:
    path = mean_of_channels(tmp_path / "network.onnx", opset=99)
    with pytest.raises(BackboneError, match=r"cannot be opened by ONNX Runtime.*opset 18"):
        own.read(OwnFile(path, normalisation=IMAGENET))


def test_a_file_is_read_once_until_it_changes(tmp_path: Path) -> None:
    asked = OwnFile(mean_of_channels(tmp_path / "network.onnx"), normalisation=IMAGENET)
    first = own.read(asked)
    assert own.read(asked) is first
    mean_of_channels(asked.path, ("n", 3, 16, 16))
    assert own.read(asked).height == 16
