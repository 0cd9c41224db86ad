"""The work of a network for an image: by tables, by an ONNX file's shapes, by Keras' layers, and by hand."""

import keras
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from training.backbone import graph
from training.backbone.feature import Feature
from training.backbone.weights import load
from training.backbone.work import count_work
from training.fitting import map_head
from training.network import graph_work, keras_work


def test_the_backbone_takes_what_its_authors_say() -> None:
    """407 million multiplications and additions, of which 1.3 are the classes' (Liu 2020, EfficientNet-Lite)."""
    assert count_work(["last"], 224) == pytest.approx(407 - 1.3, rel=0.06)


@pytest.mark.parametrize(("cut", "side"), [("last", 224), ("expand_12", 160), (5, 96)])
def test_tables_and_the_shapes_in_a_file_agree(cut: str | int, side: int) -> None:
    file = graph.build(side, [Feature(cut)], load("float32"))
    assert count_work([cut], side) == pytest.approx(graph_work.count(onnx.load_from_string(file)))


def test_whole_numbers_count_half_behind_the_first_block() -> None:
    first = count_work([1], 224)
    assert count_work(["last"], 224, whole=True) == pytest.approx(first + (count_work(["last"], 224) - first) / 2)


def test_a_network_of_keras_by_hand() -> None:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((10, 8, 3)),
            layers.Conv2D(4, 3, strides=2, padding="same"),  # 5 x 4 places of 4 sums of 27
            layers.DepthwiseConv2D(3, padding="same"),  # 5 x 4 places of 4 sums of 9
            layers.Flatten(),
            layers.Dense(2),  # 2 sums of 80
        ]
    )
    assert 1e6 * keras_work.count(model) == pytest.approx(20 * 4 * 27 + 20 * 4 * 9 + 160)


def test_a_head_on_a_map_is_applied_to_its_mean_and_at_each_place() -> None:
    maps = keras.Input((6, 5, 8))
    assert 1e6 * keras_work.count(map_head.classifier(maps, maps)) == pytest.approx(8 * (1 + 6 * 5))


def test_products_of_matrices_count_and_what_has_no_shape_does_not() -> None:
    weights = numpy_helper.from_array(np.zeros((6, 5), np.float32), "weights")
    nodes = [helper.make_node("MatMul", ["x", "weights"], ["y"]), helper.make_node("Abs", ["y"], ["z"])]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 7, 6])
    made = helper.make_tensor_value_info("z", TensorProto.FLOAT, ["batch", 7, 5])
    model = helper.make_model(helper.make_graph(nodes, "small", [given], [made], [weights]))
    assert 1e6 * graph_work.count(model) == pytest.approx(7 * 5 * 6)
