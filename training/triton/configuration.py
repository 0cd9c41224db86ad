"""The `config.pbtxt` of each of the four models.

Triton adds the batch to every shape by itself. A row that is one number is `[1]` to Triton, so `reshape` tells it where
the network has no such size. https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from artifact.network import LOGIT, NOVELTY
from training.triton.graph import Graph, Tensor
from training.triton.prototext import Message, Word, write

LABELS_FILE = "labels.txt"
FILES = Tensor("image_bytes", "STRING", (1,))
"""Image files, as the service's `/v2` has them."""
ANSWERS = (
    Tensor("label", "STRING", (1,)),
    Tensor("probability", "FP32", (1,)),
    Tensor("probabilities", "FP32", (2,)),
    Tensor("uncertain", "BOOL", (1,)),
    Tensor("unfamiliar", "BOOL", (1,)),
)
"""What is decided; `probabilities` has the negative class first, and the label file says so."""
DECIDED_FROM = (LOGIT, NOVELTY)
BACKENDS = ("onnxruntime", "python")
"""Of Triton's, those that can run the network."""


@dataclass(frozen=True)
class Plan:
    """What the four models are made from.

    Attributes:
        name: The model's name.
        version: Its version, which all four have.
        graph: What the network takes and gives.
        batch: The most images in one run of the network, and in one request.
        decoders: Processes that decode.
        backend: What runs the network: `onnxruntime`, Triton's own, or `python` with ONNX Runtime inside.
    """

    name: str
    version: int
    graph: Graph
    batch: int
    decoders: int
    backend: str = BACKENDS[0]

    @property
    def pixels(self) -> Tensor:
        """The network's only input."""
        return self.graph.inputs[0]

    @property
    def scores(self) -> tuple[Tensor, ...]:
        """The outputs of the network that answers are decided from, as the steps around it see them."""
        return tuple(_widen(tensor) for tensor in self.graph.outputs if tensor.name in DECIDED_FROM)


def network(plan: Plan) -> str:
    """Return the configuration of the network: single requests are gathered into batches."""
    fields = _head(plan, "network", plan.backend)
    if plan.backend == "python":
        fields["input"], fields["output"] = _tensors(plan.graph.inputs), _tensors(map(_widen, plan.graph.outputs))
        kind = Word("KIND_CPU")
    else:
        fields["default_model_filename"] = "model.onnx"
        fields["input"], fields["output"] = _as_network(plan.graph.inputs), _as_network(plan.graph.outputs)
        kind = Word("KIND_AUTO")  # one on each GPU, or one on the CPU
    fields["dynamic_batching"] = Message(max_queue_delay_microseconds=1000)
    fields["instance_group"] = [Message(count=1, kind=kind)]
    return write(fields)


def decode(plan: Plan) -> str:
    """Return the configuration of the step from files to pixels; each process decodes a request of its own."""
    return _python(plan, "decode", [FILES], [plan.pixels], plan.decoders)


def decide(plan: Plan) -> str:
    """Return the configuration of the step from scores to answers, which takes microseconds."""
    return _python(plan, "decide", plan.scores, ANSWERS, 1)


def ensemble(plan: Plan) -> str:
    """Return the configuration of the whole: files in; answers, scores and evidence out."""
    scores = [tensor.name for tensor in plan.scores]
    steps = [
        _step(plan, "decode", [FILES.name], [plan.pixels.name]),
        _step(plan, "network", [plan.pixels.name], [tensor.name for tensor in plan.graph.outputs]),
        _step(plan, "decide", scores, [tensor.name for tensor in ANSWERS]),
    ]
    outputs = (*ANSWERS, *(_widen(tensor) for tensor in plan.graph.outputs))
    return write(
        Message(
            name=plan.name,
            platform="ensemble",
            max_batch_size=plan.batch,
            input=_tensors([FILES]),
            output=_tensors(outputs),
            ensemble_scheduling=Message(step=steps),
        )
    )


def name_step(plan: Plan, step: str) -> str:
    """Return the name of one of the models behind the ensemble."""
    return f"{plan.name}-{step}"


def _python(plan: Plan, step: str, inputs: Iterable[Tensor], outputs: Iterable[Tensor], count: int) -> str:
    fields = _head(plan, step, "python")
    fields["input"], fields["output"] = _tensors(inputs), _tensors(outputs)
    fields["instance_group"] = [Message(count=count, kind=Word("KIND_CPU"))]
    return write(fields)


def _head(plan: Plan, step: str, backend: str) -> Message:
    return Message(name=name_step(plan, step), backend=backend, max_batch_size=plan.batch)


def _tensors(tensors: Iterable[Tensor]) -> list[Message]:
    return [_describe(tensor, list(tensor.sizes)) for tensor in tensors]


def _as_network(tensors: Iterable[Tensor]) -> list[Message]:
    """Describe tensors that the network itself has: where a row is one number, Triton shall take its `[1]` away."""
    described = []
    for tensor in tensors:
        fields = _describe(tensor, list(_widen(tensor).sizes))
        described.append(fields if tensor.sizes else Message(fields, reshape=Message(shape=[])))
    return described


def _describe(tensor: Tensor, sizes: Sequence[int]) -> Message:
    fields: dict[str, Any] = {"name": tensor.name, "data_type": Word(f"TYPE_{tensor.kind}"), "dims": sizes}
    return Message(fields | ({"label_filename": LABELS_FILE} if tensor.name == "probabilities" else {}))


def _widen(tensor: Tensor) -> Tensor:
    return tensor if tensor.sizes else Tensor(tensor.name, tensor.kind, (1,))


def _step(plan: Plan, step: str, inputs: Iterable[str], outputs: Iterable[str]) -> Message:
    """Return one step; a tensor has the same name in the ensemble as in the step."""
    return Message(
        model_name=name_step(plan, step),
        model_version=plan.version,
        input_map=[Message(key=name, value=name) for name in inputs],
        output_map=[Message(key=name, value=name) for name in outputs],
    )
