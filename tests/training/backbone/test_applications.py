import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from training.backbone import BackboneError, applications


@pytest.mark.parametrize(("name", "channels"), [("mobilenet_v2", 1280), ("mobilenet_v3_small", 576)])
def test_maps_pixels_to_a_feature_map(name: str, channels: int) -> None:
    model = applications.build(name, 64, weights=None)
    output = model(np.random.default_rng(0).uniform(0, 255, (2, 64, 64, 3)).astype(np.float32))
    assert output.shape == (2, 2, 2, channels)


def test_pixels_are_scaled_to_what_mobilenet_v2_expects() -> None:
    model = applications.build("mobilenet_v2", 32, weights=None)
    scaled = keras.Model(model.input, model.get_layer("scale_pixels").output)
    pixels = np.random.default_rng(0).uniform(0, 255, (1, 32, 32, 3)).astype(np.float32)
    expected = keras.applications.mobilenet_v2.preprocess_input(pixels.copy())
    np.testing.assert_allclose(scaled(pixels), expected, atol=1e-6)


def test_a_failed_download_says_what_to_do(tmp_path: Path) -> None:
    """In a process of its own, where no download can succeed and no earlier one is found."""
    program = (
        "from training.backbone import applications, WeightsMissingError\n"
        "try: applications.build('mobilenet_v3_small', 64)\n"
        "except WeightsMissingError as error: print(error)"
    )
    environment = os.environ | {"KERAS_HOME": str(tmp_path), "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert "could not be loaded" in result.stdout
    assert "needs no download" in result.stdout


@pytest.mark.parametrize(("name", "size"), [("resnet_9000", 64), ("mobilenet_v2", 16)])
def test_unknown_networks_and_small_sizes_are_errors(name: str, size: int) -> None:
    with pytest.raises(BackboneError, match="choose"):
        applications.build(name, size)
