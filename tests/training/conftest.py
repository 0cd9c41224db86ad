import io

import numpy as np
import pytest
from PIL import Image

from training.reading import facts
from training.reading.dataset import Sample


@pytest.fixture(scope="session")
def draw_file():
    """Return the bytes of a PNG file: noise by number, of a class's brightness and size."""

    def draw(number, brightness=128, size=(24, 20)):
        noise = np.random.default_rng(number).normal(brightness, 30, (*size, 3))
        file = io.BytesIO()
        Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(file, "PNG")
        return file.getvalue()

    return draw


@pytest.fixture(scope="session")
def make_sample(draw_file):
    """Return a measured sample from the same numbers as `draw_file`."""

    def make(number, label, **options):
        data = draw_file(number, **options)
        return Sample(f"{number}.png", label, facts.measure(data), lambda: data)

    return make
