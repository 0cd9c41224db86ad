"""The repository's answers are the service's; its configuration is the model's, by Triton's own definition of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from artifact import golden, store
from artifact.store import Published
from service import Settings, create_app
from tests.service import networks
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.training.triton import server
from training.errors import TrainingError
from training.triton import repository
from training.triton.configuration import BACKENDS

ROOT = Path(__file__).parents[3]
TYPES = {"tensor(uint8)": "TYPE_UINT8", "tensor(float)": "TYPE_FP32"}


@pytest.fixture(params=["shipped", "tiny", "gray, no novelty"])
def models(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "shipped":
        return ROOT / "models"
    options: dict[str, Any] = {"channels": 1, "novelty": False, "evidence": False, "novelty_limit": None}
    publish(tmp_path / "models", **(options if request.param.startswith("gray") else {}))
    return tmp_path / "models"


@pytest.fixture
def write(models: Path, tmp_path: Path) -> Callable[..., Path]:
    def make(**options: Any) -> Path:
        repository.write(store.read(models, "default"), tmp_path / "triton", **options)
        return tmp_path / "triton"

    return make


def as_column(files: list[bytes]) -> dict[str, np.ndarray]:
    return {"image_bytes": np.array(files, np.object_).reshape(-1, 1)}


def predict(models: Path, files: list[bytes]) -> list[dict[str, Any]]:
    client = create_app(Settings(models=models)).test_client()
    answers = [client.post("/predict", data=file).get_json() for file in files]
    return [answer["predictions"][0] for answer in answers]


@pytest.mark.parametrize("backend", BACKENDS)
def test_it_answers_as_the_service_does(models: Path, write: Callable[..., Path], backend: str) -> None:
    files = [*golden.draw(), (ROOT / "service/static/example.jpg").read_bytes(), picture(0), picture(255, kind="JPEG")]
    answer = server.answer(write(backend=backend), "default", as_column(files))
    expected = predict(models, files)
    assert [label.decode() for label in answer["label"][:, 0]] == [one["label"] for one in expected]
    assert answer["probability"][:, 0] == pytest.approx([one["probability"] for one in expected], abs=1e-5)
    assert answer["probabilities"] == pytest.approx(
        np.array([list(one["probabilities"].values()) for one in expected]), abs=1e-5
    )
    for flag in ("uncertain", "unfamiliar"):
        assert answer[flag][:, 0].tolist() == [one[flag] for one in expected]


def test_one_bad_image_fails_its_request_with_the_services_reason_and_no_other(
    models: Path, write: Callable[..., Path]
) -> None:
    good = picture(200)
    requests = [as_column([good]), as_column([good, b"\x00\xffno image"]), as_column([good, good])]
    first, second, third = server.infer(write(), "default", requests)
    problem = create_app(Settings(models=models)).test_client().post("/predict", data=b"\x00\xffno image").get_json()
    assert second == (problem["detail"], "invalid argument")
    assert isinstance(first, dict)
    assert isinstance(third, dict)
    assert first["label"].tolist() == third["label"].tolist()[:1]


def test_a_score_that_is_no_number_is_an_error_and_no_answer(write: Callable[..., Path]) -> None:
    folder = write()
    taken = [one.name for one in server.configuration(folder, "default-decide").input]
    ((message, code),) = server.infer(
        folder, "default-decide", [{name: np.array([[np.nan]], np.float32) for name in taken}]
    )
    assert "not a number" in message
    assert code == "internal"


def test_the_networks_configuration_is_the_networks(models: Path, write: Callable[..., Path]) -> None:
    config = server.configuration(write(batch=7), "default-network")
    session = onnxruntime.InferenceSession(store.read(models, "default").model)
    assert (config.name, config.backend, config.max_batch_size) == ("default-network", "onnxruntime", 7)
    for described, found in (
        (config.input, session.get_inputs()),
        (config.output, session.get_outputs()),
    ):
        assert {
            one.name: (
                server.type_name(one),
                list(one.reshape.shape) if one.HasField("reshape") else list(one.dims),
            )
            for one in described
        } == {one.name: (TYPES[one.type], list(one.shape[1:])) for one in found}
    assert config.HasField("dynamic_batching")
    (group,) = config.instance_group
    assert (group.count, group.Kind.Name(group.kind)) == (1, "KIND_AUTO")


def test_the_steps_fit_each_other(models: Path, write: Callable[..., Path]) -> None:
    folder = write(batch=7, decoders=3)
    whole = server.configuration(folder, "default")
    assert whole.platform == "ensemble"
    parts = {step.model_name: server.configuration(folder, step.model_name) for step in whole.ensemble_scheduling.step}
    pool = {one.name: (one.data_type, list(one.dims)) for one in whole.input}
    for step in whole.ensemble_scheduling.step:
        part = parts[step.model_name]
        assert (part.max_batch_size, step.model_version) == (whole.max_batch_size, 1)
        assert {one.name: (one.data_type, list(one.dims)) for one in part.input} == {
            name: pool[tensor] for name, tensor in step.input_map.items()
        }
        made = {one.name: (one.data_type, list(one.dims)) for one in part.output}
        pool |= {tensor: made[name] for name, tensor in step.output_map.items()}
    assert {one.name: pool[one.name] for one in whole.output} == {
        one.name: (one.data_type, list(one.dims)) for one in whole.output
    }
    assert parts["default-decode"].instance_group[0].count == 3


def test_the_outputs_are_those_of_v2_and_the_probabilities_of_both(models: Path, write: Callable[..., Path]) -> None:
    described = create_app(Settings(models=models)).test_client().get("/v2/models/default").get_json()
    kinds = {"BYTES": "TYPE_STRING", "FP32": "TYPE_FP32", "BOOL": "TYPE_BOOL"}
    expected = {one["name"]: kinds[one["datatype"]] for one in described["outputs"]}
    config = server.configuration(write(), "default")
    found = {one.name: server.type_name(one) for one in config.output}
    assert found == expected | {"probabilities": "TYPE_FP32"}


def test_the_labels_are_the_classes_in_the_order_of_the_probabilities(models: Path, write: Callable[..., Path]) -> None:
    folder, classes = write(), store.read(models, "default").card.classes
    for name in ("default", "default-decide"):
        (file,) = [one.label_filename for one in server.configuration(folder, name).output if one.label_filename]
        labels = (folder / name / file).read_text(encoding="utf-8").splitlines()
        assert labels == [classes.negative, classes.positive]


def test_the_version_is_the_models(tmp_path: Path) -> None:
    for gain in (8.0, 9.0):
        publish(tmp_path / "models", "bees", gain)
    written = repository.write(store.read(tmp_path / "models", "bees"), tmp_path / "triton")
    assert written[-1] == tmp_path / "triton" / "bees", "the whole comes after its parts"
    for folder in written:
        assert server.version_of(tmp_path / "triton", folder.name).name == "2"
    answer = server.answer(tmp_path / "triton", "bees", as_column([picture(255)]))
    assert answer["logit"][0, 0] == pytest.approx(4.5)


def test_what_is_there_is_not_overwritten_and_others_stay(tmp_path: Path) -> None:
    publish(tmp_path / "models", "bees")
    other = tmp_path / "triton" / "other"
    other.mkdir(parents=True)
    published = store.read(tmp_path / "models", "bees")
    repository.write(published, tmp_path / "triton")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "triton").rglob("*")}
    with pytest.raises(TrainingError, match=r"bees-decode.* already"):
        repository.write(published, tmp_path / "triton")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "triton").rglob("*")} == before
    assert other.is_dir()


def with_fixed_batch(model: bytes) -> bytes:
    network = onnx.load_from_string(model)
    network.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    return bytes(network.SerializeToString())


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (with_fixed_batch(networks.build()), r"image of model\.onnx .* first size that is free"),
        (networks.build(side=4), r"uint8 \[8, 8, 3\] as the card declares"),
        (networks.build(novelty=False), "does not give novelty"),
    ],
)
def test_a_network_that_is_not_the_cards_is_refused(model: bytes, reason: str, tmp_path: Path) -> None:
    publish(tmp_path / "models")
    published: Published = replace(store.read(tmp_path / "models", "default"), model=model)
    with pytest.raises(TrainingError, match=reason):
        repository.write(published, tmp_path / "triton")
    assert not (tmp_path / "triton").exists() or not re.findall("config", str(list((tmp_path / "triton").rglob("*"))))
