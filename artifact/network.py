"""The network as it is published: the names of its tensors, their shapes, how it is opened, checked and run.

`model.onnx` takes `image`, uint8 `[N, height, width, channels]`, and gives `logit` `[N]` and, where it has them,
`novelty` `[N]` and `evidence` `[N, h, w]`, all float32. Training, the service and Triton's step run it by this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from artifact import telemetry
from artifact.card import ImageSpec
from artifact.errors import ArtifactError

INPUT = "image"
LOGIT, NOVELTY, EVIDENCE = "logit", "novelty", "evidence"
OUTPUTS = (LOGIT, NOVELTY, EVIDENCE)
"""What is read of a network; `logit` is always there."""
CPU = "CPUExecutionProvider"

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Tensors = Mapping[str, Floats]
"""Outputs by name, a row for each image."""


@dataclass(frozen=True)
class Row:
    """What the network gave for one image.

    Attributes:
        logit: The logit.
        novelty: The distance from the training images, or None where the graph has none.
        evidence: float32 `[h, w]`, what each place adds to the logit, or None where the graph has none.
    """

    logit: np.float32
    novelty: np.float32 | None
    evidence: Floats | None


@dataclass(frozen=True)
class Scores:
    """What the network gave for N images.

    Attributes:
        logit: float32 `[N]`.
        novelty: float32 `[N]`, or None where the graph has none.
        evidence: float32 `[N, h, w]`, what each place adds to the logit, or None where the graph has none.
    """

    logit: Floats
    novelty: Floats | None
    evidence: Floats | None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Scores:
        """Return the scores of the images of several rows."""
        novelty = [row.novelty for row in rows if row.novelty is not None]
        evidence = [row.evidence for row in rows if row.evidence is not None]
        return cls(
            np.array([row.logit for row in rows], np.float32),
            np.array(novelty, np.float32) if novelty else None,
            np.stack(evidence) if evidence else None,
        )

    @classmethod
    def read(cls, tensors: Tensors) -> Scores:
        """Return the scores among a network's outputs."""
        return cls(tensors[LOGIT], tensors.get(NOVELTY), tensors.get(EVIDENCE))

    def rows(self) -> Iterator[Row]:
        """Yield what was given for each image."""
        for index, logit in enumerate(self.logit):
            novelty = None if self.novelty is None else self.novelty[index]
            yield Row(logit, novelty, None if self.evidence is None else self.evidence[index])

    def pair(self, index: int) -> tuple[float, float | None]:
        """Return the logit and the novelty of one image."""
        return float(self.logit[index]), None if self.novelty is None else float(self.novelty[index])


class Session(Protocol):
    """An `onnxruntime.InferenceSession`, as far as it is used; safe to use from several threads at once."""

    def run(self, output_names: Sequence[str] | None, input_feed: Mapping[str, NDArray[Any]]) -> list[Any]:
        """Return some outputs, or all of them."""
        ...

    def get_inputs(self) -> list[Any]:
        """Return each input's `name`, `type` and `shape`."""
        ...

    def get_outputs(self) -> list[Any]:
        """Return the same of each output."""
        ...

    def get_providers(self) -> list[str]:
        """Return where it runs, first choice first."""
        ...


@dataclass(frozen=True, eq=False)
class Opened:
    """An open network.

    Attributes:
        session: Of ONNX Runtime.
        input: The name of the graph's input.
        outputs: The names of the graph's outputs that are read.
        batch: The most images in one run.
    """

    session: Session
    input: str
    outputs: tuple[str, ...]
    batch: int

    def run(self, pixels: Pixels) -> dict[str, Floats]:
        """Return the outputs by name for uint8 `[N, height, width, channels]`, at most `batch` images in one run."""
        chunks = [pixels[start : start + self.batch] for start in range(0, len(pixels), self.batch)]
        runs = [self.session.run(self.outputs, {self.input: chunk}) for chunk in chunks]
        return dict(zip(self.outputs, map(np.concatenate, zip(*runs, strict=True)), strict=True))

    def score(self, pixels: Pixels) -> Scores:
        """Return the scores for uint8 `[N, height, width, channels]`."""
        return Scores.read(self.run(pixels))


def open_session(
    model: bytes | Path, threads: int = 0, providers: Sequence[str | tuple[str, dict[str, str]]] = (CPU,)
) -> Session:
    """Open a network in ONNX Runtime.

    Args:
        model: Of the file `model.onnx`, its bytes or its path.
        threads: Threads inside one operator; 0 for as many as there are cores.
        providers: Where it may run, best first, with options.
    """
    onnxruntime = telemetry.import_onnxruntime()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # a plan of memory for each number of images takes 2 MB, and saves no time
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3  # errors; who runs it logs what matters itself
    # Threads that wait by spinning would take the cores from other work.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session: Session = onnxruntime.InferenceSession(model, options, providers=list(providers))
    return session


def read(session: Session, spec: ImageSpec, batch: int) -> Opened:
    """Return a published network, ready to run.

    Raises:
        ArtifactError: It does not take what its card declares, or gives no logit.
    """
    inputs = session.get_inputs()
    expected = [spec.height, spec.width, spec.channels]
    if len(inputs) != 1 or inputs[0].type != "tensor(uint8)" or list(inputs[0].shape[1:]) != expected:
        raise ArtifactError(f"its input is not the uint8 [N, {', '.join(map(str, expected))}] that its card declares")
    outputs = tuple(output.name for output in session.get_outputs() if output.name in OUTPUTS)
    if LOGIT not in outputs:
        raise ArtifactError(f"it has no output named {LOGIT}")
    return Opened(session, inputs[0].name, outputs, batch)
