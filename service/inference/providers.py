"""Choose where a network runs: a GPU where one is wanted and works, else the CPU, and say so honestly.

ONNX Runtime is imported by the functions that need it. The parent process, whose memory the workers share, imports it
before it forks (`preload`), unless its telemetry is wanted: that is a thread, which no parent may have then.
"""

from __future__ import annotations

import importlib.util
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Literal

from artifact import network, telemetry

Device = Literal["cuda", "cpu"]

NAMES: dict[Device, str] = {"cuda": "CUDAExecutionProvider", "cpu": network.CPU}
TOLERANCE: dict[Device, float] = {"cpu": 1e-3, "cuda": 1e-2}
"""The largest difference from the golden outputs, relative to 1 or the output if larger.

CPUs differ in the order of float additions; GPUs also choose other convolution algorithms.
"""
_OPTIONS: dict[Device, dict[str, str]] = {
    "cpu": {},
    "cuda": {"use_tf32": "0"},  # TF32 keeps 10 bits of the mantissa, too few for answers equal to the CPU's
}


@dataclass(frozen=True)
class Choice:
    """Where a network runs, and whether that is what was asked for.

    Attributes:
        requested: `auto`, `cpu` or `cuda`, as the settings say.
        used: `cpu` or `cuda`.
        fell_back: A GPU was wanted or there, and the CPU is used all the same.
        why: The reason for falling back, or None.
    """

    requested: str
    used: Device
    fell_back: bool = False
    why: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the choice as plain values."""
        return asdict(self)


def preload() -> None:
    """Import ONNX Runtime in the parent process, so that the workers share what that takes: 5 MB of each."""
    if telemetry.is_off("ORT_DISABLE_TELEMETRY"):
        with suppress(ImportError):  # each worker will say so
            telemetry.import_onnxruntime()


def devices(requested: str) -> tuple[Device, ...]:
    """Return the devices to try, best first; the last is always the CPU."""
    onnxruntime = telemetry.import_onnxruntime()

    gpu = requested != "cpu" and NAMES["cuda"] in onnxruntime.get_available_providers()
    return ("cuda", "cpu") if gpu else ("cpu",)


def choose(requested: str, used: Device, failure: str | None) -> Choice:
    """Describe the choice that was made; `failure` is why a GPU that was there could not be used."""
    if failure is not None:
        return Choice(requested, used, True, f"The GPU could not be used: {failure}")
    if requested == "cuda" and used == "cpu":
        why = "This ONNX Runtime has no CUDA provider; install onnxruntime-gpu in place of onnxruntime."
        return Choice(requested, used, True, why)
    return Choice(requested, used)


def open_session(model: bytes, device: Device, threads: int) -> network.Session:
    """Open a network on one device.

    Args:
        model: The bytes of `model.onnx`.
        device: Where it is to run.
        threads: Threads inside one operator.

    Raises:
        RuntimeError: The device does not take it; ONNX Runtime would otherwise use the CPU without a word.
    """
    if device == "cuda":
        _load_packaged_libraries()
    wanted = [(NAMES[device], _OPTIONS[device])]
    if device != "cpu":
        wanted.append((NAMES["cpu"], {}))  # for the few operators that have no GPU form
    session = network.open_session(model, threads, wanted)
    if session.get_providers()[0] != NAMES[device]:
        raise RuntimeError(f"ONNX Runtime did not take {NAMES[device]}")
    return session


def _load_packaged_libraries() -> None:
    """Load CUDA's libraries from pip's packages, where they are installed; the loader alone does not look there."""
    onnxruntime = telemetry.import_onnxruntime()

    if importlib.util.find_spec("nvidia") is not None:
        onnxruntime.preload_dlls()
