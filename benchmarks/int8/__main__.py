"""Run the comparison and print its tables as Markdown; see the package's documentation."""

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifact import telemetry
from artifact.card import ImageSpec
from artifact.network import INPUT
from benchmarks.accuracy import sets
from benchmarks.accuracy.heads import Pictures, predict
from benchmarks.int8 import graph, ranges, weights
from training.backbone import graph as float_graph
from training.backbone.feature import find_feature
from training.backbone.weights import load
from training.evaluation import scores
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
Session = onnxruntime.InferenceSession


def main() -> None:
    """Measure time, then accuracy set by set."""
    asked = _parse()
    original = load("float32")
    backbone = graph.Backbone(original, weights.round_all(original), ranges.measure(original))
    files = {size: (float_graph.build(size, FEATURES, load()), graph.build(size, FEATURES, backbone)) for size in SIZES}
    print("| pixels | float32, ms | int8, ms | times as fast | float32, MB | int8, MB |\n" + "| --- " * 6 + "|")
    for size, (plain, whole) in files.items():
        times = _time(size, (_open(plain), _open(whole)))
        megabytes = f"{len(plain) / 1e6:.1f} | {len(whole) / 1e6:.1f}"
        print(f"| {size} | {times[0]:.2f} | {times[1]:.2f} | {times[0] / times[1]:.2f} | {megabytes} |", flush=True)
    head = "| set | images | log loss, float32 | int8 more | accuracy, float32 | int8 more |"
    print("\n" + head + "\n" + "| --- " * 6 + "|")
    sessions = [_open(file) for file in files[SIZES[0]]]
    rows = [row for name, samples in sets.load(asked.folders) for row in _compare(name, samples, sessions, asked)]
    for n in asked.sizes:
        _show("**all draws**", n, np.concatenate([found for images, found in rows if images == n]))


def _open(model: bytes) -> Session:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return Session(model, options, providers=["CPUExecutionProvider"])


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


def _compare(
    name: str, samples: tuple[Sample, ...], sessions: list[Session], asked: argparse.Namespace
) -> list[tuple[int, NDArray[np.float64]]]:
    """Return for each number of images the loss and accuracy of both in every draw, `[draws, 4]`, and show them."""
    some = samples[:: max(1, len(samples) // MOST)]
    labels, groups = label_array(some), similarity.group([sample.facts for sample in some])
    spec = ImageSpec(SIZES[0], SIZES[0], fit="crop", keep=pretrained.SPEC.keep)
    pixels = np.stack(list(stream(some, spec)))
    both = [Pictures(labels, groups, (_views(session, pixels),), np.zeros((len(labels), 0))) for session in sessions]
    found = []
    for n in (size for size in asked.sizes if size + 20 < len(labels)):
        drawn = [sets.draw_rows(labels, n, seed, MOST) for seed in range(asked.seeds)]
        rows = [[value for one in both for value in _quality(one, *rows)] for rows in drawn]
        found.append((n, np.array(rows)))
        _show(name, *found[-1])
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
    return parser.parse_args()


if __name__ == "__main__":
    main()
