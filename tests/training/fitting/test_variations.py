"""Variations by Pillow and by counting: what is varied, whose label it has, and that no split is crossed."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from artifact.card import ImageSpec
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.fitting import variations
from training.fitting.variations import Variations
from training.problem.interface import Problem
from training.reading import facts
from training.reading.dataset import Sample

SPEC = ImageSpec(24, 24, "gray")


def _sample(number: int) -> Sample:
    pixels = np.random.default_rng(number).integers(0, 256, (24, 24), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = file.getvalue()
    return Sample(f"{number}.png", number % 2, facts.measure(data), lambda: data)


def _problem(*invariant: str, images: int = 6, weights: Sequence[float] | None = None) -> Problem:
    labels, groups = np.arange(images) % 2, Groups.alone(images)
    given = np.ones(images, np.float32) if weights is None else np.asarray(weights, np.float32)
    samples = [_sample(number) for number in range(images)]
    folds = split(labels, groups, 3, 1, 0)
    return Problem(samples, labels, groups, folds, given, 0, invariant=frozenset(invariant))


def _open(sample: Sample) -> Image.Image:
    return Image.open(io.BytesIO(sample.read()))


def test_without_a_declaration_there_are_the_images_and_nothing_else() -> None:
    problem = _problem()
    rows = list(Variations(problem, SPEC).stream())
    pictures = [np.asarray(_open(sample)) for sample in problem.samples]
    assert all(np.array_equal(row[..., 0], picture) for row, picture in zip(rows, pictures, strict=True))
    assert Variations(problem, SPEC).expand() is problem


@pytest.mark.parametrize(
    ("declared", "operations"),
    [
        (["hflip"], [Image.Transpose.FLIP_LEFT_RIGHT]),
        (["vflip"], [Image.Transpose.FLIP_TOP_BOTTOM]),
        (
            ["hflip", "vflip"],
            [Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180],
        ),
    ],
)
def test_each_way_to_flip_comes_once(declared: list[str], operations: list[Image.Transpose]) -> None:
    problem = _problem(*declared)
    varied = Variations(problem, SPEC)
    rows, origins = list(varied.stream()), varied.origins
    assert len(rows) == len(origins) == 6 * (1 + len(operations))
    for image in range(6):
        found = [rows[row][..., 0] for row in np.flatnonzero(origins == image)]
        expected = [_open(problem.samples[image])]
        expected += [expected[0].transpose(operation) for operation in operations]
        assert {pixels.tobytes() for pixels in found} == {np.asarray(picture).tobytes() for picture in expected}


def test_drawn_variations_differ_from_each_other_and_repeat_with_the_seed() -> None:
    problem = _problem("rotate", "brightness")
    rows = list(Variations(problem, SPEC).stream())
    assert len(rows) == 6 * (1 + variations.DRAWS)
    assert len({row.tobytes() for row in rows}) == len(rows)
    again = list(Variations(problem, SPEC).stream())
    assert all(np.array_equal(one, other) for one, other in zip(rows, again, strict=True))


def test_a_variation_stays_with_its_image_in_every_fold_and_is_never_scored() -> None:
    problem = _problem("hflip")
    varied = Variations(problem, SPEC)
    expanded, origins = varied.expand(), varied.origins
    for fold, before in zip(expanded.folds, problem.folds, strict=True):
        assert set(origins[fold.train]) == set(before.train)
        assert len(fold.train) == 2 * len(before.train)
        assert np.array_equal(fold.validation, before.validation)
        assert not set(origins[fold.train]) & set(fold.validation)
    assert np.array_equal(expanded.labels, problem.labels[origins])
    assert np.array_equal(expanded.groups.numbers, problem.groups.numbers[origins])


def test_an_image_and_its_variations_weigh_as_much_as_the_image_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variations, "MOST_IMAGES", 3)  # so that only half of the images are varied
    problem = _problem("hflip", weights=[0.5, 1.5, 0.5, 1.5, 0.5, 1.5])
    varied = Variations(problem, SPEC)
    assert list(varied.origins) == [0, 1, 2, 3, 4, 5, 0, 2, 5]
    weights = varied.expand().sample_weights
    summed = np.bincount(varied.origins, weights)
    assert weights.dtype == np.float32
    assert weights.mean() == pytest.approx(1)
    assert summed / summed.sum() == pytest.approx(problem.sample_weights / problem.sample_weights.sum())


def test_progress_counts_the_images_and_not_their_variations() -> None:
    counted = []
    problem = _problem("hflip").advancing(lambda: counted.append(1))
    assert len(list(Variations(problem, SPEC).stream())) == 12
    assert len(counted) == 6
