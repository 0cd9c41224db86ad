"""A small server of a model repository: it does what `config.pbtxt` says, and refuses tensors that are not as it says.

The configuration is parsed with Triton's own definition, ONNX Runtime runs the network, and `backend_stub` the steps.
"""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import DataType, ModelConfig

STUB = Path(__file__).with_name("backend_stub.py")
KINDS = {"TYPE_STRING": "O", "TYPE_UINT8": "u1", "TYPE_FP32": "f4", "TYPE_BOOL": "?"}
Arrays = dict[str, np.ndarray]
Failure = tuple[str, str]


def configuration(repository: Path, name: str) -> Any:
    """Parse a model's configuration; a field that Triton does not know is an error."""
    return text_format.Parse((repository / name / "config.pbtxt").read_text(encoding="utf-8"), ModelConfig())


def infer(repository: Path, name: str, requests: list[Arrays]) -> list[Arrays | Failure]:
    """Answer requests to a model, and hold every tensor against the configuration."""
    config = configuration(repository, name)
    for request in requests:
        check(config, config.input, request)
    responses = RUNNERS[config.platform or config.backend](repository, config, requests)
    for response in responses:
        if isinstance(response, dict):
            check(config, config.output, response)
    return responses


def answer(repository: Path, name: str, request: Arrays) -> Arrays:
    """Answer one request that cannot fail."""
    (response,) = infer(repository, name, [request])
    assert isinstance(response, dict), response
    return response


def type_name(one: Any) -> str:
    return str(DataType.Name(one.data_type))


def check(config: Any, described: Any, tensors: Arrays) -> None:
    assert set(tensors) == {one.name for one in described}, config.name
    for one in described:
        array = tensors[one.name]
        assert array.dtype == KINDS[type_name(one)], one.name
        assert len(array) <= config.max_batch_size
        assert len(array.shape) == len(one.dims) + 1, one.name
        assert all(size in (-1, found) for size, found in zip(one.dims, array.shape[1:], strict=True)), one.name


def reshape(one: Any, array: np.ndarray) -> np.ndarray:
    return array.reshape(len(array), *one.reshape.shape) if one.HasField("reshape") else array


def run_network(repository: Path, config: Any, requests: list[Arrays]) -> list[Arrays | Failure]:
    file = version_of(repository, config.name) / config.default_model_filename
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    taken = {one.name: one for one in session.get_inputs()}
    answers: list[Arrays | Failure] = []
    for request in requests:
        inputs = {one.name: reshape(one, request[one.name]) for one in config.input}
        assert all(len(array.shape) == len(taken[name].shape) for name, array in inputs.items())
        names = [one.name for one in config.output]
        found = dict(zip(names, session.run(names, inputs), strict=True))
        for one in config.output:
            if one.HasField("reshape"):
                assert found[one.name].shape[1:] == tuple(one.reshape.shape)
                found[one.name] = found[one.name].reshape(-1, *one.dims)
        answers.append(found)
    return answers


def run_python(repository: Path, config: Any, requests: list[Arrays]) -> list[Arrays | Failure]:
    version = version_of(repository, config.name)
    run = subprocess.run(
        [sys.executable, "-I", str(STUB), str(version)], input=pickle.dumps(requests), capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    answers: list[Arrays | Failure] = pickle.loads(run.stdout)
    return answers


def run_ensemble(repository: Path, config: Any, requests: list[Arrays]) -> list[Arrays | Failure]:
    """Run the steps in their order; a request that fails in one is not given to the next."""
    pools: list[Any] = [dict(request) for request in requests]
    for step in config.ensemble_scheduling.step:
        assert version_of(repository, step.model_name).name == str(step.model_version)
        alive = [at for at, pool in enumerate(pools) if isinstance(pool, dict)]
        asked = [{key: pools[at][value] for key, value in step.input_map.items()} for at in alive]
        for at, answer in zip(alive, infer(repository, step.model_name, asked), strict=True):
            if isinstance(answer, dict):
                pools[at] |= {value: answer[key] for key, value in step.output_map.items()}
            else:
                pools[at] = answer
    names = [one.name for one in config.output]
    return [{name: pool[name] for name in names} if isinstance(pool, dict) else pool for pool in pools]


def version_of(repository: Path, name: str) -> Path:
    (version,) = [entry for entry in (repository / name).iterdir() if entry.is_dir()]
    return version


RUNNERS = {"onnxruntime": run_network, "python": run_python, "ensemble": run_ensemble}
