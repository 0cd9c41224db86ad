"""Classical vision, nothing learned but a linear head: which way the edges run in each place, and how light it is.

Histograms of oriented gradients in overlapping blocks, each brought to unit length (Dalal and Triggs 2005), beside mean
and deviation of each block's pixels. Every step is a fixed operation of the network, so the whole travels in the ONNX
file. An orientation is shared out by powers of a cosine of twice its angle, which needs no arctangent and no bins with
hard edges.
"""

from collections.abc import Sequence

import numpy as np
import onnx

from artifact.card import ImageSpec
from training.backbone.graph import FeatureMap
from training.fitting import probe_candidate
from training.fitting.probe_candidate import Described, ProbeCandidate
from training.fitting.probing import Finished
from training.fitting.term_head import Term, add_head, describe_places
from training.network import graph_work
from training.network.graph import Graph
from training.network.graph_network import GraphNetwork
from training.problem.interface import Problem
from training.reading.color import LUMA, choose_color

NAME = "edges"
SUMMARY = "Classical vision: oriented edges and brightness by region, fixed by hand, under a linear head."
CHOOSABLE = True
ORIGIN = None

SIDE = 96
CELL = 16
"""Side of a cell in pixels; a block is 2 x 2 cells, and blocks overlap by half."""
BLOCKS = SIDE // CELL - 1
ORIENTATIONS = 9
DOUBLINGS = 4
"""Squarings of the cosine, to its 16th power: the higher, the more of an edge goes to the nearest orientation alone."""
CLIP = 0.25
"""Largest share of one orientation in a block of unit length, so that one strong edge does not hide the others."""
FAINT = 0.01
"""Strength of edges, of 1, below which a block counts as flat and is not brought to unit length."""
REGION_WEIGHT = {"gray": 0.1, "rgb": 1.0}
"""Weight of brightness beside edges; a colour says more than a shade of gray."""
_ACROSS = np.array([[0, 0, 0], [-1, 0, 1], [0, 0, 0]], np.float32)


def candidates(problem: Problem) -> Sequence[ProbeCandidate]:
    """Return the one description, of gray or coloured pixels by the images."""
    spec = ImageSpec(SIDE, SIDE, choose_color(problem.samples))

    def join(head: Finished) -> GraphNetwork:
        graph = Graph()
        term = Term(write(graph, graph.take_pixels(spec), spec), "places", head.weights[0], to_unit_length=False)
        add_head(graph, [term], head.bias, [0])
        return GraphNetwork(graph, spec)

    network = describe(spec)
    (width,) = network.outputs["features"]
    settings = {"cell": CELL, "orientations": ORIENTATIONS}
    work = graph_work.count(onnx.load_from_string(network.graph.serialise()))
    described = Described(NAME, network, join, (width + 1) * 4 / 1e6, settings=settings, work=work)
    return probe_candidate.candidates(described, problem)


def describe(spec: ImageSpec) -> GraphNetwork:
    """Return the network from pixels to `features`, what every block shows."""
    graph = Graph()
    return describe_places(graph, write(graph, graph.take_pixels(spec), spec), spec)


def write(graph: Graph, pixels: str, spec: ImageSpec) -> FeatureMap:
    """Write what each block shows, `4 * ORIENTATIONS + 2 * channels` numbers.

    Both kinds of features are divided by the blocks along a side, which brings all edges together to unit length.
    """
    channels_first = graph.node("Transpose", [pixels], perm=[0, 3, 1, 2])
    light = graph.node("Div", [channels_first, graph.constant(255.0)])
    gray = np.ones((1, 1), np.float32) if spec.channels == 1 else LUMA.T
    luma = graph.node("Conv", [light, graph.constant(gray[:, :, None, None])])
    edges = _normalise(graph, _join_blocks(graph, _mean(graph, _orient(graph, luma), CELL)))
    regions = graph.node("Mul", [_describe_regions(graph, light), graph.constant(REGION_WEIGHT[spec.color])])
    joined = graph.node("Concat", [edges, regions], axis=1)
    value = graph.node("Div", [joined, graph.constant(float(BLOCKS))], "description")
    return FeatureMap(value, 4 * ORIENTATIONS + 2 * spec.channels, BLOCKS)


def _orient(graph: Graph, luma: str) -> str:
    """Write how strong an edge runs in each orientation at each pixel, `[N, ORIENTATIONS, height, width]`."""
    padding = graph.constant(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64))
    framed = graph.node("Pad", [luma, padding], mode="reflect")
    across, down = (graph.node("Conv", [framed, graph.constant(kernel[None, None])]) for kernel in (_ACROSS, _ACROSS.T))
    flat, steep = (graph.node("Mul", [one, one]) for one in (across, down))
    squared = graph.node("Sum", [flat, steep, graph.constant(1e-6)])
    # the double angle's cosine and sine do not tell light-to-dark from dark-to-light
    difference = graph.node("Sub", [flat, steep])
    product = graph.node("Mul", [graph.node("Mul", [across, down]), graph.constant(2.0)])
    doubled = graph.node("Div", [graph.node("Concat", [difference, product], axis=1), squared])
    angles = (np.arange(ORIENTATIONS) + 0.5) * (2 * np.pi / ORIENTATIONS)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    near = graph.node("Relu", [graph.node("Conv", [doubled, graph.constant(directions[:, :, None, None])])])
    for _ in range(DOUBLINGS):
        near = graph.node("Mul", [near, near])
    total = graph.node("Add", [graph.sum_over(near, [1], keep=True), graph.constant(1e-6)])
    return graph.node("Mul", [graph.node("Sqrt", [squared]), graph.node("Div", [near, total])])


def _normalise(graph: Graph, blocks: str) -> str:
    """Bring each block to unit length, clip, and do so again (Lowe 2004)."""
    clipped = graph.node("Min", [_to_unit_length(graph, blocks), graph.constant(CLIP)])
    return _to_unit_length(graph, clipped)


def _describe_regions(graph: Graph, light: str) -> str:
    """Write mean and standard deviation of each channel in each block, `[N, 2 * channels, BLOCKS, BLOCKS]`."""
    mean, squares = _mean(graph, light, 2 * CELL), _mean(graph, graph.node("Mul", [light, light]), 2 * CELL)
    variance = graph.node("Relu", [graph.node("Sub", [squares, graph.node("Mul", [mean, mean])])])
    deviation = graph.node("Sqrt", [graph.node("Add", [variance, graph.constant(1e-4)])])
    return graph.node("Concat", [mean, deviation], axis=1)


def _mean(graph: Graph, values: str, side: int) -> str:
    """Write the means of squares, one at every `CELL` pixels."""
    return graph.node("AveragePool", [values], kernel_shape=[side] * 2, strides=[CELL] * 2)


def _join_blocks(graph: Graph, cells: str) -> str:
    """Join each 2 x 2 cells, `[N, k, cells, cells]` to `[N, 4 k, BLOCKS, BLOCKS]`."""
    axes = graph.constant(np.array([2, 3], np.int64))

    def cut(top: int, left: int) -> str:
        start, end = np.array([top, left], np.int64), np.array([top + BLOCKS, left + BLOCKS], np.int64)
        return graph.node("Slice", [cells, graph.constant(start), graph.constant(end), axes])

    return graph.node("Concat", [cut(top, left) for top in (0, 1) for left in (0, 1)], axis=1)


def _to_unit_length(graph: Graph, blocks: str) -> str:
    squares = graph.sum_over(graph.node("Mul", [blocks, blocks]), [1], keep=True)
    return graph.node("Div", [blocks, graph.node("Sqrt", [graph.node("Add", [squares, graph.constant(FAINT**2)])])])
