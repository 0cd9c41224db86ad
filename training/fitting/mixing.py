"""How much to trust each set of features, and how strongly to regularise, told by leaving images out.

A strategy may offer several views of an image, such as a deep and a shallow layer of a backbone. Each view is centred
and scaled to unit mean squared length; a view's share in the mixture grows with how well it does by itself, and the
mixture's strength of regularisation is the average of the strengths that do well, on a logarithmic scale, drawn a
little towards a customary one. Averages in place of the best single choice, since on ten images the best is mostly
luck.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.fitting.one_thread import on_one_thread
from training.fitting.ridge import solve

Floats = NDArray[np.float64]

STRENGTHS = 10.0 ** np.arange(-3.5, 1.1, 0.25)
"""Candidates, as the factor of |w|^2 / 2 beside the summed log loss, for features of unit mean squared length."""
CUSTOMARY = -2.0
PULL = 0.5
"""Nats lost by a strength ten times or a tenth of the customary one (10 ** CUSTOMARY)."""
TEMPER = 0.5
"""Nats of a view's leave-one-out loss count this much for its share."""
ROWS = 400
"""Images at most that choices are made from; they are made well by then, and the work grows with the cube."""


@dataclass(frozen=True)
class Mixture:
    """What was chosen.

    Attributes:
        shares: Of the views; they sum to 1.
        strength: Of the regularisation, beside a summed loss.
        loss: Log loss of the images, each scored without its group, summed over those that the choice was made from.
    """

    shares: tuple[float, ...]
    strength: float
    loss: float = 0.0


@on_one_thread
def choose(
    views: Sequence[NDArray[np.float32]],
    biases: Sequence[float],
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    rows: NDArray[np.int64],
    share: float = 1.0,
) -> Mixture:
    """Choose shares and strength from some rows, and look at no others.

    Args:
        views: Feature matrices of the same images, float32 `[n, d]` each.
        biases: Nats by which each view is favoured beforehand.
        labels: 0 or 1, `[n]`.
        groups: Near-duplicate groups, which are left out together, `[n]`.
        rows: The rows to choose from.
        share: Images over rows; less than one where rows are variations of one image and say no more than it does.
    """
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), ROWS)).astype(np.int64)]
    grams = [_gram(view[rows]) for view in views]
    chosen_labels, chosen_groups = labels[rows], groups[rows]
    if len(views) == 1:
        shares = np.ones(1)
    else:
        losses = [_weigh(gram, chosen_labels, chosen_groups, share)[1] for gram in grams]
        shares = _softmax(np.array(biases) - TEMPER * np.array(losses))
    mixed = grams[0] if len(grams) == 1 else np.einsum("v,vij->ij", shares, np.stack(grams))
    weights, loss = _weigh(mixed, chosen_labels, chosen_groups, share)
    return Mixture(tuple(float(share) for share in shares), float(10.0 ** (weights @ np.log10(STRENGTHS))), loss)


_Weighed = tuple[Floats, float]
_known: OrderedDict[bytes, _Weighed] = OrderedDict()
"""What was found, by a digest of what it was found from: candidates share views, and all their folds."""
MOST_KNOWN = 4096


def _weigh(gram: Floats, labels: NDArray[np.int64], groups: NDArray[np.int64], share: float) -> _Weighed:
    """Return each strength's weight, and the summed loss of the scores averaged with these weights."""
    digest = hashlib.sha256(str(share).encode())
    for part in (gram, labels, groups):
        digest.update(np.ascontiguousarray(part).data)
    key = digest.digest()
    if key not in _known:
        _known[key] = _solve(gram, labels, groups, share)
    _known.move_to_end(key)
    if len(_known) > MOST_KNOWN:
        _known.popitem(last=False)
    return _known[key]


def _solve(gram: Floats, labels: NDArray[np.int64], groups: NDArray[np.int64], share: float) -> _Weighed:
    left_out = solve(gram, labels, groups, STRENGTHS).left_out
    signs = np.where(labels == 1, 1.0, -1.0)
    losses = share * np.logaddexp(0, -signs * left_out).sum(axis=1)
    weights = _softmax(-losses - PULL * (np.log10(share * STRENGTHS) - CUSTOMARY) ** 2)
    return weights, share * float(np.logaddexp(0, -signs * (weights @ left_out)).sum())


def _gram(view: NDArray[np.float32]) -> Floats:
    """Return the inner products of a view, centred and scaled to unit mean squared length."""
    centred = view.astype(np.float64) - view.mean(axis=0, dtype=np.float64)
    gram = centred @ centred.T
    return np.asarray(gram / max(np.trace(gram) / len(gram), 1e-12))


def _softmax(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum())
