"""Transfer learning from another pretrained backbone, by way of `keras.applications`: for whoever asks for one by name.

Frozen, its last feature map averaged, under the same linear head as `pretrained`. Keras downloads the weights when they
are first used.
"""

from collections.abc import Sequence

import numpy as np

from artifact.card import ImageSpec
from training.backbone import applications
from training.backbone.zoo import IMAGENET
from training.fitting import map_head, probe_candidate
from training.fitting.probe_candidate import Described, ProbeCandidate
from training.fitting.probing import Finished
from training.network import keras_work
from training.network.keras_network import KerasNetwork
from training.problem.interface import Problem

NAME = "application"
SUMMARY = "Transfer learning: a frozen backbone of keras.applications, by --backbone, and a small dense head."
CHOOSABLE = True
ORIGIN = IMAGENET

SPEC = ImageSpec(224, 224, fit="crop", keep=0.875)
DEFAULT = "mobilenet_v2"


def candidates(problem: Problem) -> Sequence[ProbeCandidate]:
    """Load the backbone, extract its features, and return the one candidate.

    Raises:
        training.backbone.WeightsMissingError: The weights are neither there nor can be downloaded.
    """
    backbone = problem.backbone or DEFAULT
    maps = applications.build(backbone, SPEC.height)
    model = map_head.classifier(maps.input, maps.output)
    network = KerasNetwork(model, SPEC)

    def join(head: Finished) -> KerasNetwork:
        model.get_layer(map_head.NAME).set_weights([head.weights[0][:, None], np.array([head.bias], np.float32)])
        return network

    megabytes = float(model.count_params()) * 4 / 1e6
    described = Described(
        f"{NAME}-{backbone}", network, join, megabytes, True, {"backbone": backbone}, keras_work.count(model)
    )
    return probe_candidate.candidates(described, problem)
