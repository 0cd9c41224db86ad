"""Runs one `model.py` as Triton's Python backend does: in a process of its own, with the version's folder on the path.

Usage: `python -I backend_stub.py FOLDER_OF_THE_VERSION`; requests are pickled on standard input and responses on
standard output, each a dictionary of arrays, or the message and code of an error. `triton_python_backend_utils` exists
in Triton only; its part that models use is made here by its documentation:
https://github.com/triton-inference-server/python_backend/blob/main/README.md
"""

import importlib
import pickle
import sys
import types
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = (np.bool_, np.uint8, np.float32, np.object_)


class Tensor:
    def __init__(self, name: str, array: NDArray[Any]) -> None:
        if not isinstance(array, np.ndarray) or array.dtype.type not in KINDS:
            raise TypeError(f"{name} is no array of a type that the backend takes")
        if array.dtype == np.object_ and not all(isinstance(element, bytes | str) for element in array.flat):
            raise TypeError(f"{name} has elements that are no text")
        self._name, self._array = name, array

    def name(self) -> str:
        return self._name

    def as_numpy(self) -> NDArray[Any]:
        return self._array


class TritonError:
    UNKNOWN, INTERNAL, INVALID_ARG = "unknown", "internal", "invalid argument"

    def __init__(self, message: str, code: str = INTERNAL) -> None:
        self.message, self.code = message, code


class InferenceResponse:
    def __init__(self, output_tensors: list[Tensor] | None = None, error: TritonError | None = None) -> None:
        if output_tensors is not None and not isinstance(output_tensors, list):
            raise TypeError("output_tensors is no list")
        self.output_tensors, self.error = output_tensors or [], error


class Request:
    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.inputs = [Tensor(name, array) for name, array in arrays.items()]


def get_input_tensor_by_name(request: Request, name: str) -> Tensor | None:
    return next((tensor for tensor in request.inputs if tensor.name() == name), None)


def plain(response: InferenceResponse) -> tuple[str, str] | dict[str, NDArray[Any]]:
    if response.error is not None:
        return (response.error.message, response.error.code)
    return {tensor.name(): tensor.as_numpy() for tensor in response.output_tensors}


def main(version: str) -> None:
    offered = types.ModuleType("triton_python_backend_utils")
    for one in (Tensor, TritonError, InferenceResponse, get_input_tensor_by_name):
        setattr(offered, one.__name__, one)
    sys.modules[offered.__name__] = offered
    sys.path.append(version)
    model = importlib.import_module("model").TritonPythonModel()
    model.initialize({"model_repository": version, "model_version": "1"})
    requests = [Request(arrays) for arrays in pickle.load(sys.stdin.buffer)]
    responses = model.execute(requests)
    if len(responses) != len(requests):
        raise ValueError("a request has no response of its own")
    if not str(importlib.import_module("artifact").__file__).startswith(version):
        raise ImportError("artifact was not taken from the model's folder")
    pickle.dump([plain(response) for response in responses], sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1])
