import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from flask.testing import FlaskClient

from artifact import store
from artifact.errors import ArtifactError
from service.inference import model, providers
from tests.service import networks
from tests.service.publishing import publish


def load(models: Path, requested: str = "auto") -> model.Model:
    return model.load(store.read(models, "default"), requested, threads=1, batch=16)


def test_a_model_that_answers_as_it_was_published_with_is_loaded(models: Path) -> None:
    loaded = load(models)
    assert loaded.identity == {"name": "default", "version": "1"}
    assert set(loaded.outputs) == {"logit", "novelty", "evidence"}


@pytest.mark.parametrize("drift", [0.01, -0.5])
def test_a_model_with_other_answers_than_published_is_refused(tmp_path: Path, drift: float) -> None:
    publish(tmp_path, drift=drift)
    with pytest.raises(ArtifactError, match="golden images differ"):
        load(tmp_path)


def rewired(change: Callable[[onnx.ModelProto], None]) -> bytes:
    network = onnx.load_from_string(networks.build())
    change(network)
    return bytes(network.SerializeToString())


def rename_logit(network: onnx.ModelProto) -> None:
    for node in network.graph.node:
        node.output[:] = ["other" if name == "logit" else name for name in node.output]
    network.graph.output[0].name = "other"


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (b"not a network", "cannot be served"),
        (networks.build()[:200], "cannot be served"),
        (networks.build(side=9), r"uint8 \[N, 8, 8, 3\]"),
        (networks.build(channels=1), r"uint8 \[N, 8, 8, 3\]"),
        (rewired(rename_logit), "no output named logit"),
        (networks.build(gain=float("nan")), "golden images differ"),
    ],
)
def test_a_file_that_is_not_the_network_on_the_card_is_refused(tmp_path: Path, network: bytes, reason: str) -> None:
    publish(tmp_path, model=network)
    with pytest.raises(ArtifactError, match=reason) as refusal:
        load(tmp_path)
    assert "roll back" in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


def test_a_report_that_cannot_be_read_is_blamed_on_no_device(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    (models / "default" / "1" / store.REPORT_FILE).write_text('{"schema_version": 2}')
    with pytest.raises(ArtifactError) as refusal:
        load(models)
    assert "default version 1 cannot be served: report.json has schema_version '2'" in str(refusal.value)
    assert str(refusal.value).endswith("train it again with this one.")
    assert "cannot be used" not in caplog.text


def test_cuda_that_is_not_there_falls_back_and_says_why(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    if providers.NAMES["cuda"] in onnxruntime.get_available_providers():
        pytest.skip("this ONNX Runtime has CUDA")
    client = make_client(provider="cuda")
    for found in (
        client.get("/health").get_json()["provider"],
        client.get("/ready").get_json()["provider"],
        client.get("/report").get_json()["service"]["provider"],
    ):
        assert (found["requested"], found["used"], found["fell_back"]) == ("cuda", "cpu", True)
        assert "onnxruntime-gpu" in found["why"]


@pytest.mark.parametrize("requested", ["auto", "cuda"])
def test_a_gpu_that_does_not_start_falls_back_and_says_why(
    models: Path, monkeypatch: pytest.MonkeyPatch, requested: str
) -> None:
    real = onnxruntime.InferenceSession

    def fail_on_gpu(network: bytes, options: Any, providers: list[tuple[str, dict[str, str]]]) -> Any:
        if providers[0][0] == "CUDAExecutionProvider":
            raise RuntimeError("CUDA failure 100: no CUDA-capable device is detected")
        return real(network, options, providers=providers)

    available = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: available)
    monkeypatch.setattr(onnxruntime, "InferenceSession", fail_on_gpu)
    found = load(models, requested).provider
    assert (found.used, found.fell_back) == ("cpu", True)
    assert "no CUDA-capable device" in str(found.why)
    assert load(models, "cpu").provider.fell_back is False


def test_a_gpu_gives_the_answers_of_the_cpu(models: Path) -> None:
    if providers.NAMES["cuda"] not in onnxruntime.get_available_providers():
        pytest.skip("this ONNX Runtime has no CUDA")
    on_gpu, on_cpu = load(models, "cuda"), load(models, "cpu")
    if on_gpu.provider.fell_back:
        pytest.skip(f"there is no GPU that works here: {on_gpu.provider.why}")
    pixels = np.random.default_rng(1).integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)
    assert on_gpu.score(pixels).logit == pytest.approx(on_cpu.score(pixels).logit, abs=providers.TOLERANCE["cuda"])


def test_a_runtime_that_quietly_takes_the_cpu_is_noticed(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = onnxruntime.InferenceSession
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(
        onnxruntime,
        "InferenceSession",
        lambda network, options, providers: real(network, options, ["CPUExecutionProvider"]),
    )
    found = load(models).provider
    assert (found.requested, found.used, found.fell_back) == ("auto", "cpu", True)
    assert "did not take CUDAExecutionProvider" in str(found.why)


@pytest.mark.parametrize("packaged", [True, False])
def test_cudas_libraries_from_pip_are_loaded_where_they_are_installed(
    models: Path, monkeypatch: pytest.MonkeyPatch, packaged: bool
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: calls.append("preload"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if packaged else None)
    load(models, "cpu")
    assert not calls
    load(models, "auto")
    assert bool(calls) is packaged
