import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.problem.interface import Problem
from training.reading import facts
from training.reading.dataset import Sample


@pytest.fixture(scope="session")
def make_problem() -> Callable[..., Problem]:
    """Make a problem that anything can learn: upright dark stripes against level bright ones, gray, with noise."""

    def make(images: int = 16, folds: int = 4, repeats: int = 1, **settings: Any) -> Problem:
        generator = np.random.default_rng(0)
        samples = [_sample(number % 2, generator) for number in range(images)]
        labels = np.array([sample.label for sample in samples], dtype=np.int64)
        groups = Groups.alone(images)
        weights = np.ones(images, np.float32)
        return Problem(samples, labels, groups, split(labels, groups, folds, repeats, 0), weights, 0, **settings)

    return make


def _sample(label: int, generator: np.random.Generator) -> Sample:
    stripes = np.where(np.arange(24) // 3 % 2, 70.0, 0.0)
    pattern = np.broadcast_to(stripes if label else stripes[:, None], (24, 24)) + (10 if label else 110)
    pixels = np.clip(pattern + generator.normal(0, 12, (24, 24)), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = file.getvalue()
    return Sample(f"{facts.measure(data).sha256}.png", label, facts.measure(data), lambda: data)
