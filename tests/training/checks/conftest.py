from collections.abc import Callable

import numpy as np
import pytest

from artifact.card import Classes
from training.checks import Subject
from training.reading.dataset import Dataset, Sample


@pytest.fixture(scope="module")
def well(make_sample: Callable[..., Sample]) -> Subject:
    """Forty images to train on and forty to test on, all alike in kind, and nothing wrong with them."""
    samples = [make_sample(number, number % 2) for number in range(80)]
    dataset = Dataset(Classes("no", "yes"), tuple(samples[:40]), tuple(samples[40:]))
    features = np.random.default_rng(0).normal(size=(80, 30)).astype(np.float32)
    return Subject(dataset, (features[:40], features[40:]))
