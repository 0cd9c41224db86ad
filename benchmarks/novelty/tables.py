"""What was flagged of each set, and the tables of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.tables import row as table_row
from benchmarks.accuracy.tables import rule


@dataclass(frozen=True)
class Flagged:
    """What a measure fitted on images of one set flags, means over the draws.

    Attributes:
        candidate: Whose features.
        framing: `crop` or `stretch`.
        name: The set.
        n: Images that the measure was fitted on.
        auroc: Of another kind's images against the own kind's, mean over the sets of other kinds.
        others: Share flagged of those sets, the mean.
        photographs: Share flagged of scikit-image's photographs.
        own: Share flagged of the rest of the set.
    """

    candidate: str
    framing: str
    name: str
    n: int
    auroc: float
    others: float
    photographs: float
    own: float


def summarise(found: Sequence[Flagged]) -> str:
    """Return the means over the sets, and the worst set, for each candidate, framing and number of images."""
    heads = ("features of", "framing", "images", "others flagged", "worst set", "photographs", "own kind", "worst set")
    lines = [table_row(*heads), rule(len(heads))]
    for key in dict.fromkeys((one.candidate, one.framing, one.n) for one in found):
        some = [one for one in found if (one.candidate, one.framing, one.n) == key]
        missed, alarmed = min(some, key=lambda one: one.others), max(some, key=lambda one: one.own)
        others, photographs, own = (
            f"{np.mean([getattr(one, name) for one in some]):.1%}" for name in ("others", "photographs", "own")
        )
        worst = f"{missed.others:.0%} ({missed.name})", f"{alarmed.own:.0%} ({alarmed.name})"
        lines.append(table_row(*map(str, key), others, worst[0], photographs, own, worst[1]))
    return "\n".join(lines)


def describe(found: Sequence[Flagged]) -> str:
    """Return a row for each set."""
    heads = ("features of", "framing", "trained on", "images", "AUROC", "others", "photographs", "own kind")
    lines = ["", table_row(*heads), rule(len(heads))]
    for one in found:
        shares = (f"{share:.1%}" for share in (one.others, one.photographs, one.own))
        lines.append(table_row(one.candidate, one.framing, one.name, str(one.n), f"{one.auroc:.3f}", *shares))
    return "\n".join(lines)
