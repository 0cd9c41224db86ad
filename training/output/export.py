"""From a finished network to the ONNX file that is served: uint8 images in, logit, novelty and evidence out.

Scaling, novelty and evidence are in the graph, so a program in any language needs nothing but the file and an image of
the right size.
"""

import onnx

from training.evaluation.novelty import Novelty
from training.network.interface import Network
from training.output.compressing import compress
from training.output.naming import rename


def export(network: Network, novelty: Novelty | None) -> bytes:
    """Return a network as ONNX, its weights in as few bits as lose nothing, its parts named by what they are.

    Args:
        network: Of the finished candidate.
        novelty: Measured on the network's `features`; None leaves that output out.
    """
    model = onnx.load_from_string(rename(compress(network.to_onnx(novelty))))
    model.doc_string = "Thirtyfive: see card.json beside this file"
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
