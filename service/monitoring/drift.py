"""Notice that the images which come now are unlike those of training, from the answers alone.

The probabilities and novelties of the last images are compared with those of training, kept on the card, by the
two-sample Kolmogorov-Smirnov distance on the bins that the card has. The limit is the large-sample critical value at
level 0.001 (Smirnov 1948: 1.95 sqrt((n + m) / (n m))); looking at bins only makes it stricter.
"""

import math
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from artifact.card import Card

SIGNALS = ("probability", "novelty")
"""The respects in which images are compared."""

_CRITICAL = 1.95
_FEWEST = 30  # recent images below which nothing is said
_WINDOW = 1000  # recent images that are remembered


@dataclass(frozen=True)
class Signal:
    """How far recent images lie from those of training in one respect.

    Attributes:
        distance: The largest difference of the two distribution functions, 0 to 1.
        limit: The distance that chance exceeds once in a thousand times.
        drifted: The distance is above the limit.
        recent: Recent images that were compared.
        reference: Images of training that they were compared with.
    """

    distance: float
    limit: float
    drifted: bool
    recent: int
    reference: int

    def to_json(self) -> dict[str, Any]:
        """Return the signal as plain values."""
        return asdict(self)


class Drift:
    """Remembers the answers to the last images of one model version; another version begins anew."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._lock = threading.Lock()
        self._of: tuple[str, str] | None = None
        self._probabilities: deque[float] = deque(maxlen=_WINDOW)
        self._novelties: deque[float] = deque(maxlen=_WINDOW)

    def record(self, card: Card, probability: float, novelty: float | None) -> None:
        """Remember one answer."""
        with self._lock:
            if self._of != (card.name, card.version):
                self._of = (card.name, card.version)
                self._probabilities.clear()
                self._novelties.clear()
            self._probabilities.append(probability)
            if novelty is not None and math.isfinite(novelty):
                self._novelties.append(novelty)

    def measure(self, card: Card) -> dict[str, Signal]:
        """Return the signals, by name, that there are enough images for."""
        with self._lock:
            if self._of != (card.name, card.version):
                return {}
            probabilities, novelties = list(self._probabilities), list(self._novelties)
        counts, quantiles = card.reference.probability_histogram, card.reference.novelty_quantiles
        reference = sum(counts)
        signals = {}
        if len(probabilities) >= _FEWEST and reference > 0:
            tenths = [bin / len(counts) for bin in range(1, len(counts))]
            below = np.cumsum(counts)[:-1] / reference
            signals["probability"] = _compare(probabilities, tenths, below, reference)
        if len(novelties) >= _FEWEST and reference > 0 and len(quantiles) > 2:
            below = np.arange(1, len(quantiles) - 1) / (len(quantiles) - 1)
            signals["novelty"] = _compare(novelties, quantiles[1:-1], below, reference)
        return signals


def _compare(values: Sequence[float], edges: Sequence[float], below: Any, reference: int) -> Signal:
    """Compare the share of values below each edge with the reference's share."""
    found = np.searchsorted(np.sort(values), edges) / len(values)
    distance = float(np.abs(found - below).max())
    limit = _CRITICAL * math.sqrt((len(values) + reference) / (len(values) * reference))
    return Signal(distance, limit, distance > limit, len(values), reference)
