"""Run the comparison and print its tables as Markdown; see the package's documentation."""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifact import telemetry
from artifact.card import ImageSpec
from artifact.network import INPUT, Session
from benchmarks.accuracy import sets
from benchmarks.accuracy.heads import Pictures, predict
from training.backbone import graph, whole
from training.backbone.feature import find_feature
from training.backbone.weights import load
from training.backbone.whole import graph as whole_graph
from training.evaluation import novelty, scores
from training.evaluation.groups import Groups
from training.pixels import stream
from training.reading import similarity
from training.reading.dataset import Sample, label_array
from training.strategies import pretrained

onnxruntime = telemetry.import_onnxruntime()

VARIANT = pretrained.VARIANTS[0]
FEATURES = [find_feature(key) for key in VARIANT.features]
SIZES = (224, 160)
MOST, AT_ONCE = 300, 8
_ROUNDS, _TIMES = 15, 6


@dataclass(frozen=True)
class Set:
    """A set by both networks: the views for heads, and the features that novelty is measured on, `[n, d]` each."""

    name: str
    labels: NDArray[np.int64]
    groups: Groups
    pictures: tuple[Pictures, ...]
    ends: tuple[NDArray[np.float32], ...]


def main() -> None:
    """Measure time, then heads set by set, then novelty over all sets."""
    asked = _parse()
    files = {
        size: (graph.build(size, FEATURES, load()), whole_graph.build(size, FEATURES, whole.load())) for size in SIZES
    }
    print("| pixels | float32, ms | int8, ms | times as fast | float32, MB | int8, MB |\n" + "| --- " * 6 + "|")
    for size, forms in files.items():
        times = _time(size, tuple(map(_open, forms)))
        megabytes = f"{len(forms[0]) / 1e6:.1f} | {len(forms[1]) / 1e6:.1f}"
        print(f"| {size} | {times[0]:.2f} | {times[1]:.2f} | {times[0] / times[1]:.2f} | {megabytes} |", flush=True)
    sessions = [_open(file) for file in files[SIZES[0]]]
    _show_head("log loss", "accuracy")
    found, rows = [], []
    for name, samples in sets.load(asked.folders):
        found.append(_extract(name, samples, sessions, asked.most))
        rows += _compare(found[-1], asked)
    _show_means(rows, asked.sizes)
    _show_head("others flagged, %", "own flagged, %")
    _show_means([row for one in found for row in _flag(one, found, asked)], asked.sizes)


def _show_head(first: str, second: str) -> None:
    print(f"\n| set | images | {first}, float32 | int8 more | {second}, float32 | int8 more |\n" + "| --- " * 6 + "|")


def _show_means(rows: list[tuple[int, NDArray[np.float64]]], sizes: list[int]) -> None:
    for n in sizes:
        _show("**all draws**", n, np.concatenate([found for images, found in rows if images == n]))


def _open(model: bytes) -> Session:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session: Session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return session


def _time(size: int, sessions: tuple[Session, ...]) -> list[float]:
    """Return each one's processor time for an image in ms: by turns, the least of many runs."""
    image = np.random.default_rng(0).integers(0, 256, (1, size, size, 3)).astype(np.uint8)
    found: list[list[float]] = [[] for _ in sessions]
    for _ in range(_ROUNDS):
        for session, times in zip(sessions, found, strict=True):
            session.run(None, {INPUT: image})
            begun = time.process_time()
            for _ in range(_TIMES):
                session.run(None, {INPUT: image})
            times.append(1e3 * (time.process_time() - begun) / _TIMES)
    return [min(times) for times in found]


def _extract(name: str, samples: tuple[Sample, ...], sessions: list[Session], most: int) -> Set:
    some = samples[:: max(1, len(samples) // most)]
    labels, groups = label_array(some), Groups.of(similarity.group([sample.facts for sample in some]))
    pixels = np.stack(list(stream(some, ImageSpec(SIZES[0], SIZES[0], fit="crop", keep=pretrained.SPEC.keep))))
    views = [_views(session, pixels) for session in sessions]
    pictures = tuple(Pictures(labels, groups, (one,), {}) for one in views)
    return Set(name, labels, groups, pictures, tuple(one[0] for one in views))


def _draws(one: Set, asked: argparse.Namespace) -> list[tuple[int, list[tuple[NDArray[np.int64], NDArray[np.int64]]]]]:
    sizes = [size for size in asked.sizes if size + 20 < len(one.labels)]
    return [(n, [sets.draw_rows(one.labels, n, seed, MOST) for seed in range(asked.seeds)]) for n in sizes]


def _compare(one: Set, asked: argparse.Namespace) -> list[tuple[int, NDArray[np.float64]]]:
    """Return for each number of images the loss and accuracy of both in every draw, `[draws, 4]`, and show them."""
    found = []
    for n, draws in _draws(one, asked):
        found.append((n, np.array([[value for by in one.pictures for value in _quality(by, *rows)] for rows in draws])))
        _show(one.name, *found[-1])
    return found


def _flag(one: Set, every: list[Set], asked: argparse.Namespace) -> list[tuple[int, NDArray[np.float64]]]:
    """Return which share of the other sets and of its own rest is called unlike, in percent, `[draws, 4]`."""
    found = []
    for n, draws in _draws(one, asked):
        rows = []
        for train, _ in draws:
            rest = ~one.groups.in_any_of(one.groups[train])
            shares = []
            for network, own in enumerate(one.ends):
                fitted = novelty.fit(own[train], one.groups[train])
                assert fitted is not None
                others = [other.ends[network] for other in every if other is not one]
                flags = [(novelty.measure(features, fitted) > fitted.limit).mean() for features in (*others, own[rest])]
                shares += [100 * float(np.mean(flags[:-1])), 100 * float(flags[-1])]
            rows.append(shares)
        found.append((n, np.array(rows)))
        _show(one.name, *found[-1])
    return found


def _views(session: Session, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
    """Return the features of each view of `pretrained`, `[n, d]`."""
    parts = [pixels[start : start + AT_ONCE] for start in range(0, len(pixels), AT_ONCE)]
    pooled = map(np.concatenate, zip(*(session.run(None, {INPUT: part}) for part in parts), strict=True))
    units = {key: pretrained.unit_length(one) for key, one in zip(VARIANT.features, pooled, strict=True)}
    return tuple(
        np.concatenate([units[key] for key in VARIANT.features if key in view], axis=1) for view in VARIANT.views
    )


def _quality(pictures: Pictures, train: NDArray[np.int64], test: NDArray[np.int64]) -> tuple[float, float]:
    """Return log loss and accuracy on the test rows of a head on the training rows."""
    logits, labels = predict(pictures, train, test)[0][None], pictures.labels[test]
    return float(scores.log_losses(logits, labels).mean()), float(scores.hits(logits, labels).mean())


def _show(name: str, n: int, rows: NDArray[np.float64]) -> None:
    """Print the means over draws, and the paired differences with their standard errors."""
    cells = []
    for before, after in ((0, 2), (1, 3)):
        more = rows[:, after] - rows[:, before]
        error = more.std(ddof=1) / len(more) ** 0.5 if len(more) > 1 else float("nan")
        cells.append(f"{rows[:, before].mean():.3f} | {more.mean():+.4f} ± {error:.4f}")
    print(f"| {name} | {n} | {' | '.join(cells)} |", flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.int8", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="further sets, in the form that training takes")
    parser.add_argument("--sizes", nargs="+", type=int, default=[10, 35, 100], help="training images")
    parser.add_argument("--seeds", type=int, default=5, help="draws of each size")
    parser.add_argument("--most", type=int, default=MOST, help="images at most of a set")
    return parser.parse_args()


if __name__ == "__main__":
    main()
