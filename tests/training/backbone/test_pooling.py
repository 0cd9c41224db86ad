"""The poolings against NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from training.backbone import POOLINGS, BackboneError, find_feature
from training.backbone.extract import Extractor
from training.backbone.feature import Pooling
from training.backbone.graph import FeatureMap
from training.backbone.graph import pool as graph_pool
from training.network.graph import Graph


def quarters(maps: NDArray[Any]) -> NDArray[Any]:
    """Average the quarters of [N, h, h, channels]; of an odd side, the middle belongs to both halves."""
    side = maps.shape[1]
    halves = (slice(0, side - side // 2), slice(side // 2, side))
    return np.concatenate([maps[:, rows, columns].mean((1, 2)) for rows in halves for columns in halves], axis=1)


BY_HAND: dict[Pooling, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "average": lambda maps: maps.mean((1, 2)),
    "deviation": lambda maps: maps.std((1, 2)),
    "quadrants": quarters,
}


@pytest.fixture(scope="module")
def images() -> NDArray[np.uint8]:
    """Of 96 pixels, so that "last" has an odd side, 3, and "expand_12" an even one, 6."""
    noise = np.random.default_rng(8).integers(0, 256, (3, 96, 96, 3), dtype=np.uint8)
    noise[1] //= 4
    return noise


@pytest.mark.parametrize("cut", ["last", "expand_12"])
def test_the_extractor_pools_its_maps(cut: str, images: NDArray[np.uint8]) -> None:
    features = Extractor(96, [(cut, name) for name in POOLINGS], maps=True).extract(images)
    maps = features.maps[cut].astype(np.float64)
    for name in POOLINGS:
        found = features.pooled[cut, name]
        assert found.shape == (3, find_feature((cut, name)).width)
        np.testing.assert_allclose(found, BY_HAND[name](maps), rtol=1e-4, atol=2e-6)


def pool(maps: NDArray[np.float32], name: Pooling) -> NDArray[np.float32]:
    """Pool maps [N, h, h, channels] by the graph alone."""
    graph, (side, channels) = Graph(), maps.shape[2:]
    pooled = graph_pool(graph, FeatureMap(graph.take("maps", (channels, side, side)), channels, side), name)
    graph.give(pooled, [channels * POOLINGS[name]])
    session = onnxruntime.InferenceSession(graph.serialise(), providers=["CPUExecutionProvider"])
    pooled_maps: NDArray[np.float32]
    (pooled_maps,) = session.run(None, {"maps": np.ascontiguousarray(maps.transpose(0, 3, 1, 2))})
    return pooled_maps


@pytest.mark.parametrize("side", [2, 3, 6])
@pytest.mark.parametrize("name", POOLINGS)
def test_the_graph_equals_numpy(name: Pooling, side: int) -> None:
    maps = np.random.default_rng(side).uniform(0, 6, (4, side, side, 5)).astype(np.float32)
    np.testing.assert_allclose(pool(maps, name), BY_HAND[name](maps.astype(np.float64)), rtol=1e-5)


def test_quadrants_go_from_top_left_to_bottom_right() -> None:
    maps = np.zeros((1, 4, 4, 2), np.float32)
    maps[0, :2, 2:, 1] = 8
    maps[0, 3, 0, 0] = 4
    assert pool(maps, "quadrants").tolist() == [[0, 0, 0, 8, 1, 0, 0, 0]]


def test_a_flat_map_far_from_zero_deviates_by_rounding_only() -> None:
    assert pool(np.full((1, 14, 14, 1), 5.7, np.float32), "deviation").item() < 1e-5


def test_a_map_of_one_place_has_no_quadrants() -> None:
    with pytest.raises(BackboneError, match="larger image size"):
        Extractor(32, [("last", "quadrants")])
