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

from training.evaluation.groups import Groups
from training.fitting.one_thread import on_one_thread
from training.fitting.ridge import solve_several
from training.fitting.views import Features

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

SHARED = 2 * ROWS
"""Images of all folds up to which their inner products are taken together."""


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


def choose(
    views: Sequence[Features],
    biases: Sequence[float],
    labels: NDArray[np.int64],
    groups: Groups,
    rows: NDArray[np.int64],
    share: float = 1.0,
) -> Mixture:
    """Choose shares and strength from some rows, and look at no others; the arguments are those of `choose_each`."""
    return choose_each(views, biases, labels, groups, [rows], share)[0]


@on_one_thread
def choose_each(
    views: Sequence[Features],
    biases: Sequence[float],
    labels: NDArray[np.int64],
    groups: Groups,
    folds: Sequence[NDArray[np.int64]],
    share: float = 1.0,
) -> list[Mixture]:
    """Choose shares and strength for each fold from its rows, and look at no others.

    Args:
        views: Feature matrices of the same images, float32 `[n, d]` each.
        biases: Nats by which each view is favoured beforehand.
        labels: 0 or 1, `[n]`.
        groups: What each image belongs to; a group is left out together.
        folds: The rows to choose from, for each fold.
        share: Images over rows; less than one where rows are variations of one image and say no more than it does.
    """
    sampled = [rows[np.linspace(0, len(rows) - 1, min(len(rows), ROWS)).astype(np.int64)] for rows in folds]
    grams = [_grams(view, sampled) for view in views]
    told = [(labels[rows], groups[rows]) for rows in sampled]
    shares = np.ones((len(sampled), 1))
    if len(views) > 1:
        losses = [[loss for _, loss in _weigh(view, told, share)] for view in grams]
        shares = np.stack([_softmax(np.array(biases) - TEMPER * np.array(each)) for each in zip(*losses, strict=True)])
    mixed = [np.einsum("v,vij->ij", each, np.stack(parts)) for each, *parts in zip(shares, *grams, strict=True)]
    weighed = _weigh(mixed, told, share)
    return [
        Mixture(tuple(each.tolist()), float(10.0 ** (weights @ np.log10(STRENGTHS))), loss)
        for each, (weights, loss) in zip(shares, weighed, strict=True)
    ]


_Told = tuple[NDArray[np.int64], Groups]
"""The labels and the groups of the rows of one problem."""
_Weighed = tuple[Floats, float]
_known: OrderedDict[bytes, _Weighed] = OrderedDict()
"""What was found, by a digest of what it was found from: candidates share views, and all their folds."""
MOST_KNOWN = 4096


def _weigh(grams: Sequence[Floats], told: Sequence[_Told], share: float) -> list[_Weighed]:
    """Return for each problem each strength's weight, and the summed loss of the scores averaged with these weights."""
    keys = [_digest(gram, each, share) for gram, each in zip(grams, told, strict=True)]
    known = {key: _known[key] for key in keys if key in _known}
    unknown = {key: at for at, key in enumerate(keys) if key not in known}
    for size in {len(grams[at]) for at in unknown.values()}:
        alike = {key: at for key, at in unknown.items() if len(grams[at]) == size}
        found = _solve([grams[at] for at in alike.values()], [told[at] for at in alike.values()], share)
        known |= dict(zip(alike, found, strict=True))
    for key in dict.fromkeys(keys):
        _known[key] = known[key]
        _known.move_to_end(key)
    while len(_known) > MOST_KNOWN:
        _known.popitem(last=False)
    return [known[key] for key in keys]


def _digest(gram: Floats, told: _Told, share: float) -> bytes:
    digest = hashlib.sha256(str(share).encode())
    labels, groups = told
    for part in (gram, labels, groups.members):
        digest.update(np.ascontiguousarray(part).data)
    return digest.digest()


def _solve(grams: Sequence[Floats], told: Sequence[_Told], share: float) -> list[_Weighed]:
    labels, groups = zip(*told, strict=True)
    found = []
    solved = solve_several(np.stack(grams), np.stack(labels), groups, STRENGTHS)
    for solutions, each in zip(solved, labels, strict=True):
        signs = np.where(each == 1, 1.0, -1.0)
        losses = share * np.logaddexp(0, -signs * solutions.left_out).sum(axis=1)
        weights = _softmax(-losses - PULL * (np.log10(share * STRENGTHS) - CUSTOMARY) ** 2)
        found.append((weights, share * float(np.logaddexp(0, -signs * (weights @ solutions.left_out)).sum())))
    return found


def _grams(view: Features, folds: Sequence[NDArray[np.int64]]) -> list[Floats]:
    """Return the inner products of each fold's rows, centred and scaled to unit mean squared length.

    Folds of few images share most of them, so the products are taken once, and centred afterwards.
    """
    rows = np.unique(np.concatenate(folds))
    if len(rows) > SHARED:
        return [_grams(view[some], [np.arange(len(some))])[0] for some in folds]
    wide = view[rows].astype(np.float64)
    wide -= wide.mean(axis=0)
    products = wide @ wide.T
    return [_centre(products[np.ix_(places, places)]) for places in (np.searchsorted(rows, some) for some in folds)]


def _centre(products: Floats) -> Floats:
    """Return the inner products of rows less their mean, `[n, n]`, over their mean squared length."""
    means = products.mean(axis=0)
    gram = products - means - means[:, None] + means.mean()
    return np.asarray(gram / max(np.trace(gram) / len(gram), 1e-12))


def _softmax(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum())
