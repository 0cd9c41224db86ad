"""The head of `pretrained` against the expert, on every set, by cached features and exact solutions.

`python -m benchmarks.accuracy.heads [SET_DIR ...]` draws 10, 35 and 100 images five times from each set, does what
`pretrained` does (framing, views and strength by leaving images out, inside every fold; calibration; the uncertain
band; the intervals), and tests on the rest of the set, beside logistic regression on HOG features and raw pixels. The
head is solved by Newton's method where training descends to the same minimum, so that all sets take minutes. Sets are
run side by side; each draw is logged when it is done, and a rerun goes on.
"""

import argparse
import json
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from benchmarks.accuracy import baselines, promises, sets
from benchmarks.accuracy.measuring import Row, describe, summarise
from training.backbone import Cache, whole
from training.backbone.extract import Extractor
from training.evaluation import calibration, choosing, scores
from training.evaluation.groups import Groups
from training.evaluation.splitting import default_repeats, split
from training.evaluation.thresholds import choose_band, first_of_each
from training.fitting import mixing, ridge
from training.fitting.one_thread import on_one_thread
from training.pixels import stream
from training.reading import similarity
from training.reading.dataset import Sample, label_array
from training.strategies import framing, pretrained

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Views = tuple[NDArray[np.float32], ...]
VARIANT = pretrained.VARIANTS[0]
REPEATS = 3
"""Of the cross-validation at most, which training makes up to ten."""
MOST, MOST_TEST = 400, 300
"""Images at most of a set, at equal steps, and of a test."""

_LOADED: dict[str, tuple[Sample, ...]] = {}
"""The sets, which the processes inherit: what reads a sample cannot be sent to them."""


@dataclass(frozen=True)
class Pictures:
    """A set: labels `[n]`, groups, the views of each framing, and what each of the baselines takes, `[n, d]`."""

    labels: Rows
    groups: Groups
    framings: tuple[Views, ...]
    rivals: Mapping[str, Floats]


def load(samples: Sequence[Sample]) -> Pictures:
    """Extract the features of a set, by the cache where they are there."""
    extractor = Extractor(224, VARIANT.features, cache=Cache(), weights=whole.load())
    specs = framing.specs(pretrained.SPEC)

    def extract(spec: ImageSpec) -> Views:
        pooled = extractor.extract(stream(samples, spec)).pooled
        units = {key: pretrained.unit_length(pooled[key]) for key in VARIANT.features}
        return tuple(np.concatenate([units[key] for key in VARIANT.features if key in view], axis=1) for view in _KEYS)

    rivals = {rival: baselines.features(rival, list(samples)) for rival in baselines.NAMES}
    groups = Groups.of(similarity.group([sample.facts for sample in samples]))
    return Pictures(label_array(samples), groups, tuple(map(extract, specs)), rivals)


_KEYS = tuple(tuple(key for key in view) for view in VARIANT.views)


def predict(pictures: Pictures, seen: Rows, asked: Rows) -> tuple[Floats, int]:
    """Return the scores of `asked` by a head on `seen`, and the framing that the images left out speak for."""
    return predict_each(pictures, seen, [np.arange(len(seen))], [asked])[0]


@on_one_thread
def predict_each(
    pictures: Pictures, rows: Rows, folds: Sequence[Rows], asked: Sequence[Rows]
) -> list[tuple[Floats, int]]:
    """Return what `predict` does for several folds at once, `folds` being positions in `rows`, which they are of."""
    labels, groups = pictures.labels[rows], pictures.groups[rows]
    ways = [
        mixing.choose_each([view[rows] for view in views], VARIANT.biases, labels, groups, folds)
        for views in pictures.framings
    ]
    found = []
    for mixtures, fold, others in zip(zip(*ways, strict=True), folds, asked, strict=True):
        best = int(np.argmin([mixture.loss for mixture in mixtures]))
        found.append((_score(pictures, pictures.framings[best], mixtures[best], rows[fold], others), best))
    return found


def _score(pictures: Pictures, views: Views, mixture: mixing.Mixture, seen: Rows, asked: Rows) -> Floats:
    """Return the scores of `asked` by the head on `seen` that a mixture describes."""
    labels, groups = pictures.labels[seen], pictures.groups[seen]
    pairs = [_products(view[seen], view[asked]) for view in views]
    gram, cross = (sum(share * pair[at] for share, pair in zip(mixture.shares, pairs, strict=True)) for at in (0, 1))
    logits = ridge.solve(np.asarray(gram), labels, groups, np.array([mixture.strength])).logits[0]
    shares = labels - scores.sigmoid(logits)  # where the gradient is nothing
    return np.asarray((cross / mixture.strength + 1 / ridge.INTERCEPT_RIDGE) @ shares)


def _products(seen: NDArray[np.float32], asked: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return the inner products `[n, n]` and `[m, n]`, centred and scaled as `mixing` does."""
    centre = seen.mean(axis=0, dtype=np.float64)
    rows = seen - centre
    scale = max(float((rows**2).sum()) / len(rows), 1e-12)
    return rows @ rows.T / scale, (asked - centre) @ rows.T / scale


def run(name: str, pictures: Pictures, n: int, seed: int) -> Row:
    """Train on one draw as `pretrained` does and the baselines do, and measure on the rest of the set."""
    train, rest = sets.draw_rows(pictures.labels, n, seed, MOST_TEST)
    labels, groups = pictures.labels[train], pictures.groups[train]
    test = rest[~np.isin(pictures.groups.numbers[rest], groups.numbers)]  # a near duplicate is no new image
    folds = split(labels, groups, 5, min(REPEATS, default_repeats(n)), seed)
    raw = np.full((folds[-1].repeat + 1, n), np.nan)
    parts = [*(fold.train for fold in folds), np.arange(n)]
    asked = [*(train[fold.validation] for fold in folds), test]
    *found, (scored, best) = predict_each(pictures, train, parts, asked)
    for fold, (held_out, _) in zip(folds, found, strict=True):
        raw[fold.repeat, fold.validation] = held_out
    fitted = calibration.fit(raw, labels, groups)
    logits, truth = calibration.apply(scored, fitted), pictures.labels[test]
    rivals = {name: baselines.logits(each[train], labels, each[test]) for name, each in pictures.rivals.items()}
    crossed = choosing.Scored("head", calibration.cross(raw, labels, folds, groups), 1.0)
    promised = choosing.measure([crossed], 0, labels, groups, 0, folds=folds)
    agreed, held = promises.held(promised, logits, truth)
    probabilities = scores.sigmoid(calibration.apply(raw, fitted)).mean(axis=0)
    uncertain, wrong = _outside_band(probabilities, labels, groups, logits, truth)
    return Row(
        set=name,
        n=n,
        seed=seed,
        framing=framing.specs(pretrained.SPEC)[best].fit,
        chosen=_quality(logits, truth),
        rivals={rival: _quality(each, truth) for rival, each in rivals.items()},
        agreed=agreed,
        held=held,
        uncertain=uncertain,
        wrong=wrong,
    )


def _quality(logits: Floats, labels: Rows) -> dict[str, float]:
    return {
        "accuracy": float(scores.hits(logits[None], labels).mean()),
        "auroc": scores.auroc(logits[None], labels),
        "log_loss": float(scores.log_losses(logits[None], labels).mean()),
        "brier": float(scores.brier_losses(logits[None], labels).mean()),
        "calibration_error": scores.calibration_error(scores.sigmoid(logits), labels, bins=10),
    }


def _outside_band(
    probabilities: Floats, labels: Rows, groups: Groups, logits: Floats, truth: Rows
) -> tuple[float, list[float]]:
    """Return the share of test images that are uncertain, and of each class the share wrong and not uncertain."""
    rows = first_of_each(groups.numbers, labels)
    band = choose_band(probabilities[rows], labels[rows], 0.5, 0.1, groups[rows])
    found = scores.sigmoid(logits)
    sure = ~((band.low < found) & (found < band.high))
    wrong = sure & ((found >= 0.5) != (truth == 1))
    return float((~sure).mean()), [float(wrong[truth == label].mean()) for label in (0, 1)]


def _run_set(name: str, draws: list[tuple[int, int]], log: Path) -> None:
    if not draws:
        return
    pictures = load(_LOADED[name])
    for n, seed in draws:
        if n + 20 < len(pictures.labels):
            row = run(name, pictures, n, seed)
            with log.open("a") as file:
                file.write(json.dumps(asdict(row)) + "\n")


def main() -> None:
    """Run what is not in the log yet, set by set, and print the tables."""
    asked = _parse()
    done = {(row.set, row.n, row.seed) for row in _read(asked.log)}
    _LOADED.update((name, samples[:: max(1, len(samples) // MOST)]) for name, samples in sets.load(asked.folders))
    wanted = [(n, seed) for n in asked.sizes for seed in range(asked.seeds)]
    left = {name: [draw for draw in wanted if (name, *draw) not in done] for name in _LOADED}
    with ProcessPoolExecutor(asked.jobs, multiprocessing.get_context("fork")) as processes:
        list(processes.map(partial(_run_set, log=asked.log), left.keys(), left.values()))
    asked_for = {(name, *draw): at for at, (draw, name) in enumerate(product(wanted, _LOADED))}
    rows = [row for row in _read(asked.log) if (row.set, row.n, row.seed) in asked_for]
    rows.sort(key=lambda row: asked_for[row.set, row.n, row.seed])
    print(summarise(rows))
    print(describe(rows))


def _read(log: Path) -> list[Row]:
    return [Row(**json.loads(line)) for line in log.read_text().splitlines()] if log.exists() else []


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.heads", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="further sets, in the form that training takes")
    parser.add_argument("--sizes", nargs="+", type=int, default=[10, 35, 100], help="training images")
    parser.add_argument("--seeds", type=int, default=5, help="draws of each size")
    parser.add_argument("--jobs", type=int, default=2, help="processes side by side")
    parser.add_argument("--log", type=Path, required=True, help="file of JSON lines; a rerun goes on from it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
