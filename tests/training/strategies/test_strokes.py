"""The digits' base beside the backbone: whom it is offered to, and what it computes, against numpy and Keras."""

import dataclasses
from collections.abc import Callable, Sequence

import keras
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from artifact.card import ImageSpec
from training import contest
from training.errors import TrainingError
from training.pixels import load_all
from training.pretraining import network, weights
from training.problem.interface import Problem
from training.progress import Stages
from training.reading.facts import PROPERTIES
from training.strategies import pretrained, strokes


def _resized(problem: Problem, pixels: Sequence[int]) -> Problem:
    """Return the problem with pictures said to have so many pixels."""
    column = PROPERTIES.index("pixels")
    samples = []
    for sample, count in zip(problem.samples, pixels, strict=True):
        properties = sample.facts.properties.copy()
        properties[column] = np.log(count)
        samples.append(dataclasses.replace(sample, facts=dataclasses.replace(sample.facts, properties=properties)))
    return dataclasses.replace(problem, samples=samples)


@pytest.mark.parametrize(
    ("pixels", "offered"),
    [
        ([56 * 56] * 8, True),
        ([57 * 56] * 8, False),
        ([28 * 112] * 8, True),
        ([64] * 5 + [10**6] * 3, True),
        ([64] * 3 + [10**6] * 5, False),
    ],
)
def test_is_offered_where_the_median_picture_is_tiny(
    make_problem: Callable[..., Problem], pixels: list[int], offered: bool
) -> None:
    problem = _resized(make_problem(images=8, folds=2), pixels)
    assert len(strokes.candidates(problem)) == offered


def test_asked_for_alone_on_large_pictures_it_says_whom_it_is_for(make_problem: Callable[..., Problem]) -> None:
    problem = _resized(make_problem(images=8, folds=2), [10**6] * 8)
    with pytest.raises(TrainingError, match=r"strokes: Pictures of at most 56 pixels a side"):
        contest.hold(["strokes"], problem, Stages(quiet=True))


def test_its_view_is_the_base_on_the_picture_as_28_pixels_of_gray(make_problem: Callable[..., Problem]) -> None:
    """The luma of ITU-R 601 and means of 8 x 8 pixels by numpy, and a base built here, give the features."""
    problem = make_problem(images=8, folds=2)
    candidate = strokes.candidates(problem)[0].framings[0]
    assert isinstance(candidate, pretrained.Pretrained)
    beside = candidate.variant.beside[0]
    assert candidate.variant.views[:3] == pretrained.VARIANTS[0].views

    pixels = load_all(problem.samples, ImageSpec(224, 224, fit="crop", keep=0.875)).astype(np.float64)
    gray = pixels @ [0.299, 0.587, 0.114]
    small = gray.reshape(8, 28, 8, 28, 8).mean(axis=(2, 4)).astype(np.float32)
    inputs, maps = network.build_base()
    base = keras.Model(inputs, maps)
    for name, values in weights.load()[0].items():
        base.get_layer(name).set_weights(values)
    flat = np.asarray(base(small[..., None])).reshape(8, -1)
    expected = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    np.testing.assert_allclose(candidate.units[beside], expected, atol=1e-5)


def test_finishing_leaves_the_base_as_it_is(make_problem: Callable[..., Problem]) -> None:
    """The base is frozen: what is published holds the digits' own weights."""
    fitted = strokes.candidates(make_problem(images=8, folds=2))[0].finish()
    written = onnx.load_from_string(fitted.network.to_onnx(None)).graph.initializer
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in written}
    for name, (kernel, _) in weights.load()[0].items():
        np.testing.assert_array_equal(held[f"{name}_kernel"], kernel.transpose(3, 2, 0, 1))
