"""Frozen features: the ONNX graph against PyTorch's and Keras' answers, batches, cache, and no TensorFlow."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from training.backbone import CUTS, BackboneError, Cache, Feature, find_feature, graph, network
from training.backbone.extract import Extractor, Row
from training.backbone.feature import FeatureKey
from training.backbone.weights import load

CUT_KEYS = tuple(CUTS)


@pytest.fixture(scope="module")
def small_images() -> NDArray[np.uint8]:
    return np.random.default_rng(4).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("image", ["noise_128", "noise_224", "cat_128", "cat_224"])
def test_equals_the_pytorch_network(
    image: str, reference_inputs: dict[str, NDArray[np.uint8]], reference_activations: dict[str, NDArray[np.float32]]
) -> None:
    pixels = reference_inputs[image]
    features = Extractor(pixels.shape[0], CUT_KEYS, maps=True, weights=load("float32")).extract([pixels])
    parts = [part for part in reference_activations if part.startswith(f"{image}/")]
    compared = 0
    for key in CUT_KEYS:
        if (part := f"{image}/{CUTS[key].name}") in parts:
            np.testing.assert_allclose(features.pooled[key][0], reference_activations[part], rtol=1e-4, atol=1e-5)
            compared += 1
    assert compared == len(parts) - 2
    ends = [0, 1, -2, -1]
    corners = features.maps[8][0][ends][:, ends]
    np.testing.assert_allclose(corners, reference_activations[f"{image}/corners"], rtol=1e-4, atol=1e-4)


def test_equals_the_keras_network_at_every_cut(small_images: NDArray[np.uint8]) -> None:
    features = Extractor(64, CUT_KEYS, maps=True).extract(small_images)
    for key, expected in zip(
        CUT_KEYS, network.build_multiple(64, CUT_KEYS)(small_images.astype("float32")), strict=True
    ):
        np.testing.assert_allclose(features.maps[key], expected, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(features.pooled[key], np.mean(expected, (1, 2)), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("photo", "classes"),
    [("chelsea", {281, 282, 285}), ("coffee", {967}), ("rocket", {657})],
    ids=["cat: tabby, tiger or Egyptian cat", "coffee: espresso", "rocket: missile"],
)
def test_photographs_land_in_their_imagenet_class(photo: str, classes: set[int]) -> None:
    pixels = getattr(data, photo)()
    side, (height, width) = min(pixels.shape[:2]), pixels.shape[:2]
    top, left = (height - side) // 2, (width - side) // 2
    square = Image.fromarray(pixels[top : top + side, left : left + side]).resize((224, 224), Image.Resampling.BICUBIC)
    weights = load()
    pooled = Extractor(224).extract([np.asarray(square)]).pooled["last"]
    assert (pooled @ weights.classifier_kernel + weights.classifier_bias).argmax() in classes


@pytest.mark.parametrize("maps", [False, True])
def test_the_graph_is_valid_onnx_with_the_shapes_that_it_declares(maps: bool) -> None:
    keys: tuple[FeatureKey, ...] = (2, ("expand_12", "quadrants"), ("last", "deviation"))
    model = onnx.load_from_string(graph.build(96, [find_feature(key) for key in keys], load(), maps=maps))
    onnx.checker.check_model(model, full_check=True)
    features = Extractor(96, keys, maps=maps).extract(np.zeros((1, 96, 96, 3), np.uint8))
    assert {key: values.shape for key, values in features.pooled.items()} == dict(
        zip(keys, [(1, 24), (1, 4 * 672), (1, 1280)], strict=True)
    )
    expected = [(1, 24, 24, 24), (1, 6, 6, 672), (1, 3, 3, 1280)] if maps else []
    assert [values.shape for values in features.maps.values()] == expected


def test_the_graph_holds_nothing_beyond_its_deepest_cut() -> None:
    size = len(graph.build(64, [Feature(5)], load()))
    assert size == pytest.approx(CUTS[5].megabytes * 1e6, rel=0.1)


def test_batches_and_generators_give_the_same_as_one_pass(small_images: NDArray[np.uint8]) -> None:
    whole = Extractor(64, ("last",), batch_size=8).extract(small_images)
    parts = Extractor(64, ("last",), batch_size=2).extract(image for image in small_images)
    np.testing.assert_allclose(parts.pooled["last"], whole.pooled["last"], rtol=1e-5, atol=1e-6)


def test_no_more_than_a_batch_of_images_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def images() -> Iterator[NDArray[np.uint8]]:
        for number in range(7):
            taken.append(number)
            yield np.full((32, 32, 3), number, np.uint8)

    extractor = Extractor(32, (1,), batch_size=3)
    run, seen = extractor._run, []

    def run_and_count(batch: list[NDArray[np.uint8]]) -> list[Row]:
        seen.append((len(batch), len(taken)))
        return run(batch)

    monkeypatch.setattr(extractor, "_run", run_and_count)
    assert extractor.extract(images()).pooled[1].shape == (7, 16)
    assert seen == [(3, 3), (3, 6), (1, 7)]


def test_no_images_give_empty_features() -> None:
    features = Extractor(32, (1, "last"), maps=True).extract([])
    assert features.pooled["last"].shape == (0, 1280)
    assert features.maps[1].shape == (0, 16, 16, 16)


@pytest.mark.parametrize(
    "image",
    [np.zeros((32, 32, 3), np.float32), np.zeros((32, 64, 3), np.uint8), np.zeros((32, 32), np.uint8), "text"],
    ids=["type", "size", "channels", "not an array"],
)
def test_an_image_of_another_kind_is_an_error_that_says_which_kind_is_meant(image: Any) -> None:
    with pytest.raises(BackboneError, match=r"it takes uint8 pixels of shape \(32, 32, 3\)"):
        Extractor(32, (1,)).extract([image])


@pytest.mark.parametrize("arguments", [(33,), (32, (0,)), (32, ()), (32, [[1]]), (32, [(1, "sum")])])
def test_impossible_extractors_are_errors(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(BackboneError):
        Extractor(*arguments)


class NeverRun(Extractor):
    """Has to find everything in its cache."""

    def _run(self, batch: list[NDArray[np.uint8]]) -> list[Row]:
        raise AssertionError("ran although the cache had it")


def test_a_second_run_reads_the_cache(tmp_path: Path, small_images: NDArray[np.uint8]) -> None:
    first = Extractor(64, (3,), maps=True, cache=Cache(tmp_path)).extract(small_images)
    again = NeverRun(64, (3,), maps=True, cache=Cache(tmp_path)).extract(small_images)
    np.testing.assert_array_equal(again.pooled[3], first.pooled[3])
    np.testing.assert_array_equal(again.maps[3], first.maps[3])


def test_only_images_that_the_cache_does_not_have_are_run(
    tmp_path: Path, small_images: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in the middle, so that every later image comes at another place and in another batch; and one twice."""
    key: FeatureKey = (3, "deviation")
    Extractor(64, (key,), batch_size=2, cache=Cache(tmp_path)).extract(small_images[[0, 1, 3, 4]])
    extractor = Extractor(64, (key,), batch_size=2, cache=Cache(tmp_path))
    run = extractor._run
    ran: list[NDArray[np.uint8]] = []

    def run_and_keep(batch: list[NDArray[np.uint8]]) -> list[Row]:
        ran.extend(batch)
        return run(batch)

    monkeypatch.setattr(extractor, "_run", run_and_keep)
    order = [0, 2, 2, 1, 3, 4]
    found = extractor.extract(small_images[order]).pooled[key]
    assert len(ran) == 1
    np.testing.assert_array_equal(ran[0], small_images[2])
    np.testing.assert_allclose(found, Extractor(64, (key,)).extract(small_images).pooled[key][order], rtol=1e-5)


def test_an_interrupted_run_continues_where_it_stopped(tmp_path: Path, small_images: NDArray[np.uint8]) -> None:
    def interrupted() -> Iterator[NDArray[np.uint8]]:
        yield from small_images[:4]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Extractor(64, (3,), batch_size=2, cache=Cache(tmp_path)).extract(interrupted())
    extractor = NeverRun(64, (3,), batch_size=2, cache=Cache(tmp_path))
    assert extractor.extract(small_images[:4]).pooled[3].shape == (4, 24)


@pytest.mark.parametrize(
    "other",
    [{"size": 96}, {"features": (4,)}, {"features": ((3, "deviation"),)}, {"weights": load("float32")}, {"maps": True}],
    ids=lambda other: " ".join(other),
)
def test_another_graph_never_shares_cached_results(other: dict[str, Any]) -> None:
    settings: dict[str, Any] = {"size": 64, "features": (3,)}
    assert Extractor(**settings).identity == Extractor(**settings).identity
    assert Extractor(**settings).identity != Extractor(**settings | other).identity


def test_extraction_imports_neither_tensorflow_nor_keras() -> None:
    program = (
        "import sys, numpy, training.backbone.extract as b;"
        "b.Extractor(32, (1,)).extract(numpy.zeros((1, 32, 32, 3), numpy.uint8));"
        "sys.exit(bool({'tensorflow', 'keras', 'torch'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
