"""A strategy that takes no time: it looks at mean brightness alone; tests register it in place of a real one."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.network.graph import Graph
from training.network.graph_network import GraphNetwork
from training.pixels import load_all
from training.problem.interface import Evaluation, Fitted, Problem

NAME = "brightness"
SUMMARY = "Tells dark from bright."
CHOOSABLE = True
ORIGIN = None
SPEC = ImageSpec(8, 8)
SLOPE = 0.1
EPOCHS = 20


def candidates(problem: Problem) -> "list[Brightness]":
    brightness = load_all(problem.samples, SPEC).mean(axis=(1, 2, 3))
    for _ in problem.samples:
        problem.advance()
    return [Brightness(NAME, brightness, problem)]


@dataclasses.dataclass(frozen=True)
class Brightness:
    """The middle between the classes' weighted mean brightness is where the logit is zero."""

    name: str
    brightness: NDArray[np.float64]
    problem: Problem
    spec: ImageSpec = SPEC
    megabytes: float = 0.01
    work: float = 0.01

    def evaluate(self) -> Evaluation:
        folds, labels = self.problem.folds, self.problem.labels
        logits = np.empty((folds[-1].repeat + 1, len(labels)))
        for fold in folds:
            logits[fold.repeat, fold.validation] = SLOPE * (self.brightness[fold.validation] - self._middle(fold.train))
        return Evaluation(logits, tuple(_curves(True) for _ in folds), self._settings())

    def finish(self) -> Fitted:
        middle = self._middle(np.arange(len(self.problem.labels)))
        return Fitted(_network(middle), _curves(False), self._settings(), knows_kinds=True)

    def _middle(self, rows: NDArray[np.int64]) -> float:
        """Move towards the class whose images weigh less, as a weighted loss does."""
        labels, weights = self.problem.labels[rows], self.problem.sample_weights[rows]
        means = [self.brightness[rows][labels == label].mean() for label in (0, 1)]
        totals = np.array([weights[labels == label].sum() for label in (0, 1)])
        return float(np.dot(means, totals[::-1] / totals.sum()))

    def _settings(self) -> dict[str, Any]:
        return {
            "optimizer": "adam",
            "learning_rate": 0.01,
            "epochs": EPOCHS,
            "parameters": 4,
            "invariant": sorted(self.problem.invariant),
            "unlabelled": len(self.problem.unlabelled),
        }


def _network(middle: float) -> GraphNetwork:
    """The mean brightness less the middle, times the slope, and each pixel's share; features are the mean colour."""
    graph = Graph()
    pixels = graph.take_pixels(SPEC)
    colors = graph.node("ReduceMean", [pixels, graph.constant(np.array([1, 2]))], "features", keepdims=0)
    brightness = graph.node("ReduceMean", [colors, graph.constant(np.array([1]))], keepdims=0)
    scaled = graph.node("Mul", [brightness, graph.constant(SLOPE)])
    graph.give(graph.node("Sub", [scaled, graph.constant(SLOPE * middle)], "logit"))
    light = graph.node("ReduceMean", [pixels, graph.constant(np.array([3]))], keepdims=0)
    graph.give(graph.node("Mul", [light, graph.constant(SLOPE / 64)], "evidence"), [8, 8])
    graph.give(colors, [3])
    return GraphNetwork(graph, SPEC)


def _curves(validated: bool) -> dict[str, list[float]]:
    """Losses that fall from guessing and flatten."""
    fall = np.exp(-np.arange(EPOCHS) / 4)
    curves = {"loss": list(0.1 + 0.59 * fall), "accuracy": list(1 - 0.5 * fall)}
    if validated:
        curves |= {"val_loss": list(0.12 + 0.58 * fall), "val_accuracy": list(0.98 - 0.48 * fall)}
    return curves
