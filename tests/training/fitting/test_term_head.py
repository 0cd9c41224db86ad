"""The head on pooled maps, against numpy: what each place contributed makes the logit, to rounding."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from training.backbone.architecture import CutKey, find_cut
from training.backbone.feature import Pooling
from training.backbone.graph import FeatureMap
from training.fitting.term_head import Term, add_head
from training.network.graph import Graph

COARSE, FINE = "last", "expand_12"
SIDES: dict[CutKey, int] = {COARSE: 3, FINE: 6}
BIAS = -0.7
TermPooling = Pooling | Literal["places"]


class Part(NamedTuple):
    """A map, and how the head pools it."""

    cut: CutKey
    pooling: TermPooling


def _features(maps: NDArray[Any], pooling: TermPooling) -> NDArray[np.float64]:
    """Pool by numpy, float64 [n, d], of unit length."""
    maps = maps.astype(np.float64)
    half = maps.shape[1] // 2
    by_name: dict[TermPooling, Callable[[], NDArray[np.float64]]] = {
        "average": lambda: maps.mean(axis=(1, 2)),
        "deviation": lambda: maps.std(axis=(1, 2)),
        "quadrants": lambda: np.concatenate(
            [maps[:, r : r + half, c : c + half].mean(axis=(1, 2)) for r in (0, half) for c in (0, half)], axis=1
        ),
        "places": lambda: maps.reshape(len(maps), -1),
    }
    pooled = by_name[pooling]()
    normalised: NDArray[np.float64] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    return normalised


def _maps(n: int = 5, scale: float = 1.0) -> dict[CutKey, NDArray[np.float32]]:
    generator = np.random.default_rng(1)
    shapes = {cut: (n, side, side, find_cut(cut).channels) for cut, side in SIDES.items()}
    return {cut: (scale * generator.gamma(0.5, 1, shape)).astype(np.float32) for cut, shape in shapes.items()}


def _width(feature: Part) -> int:
    vectors = {"average": 1, "deviation": 1, "quadrants": 4, "places": SIDES[feature.cut] ** 2}
    return vectors[feature.pooling] * find_cut(feature.cut).channels


def _run(
    features: Sequence[Part], novelty: Sequence[Part], maps: dict[CutKey, NDArray[np.float32]]
) -> tuple[list[NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
    """Build a head on maps as inputs, and run it: each term's weights and the outputs."""
    generator = np.random.default_rng(2)
    graph, cuts = Graph(), dict.fromkeys(feature.cut for feature in features)
    inputs = {cut: _take(graph, cut, maps[cut]) for cut in cuts}
    weights = [generator.normal(size=_width(feature)).astype(np.float32) for feature in features]
    pairs = zip(features, weights, strict=True)
    terms = [Term(inputs[feature.cut], feature.pooling, one) for feature, one in pairs]
    add_head(graph, terms, BIAS, [features.index(feature) for feature in novelty])
    return weights, _compute(graph, {cut: maps[cut] for cut in cuts})


def _take(graph: Graph, name: CutKey, maps: NDArray[np.float32]) -> FeatureMap:
    """Make maps, `[n, side, side, channels]`, an input, as the backbone would give them: channels first."""
    side, channels = maps.shape[2:]
    return FeatureMap(graph.take(str(name), (channels, side, side)), channels, side)


def _compute(graph: Graph, maps: Mapping[CutKey, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(graph.serialise(), providers=["CPUExecutionProvider"])
    fed = {str(name): np.ascontiguousarray(one.transpose(0, 3, 1, 2)) for name, one in maps.items()}
    return dict(zip(graph.outputs, session.run(list(graph.outputs), fed), strict=True))


TERMS: dict[str, list[Part]] = {
    "average": [Part(FINE, "average")],
    "deviation": [Part(FINE, "deviation")],
    "quadrants": [Part(FINE, "quadrants")],
    "two poolings": [Part(FINE, "deviation"), Part(FINE, "quadrants")],
    "places": [Part(FINE, "places")],
    "places of a coarse map": [Part(COARSE, "places"), Part(FINE, "deviation")],
    "two depths": [Part(COARSE, "deviation"), Part(FINE, "deviation"), Part(FINE, "quadrants")],
}


@pytest.mark.parametrize("scale", [1e-2, 1.0, 30.0])
@pytest.mark.parametrize("features", TERMS.values(), ids=TERMS)
def test_the_logit_is_that_of_numpy_and_the_evidence_sums_to_it(features: list[Part], scale: float) -> None:
    maps = _maps(scale=scale)
    weights, outputs = _run(features, features[:1], maps)
    pairs = zip(features, weights, strict=True)
    expected = BIAS + np.sum([_features(maps[feature.cut], feature.pooling) @ one for feature, one in pairs], axis=0)
    np.testing.assert_allclose(outputs["logit"], expected, atol=1e-5)
    places = max(SIDES[feature.cut] for feature in features)
    assert outputs["evidence"].shape == (5, places, places)
    np.testing.assert_allclose(outputs["evidence"].sum(axis=(1, 2)) + BIAS, expected, atol=1e-4)


@pytest.mark.parametrize("chosen", [[0], [1], [2], [2, 0]])
def test_novelty_is_measured_on_the_features_asked_for_each_of_unit_length(chosen: list[int]) -> None:
    maps = _maps()
    novelty = [TERMS["two depths"][position] for position in chosen]
    _, outputs = _run(TERMS["two depths"], novelty, maps)
    expected = [_features(maps[feature.cut], feature.pooling) for feature in novelty]
    np.testing.assert_allclose(outputs["features"], np.concatenate(expected, axis=1), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(outputs["features"], axis=1), len(chosen) ** 0.5, atol=1e-6)


@pytest.mark.parametrize("pooling", ["average", "deviation", "quadrants", "places"])
def test_what_happens_at_one_place_is_evidence_at_that_place(pooling: TermPooling) -> None:
    """Only the top right place differs from a flat map: it has the largest share of what the flat map lacks."""
    maps: dict[CutKey, NDArray[np.float32]] = {FINE: np.full((2, 6, 6, find_cut(FINE).channels), 0.1, np.float32)}
    maps[FINE][1, 0, 5] += np.random.default_rng(3).gamma(1, 1, (maps[FINE].shape[-1],)).astype(np.float32)
    _, outputs = _run([Part(FINE, pooling)], [Part(FINE, pooling)], maps)
    shares = np.abs(outputs["evidence"][1] - np.median(outputs["evidence"][1]))
    assert np.unravel_index(shares.argmax(), shares.shape) == (0, 5)


def test_evidence_of_a_coarse_map_is_spread_over_the_places_it_covers() -> None:
    features = [Part(COARSE, "average"), Part(FINE, "average")]
    maps = _maps()
    maps[FINE][:] = 0
    _, outputs = _run(features, features[:1], maps)
    blocks = outputs["evidence"].reshape(5, 3, 2, 3, 2)
    assert np.ptp(blocks, axis=(2, 4)).max() < 1e-7
    assert np.ptp(outputs["evidence"]) > 1e-3


def test_evidence_of_a_map_that_does_not_divide_the_finest_is_shared_out_by_area() -> None:
    """From 2 to 3 places a side: a finer place in the middle takes a third of each of both that it lies on."""
    maps: dict[CutKey, NDArray[np.float32]]
    maps = {"coarse": np.array([[[3.0], [0]], [[0], [0]]], np.float32)[None], "fine": np.ones((1, 3, 3, 1), np.float32)}
    graph = Graph()
    coarse, fine = (_take(graph, name, one) for name, one in maps.items())
    terms = [Term(coarse, "places", np.ones(4, np.float32)), Term(fine, "places", np.zeros(9, np.float32))]
    add_head(graph, terms, 0.0, [0])
    outputs = _compute(graph, maps)
    spread: list[list[float]] = [[4 / 9, 2 / 9, 0], [2 / 9, 1 / 9, 0], [0, 0, 0]]  # the map is one place of length 1
    np.testing.assert_allclose(outputs["evidence"][0], spread, atol=1e-6)
    np.testing.assert_allclose(outputs["logit"], [1.0], atol=1e-6)


def test_an_image_without_any_content_gets_finite_numbers() -> None:
    maps = {cut: np.zeros_like(one) for cut, one in _maps().items()}
    _, outputs = _run(TERMS["two depths"], TERMS["two depths"][:1], maps)
    assert all(np.isfinite(values).all() for values in outputs.values())
