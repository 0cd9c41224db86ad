"""The pretrained backbone on smaller pictures and cut earlier: for a budget of megabytes or milliseconds.

Half the side is a quarter of the work, and an early cut a fraction of the size. The head and its features are those of
`pretrained`; what is lost, cross-validation tells.
"""

from collections.abc import Sequence
from itertools import groupby

from artifact.card import ImageSpec
from training.backbone import CutKey, FeatureKey
from training.backbone.weights import IMAGENET
from training.problem.interface import Problem
from training.strategies import pretrained
from training.strategies.framing import Framed
from training.strategies.variant import Variant

NAME = "compact"
SUMMARY = "Transfer learning on a budget: the same backbone on smaller pictures, and cut earlier."
CHOOSABLE = True
ORIGIN = IMAGENET

CUTS: tuple[tuple[int, CutKey], ...] = (
    (160, "last"),
    (160, "expand_12"),
    (128, "last"),
    (128, "expand_12"),
    (128, "expand_9"),
    (96, "expand_12"),
    (96, "expand_7"),
)
"""Side of the picture in pixels and depth of the cut, the dearest first; megabytes follow from the depth alone."""


def candidates(problem: Problem) -> Sequence[Framed]:
    """Return a candidate for each side and cut; the features of one side are extracted in one pass."""
    found: list[Framed] = []
    for side, rows in groupby(CUTS, key=lambda row: row[0]):
        spec = ImageSpec(side, side, fit="crop", keep=pretrained.SPEC.keep)
        found += pretrained.build([_vary(side, cut) for _, cut in rows], spec, problem)
    return found


def _vary(side: int, cut: CutKey) -> Variant:
    """Return the backbone's end with its middle, as `pretrained` has them, or one cut with where things are."""
    if cut == "last":
        model = pretrained.VARIANTS[0]
        return Variant(f"{NAME}-{side}", model.views, model.biases, model.novelty)
    spread: FeatureKey = (cut, "deviation")
    placed: FeatureKey = (cut, "quadrants")
    return Variant(f"{NAME}-{side}-{str(cut).removeprefix('expand_')}", ((spread, placed),), (0.0,), (spread, placed))
