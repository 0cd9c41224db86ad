"""Transfer learning from a backbone of one's own: any ONNX network that makes a vector, or a map, of a picture.

Frozen, under the same linear head as `pretrained`, and in one graph with it. A network that has seen a field's own
pictures (radiographs, cells, satellites) may know what photographs do not teach.
"""

import hashlib
import re
from collections.abc import Callable, Sequence

from artifact.card import ImageSpec
from artifact.network import LOGIT
from training.backbone import own
from training.backbone.errors import BackboneError
from training.backbone.graph import pool
from training.backbone.own import OwnBackbone
from training.backbone.remembering import Remembering
from training.fitting import invariance_trial, variations
from training.fitting.invariance_trial import Brought
from training.fitting.probe_candidate import Described, ProbeCandidate
from training.fitting.probing import Finished
from training.fitting.term_head import Term, add_head, measure_length
from training.network import graph_work
from training.network.graph import Graph
from training.network.graph_network import GraphNetwork
from training.network.interface import FEATURES
from training.origin import Origin
from training.problem.interface import Problem
from training.strategies.framing import Framed, shortlist, specs

NAME = "own"
SUMMARY = "Transfer learning: a frozen backbone of one's own, an ONNX file, by --backbone, and a small dense head."
CHOOSABLE = True
ORIGIN = Origin("A network that was given by --backbone; whose it is, and under which licence, its maker says", "other")

KEEP = 0.875
"""Of the picture's middle, as ImageNet's networks are tested; the whole picture is tried beside it."""


def candidates(problem: Problem) -> Sequence[Framed]:
    """Read the file, extract its features, and return the one candidate.

    Raises:
        training.backbone.BackboneError: No file was given, or it cannot be used.
    """
    if problem.own_backbone is None:
        raise BackboneError(f"The strategy {NAME} needs a network: --backbone FILE.onnx.")
    backbone = own.read(problem.own_backbone)
    spec = ImageSpec(backbone.height, backbone.width, backbone.color, "crop", KEEP)
    frozen = GraphNetwork(_describe(backbone, spec), spec)
    identity = hashlib.sha256(frozen.graph.serialise()).hexdigest()
    file = problem.own_backbone.path
    work = graph_work.count(backbone.model)
    name = f"{NAME}-{re.sub(r'[^a-zA-Z0-9_]+', '_', file.stem)}"

    def look(framing: ImageSpec, images: Problem) -> Callable[..., ProbeCandidate]:
        """Extract the features under a framing; return what makes a candidate of a problem and what it brought."""
        network = Remembering(frozen, identity, framing, images.cache)

        def join(head: Finished) -> GraphNetwork:
            return GraphNetwork(_classify(backbone, framing, head), framing)

        described = Described(name, network, join, backbone.megabytes, True, {"backbone": file.name}, work)
        features = variations.extract(network, images, framing)
        return lambda one, brought=(): ProbeCandidate(described, features(one), one, brought)

    framings = shortlist(specs(spec), problem, lambda framing, images: look(framing, images)(images))
    looks = [look(framing, problem) for framing in framings]

    def candidate(one: Problem, brought: tuple[Brought, ...] = ()) -> Framed:
        return Framed(tuple(make(one, brought) for make in looks), one)

    trial = invariance_trial.run(problem, lambda one: candidate(one).evaluate().logits)
    found = candidate(trial.problem, trial.brought)
    if problem.cache is not None:
        problem.cache.trim()
    return [found]


def _describe(backbone: OwnBackbone, spec: ImageSpec) -> Graph:
    """Return the graph that gives the vectors of unit length as `features`."""
    graph = Graph()
    _give_unit(graph, *_find_vector(graph, backbone, spec))
    return graph


def _classify(backbone: OwnBackbone, spec: ImageSpec, head: Finished) -> Graph:
    """Return the graph with a head on it, which says of a map what each place contributes."""
    graph = Graph()
    output = backbone.write(graph, spec)
    feature_map = backbone.find_map(graph, output)
    if feature_map is not None:
        add_head(graph, [Term(feature_map, "average", head.weights[0])], head.bias, [0])
        return graph
    unit = _give_unit(graph, *backbone.find_vector(graph, output))
    product = graph.node("MatMul", [unit, graph.constant(head.weights[0][:, None])])
    graph.give(graph.reshape(graph.node("Add", [product, graph.constant(head.bias)]), [-1], LOGIT))
    return graph


def _find_vector(graph: Graph, backbone: OwnBackbone, spec: ImageSpec) -> tuple[str, int]:
    output = backbone.write(graph, spec)
    feature_map = backbone.find_map(graph, output)
    if feature_map is None:
        return backbone.find_vector(graph, output)
    return pool(graph, feature_map, "average"), feature_map.channels


def _give_unit(graph: Graph, vectors: str, width: int) -> str:
    unit = graph.node("Div", [vectors, measure_length(graph, vectors)], FEATURES)
    graph.give(unit, [width])
    return unit
