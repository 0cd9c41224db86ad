"""The backbone in whole numbers: int8 kernels, uint8 maps, one file of the same answers on every processor.

Rounding makes small differences large: one in the last bit of a float becomes one of a whole step where the float lies
between two steps, and some layers on, the features of most pictures have moved by a fiftieth. So no sum here is ever
rounded. Scales are powers of two, or three or five times one, and sums are bounded (`kernels`), so that they are exact
as whole numbers and as float32, in any order, with VNNI or without, whether a runtime fuses the operators or runs them
one by one. The first block runs in float32 on whole numbers, exact for the same reason (`entry`).

Public surface: `graph.write` and `graph.build`, and `load`, which rounds the published weights once.
"""

from functools import lru_cache

from training.backbone.weights import load as load_weights
from training.backbone.whole.graph import Backbone
from training.backbone.whole.kernels import round_all
from training.backbone.whole.ranges import measure

__all__ = ["Backbone", "load"]


@lru_cache(maxsize=1)
def load() -> Backbone:
    """Round the published weights once and keep them; raises as `training.backbone.weights.load`."""
    weights = load_weights("float32")
    levels = measure(weights)
    return Backbone(weights, round_all(weights, levels), levels)
