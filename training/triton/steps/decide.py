"""Scores in, answers out: the last step, run by Triton's Python backend."""

from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

from artifact import card, decision, network


class TritonPythonModel:
    """Decides as the service does, by `artifact.decision.decide` and the rules on the card."""

    def initialize(self, args: dict[str, str]) -> None:
        """Read the rules from the card."""
        self._card = card.decode(Path(__file__).with_name("card.json").read_bytes())

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answer each request by itself."""
        return [self._decide(request) for request in requests]

    def _decide(self, request: Any) -> Any:
        """Return the answers, each `[N, 1]` (`probabilities`: `[N, 2]`), for `logit` and perhaps `novelty` `[N, 1]`."""
        logits = _read(request, network.LOGIT)
        novelties = _read(request, network.NOVELTY) if self._card.novelty_limit is not None else [None] * len(logits)
        try:
            decided = [decision.decide(*pair, self._card) for pair in zip(logits, novelties, strict=True)]
        except ValueError as error:
            return pb_utils.InferenceResponse([], pb_utils.TritonError(str(error)))
        return pb_utils.InferenceResponse(
            [
                _column("label", [one.label.encode() for one in decided], np.object_),
                _column("probability", [one.probability for one in decided], np.float32),
                _column("probabilities", [list(one.probabilities.values()) for one in decided], np.float32),
                _column("uncertain", [one.uncertain for one in decided], np.bool_),
                _column("unfamiliar", [one.unfamiliar for one in decided], np.bool_),
            ]
        )


def _read(request: Any, name: str) -> list[float]:
    values: list[float] = pb_utils.get_input_tensor_by_name(request, name).as_numpy().reshape(-1).tolist()
    return values


def _column(name: str, values: list[Any], kind: Any) -> Any:
    return pb_utils.Tensor(name, np.array(values, kind).reshape(len(values), -1))
