"""Run the comparison and print its table as Markdown; see the package's documentation."""

import argparse
import io
from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import roc_auc_score

from artifact import image
from benchmarks.accuracy import sets
from training.backbone import Cache, Extractor
from training.evaluation import novelty
from training.pixels import stream
from training.reading.dataset import label_array
from training.strategies.pretrained import SPEC, VARIANTS, Variant, unit_length

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket", "camera", "coins", "page", "text", "clock", "brick", "grass")
MOST = 300
Floats = NDArray[np.float32]


def main() -> None:
    """Extract once, then fit and score every combination."""
    asked = _parse()
    found = {name: samples[:MOST] for name, samples in sets.load(asked.folders)}
    kinds = {name: label_array(samples) for name, samples in found.items()}
    extractor = Extractor(SPEC.height, VARIANTS[0].features, cache=Cache())
    pooled = {name: extractor.extract(stream(samples, SPEC)).pooled for name, samples in found.items()}
    pooled["photographs"] = extractor.extract(_photographs()).pooled
    print("| candidate | trained on | images | AUROC | others flagged | photographs flagged | own kind flagged |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for variant in VARIANTS:
        features = {
            name: np.concatenate([unit_length(rows[key]) for key in variant.novelty], axis=1)
            for name, rows in pooled.items()
        }
        for name, labels in kinds.items():
            _show(variant, name, labels, features, asked)


def _show(
    variant: Variant, name: str, labels: NDArray[np.int64], features: dict[str, Floats], asked: argparse.Namespace
) -> None:
    for n in asked.sizes:
        measured = np.mean([_measure(name, labels, features, n, seed) for seed in range(asked.seeds)], axis=0)
        shares = " | ".join(f"{share:.0%}" for share in measured[1:])
        print(f"| {variant.name} | {name} | {n} | {measured[0]:.3f} | {shares} |", flush=True)


def _measure(name: str, labels: NDArray[np.int64], features: dict[str, Floats], n: int, seed: int) -> list[float]:
    """Return the mean AUROC over the other sets, their share flagged, the photographs' and the own kind's."""
    generator = np.random.default_rng(seed)
    rows = np.concatenate([generator.permutation(np.flatnonzero(labels == label))[: n // 2] for label in (0, 1)])
    measure = novelty.fit(features[name][rows], labels[rows])
    if measure is None:
        raise SystemExit(f"{name} has too few images of a class; at least two of each are needed.")
    own = _distances(np.delete(features[name], rows, axis=0), measure)
    others = {other: _distances(there, measure) for other, there in features.items() if other != name}
    areas = [
        roc_auc_score(np.repeat([0, 1], [len(own), len(far)]), np.concatenate([own, far])) for far in others.values()
    ]
    flagged = {other: float((far > measure.limit).mean()) for other, far in others.items()}
    return [
        float(np.mean(areas)),
        float(np.mean(list(flagged.values()))),
        flagged["photographs"],
        float((own > measure.limit).mean()),
    ]


def _distances(features: Floats, measure: novelty.Novelty) -> NDArray[np.float64]:
    """Return how far each image is from the nearer class's centre, `[n]`, in the measure's unit."""
    far = np.linalg.norm(features[:, None].astype(np.float64) - measure.centres, axis=2)
    return np.asarray(far.min(axis=1) / measure.unit)


def _photographs() -> list[NDArray[np.uint8]]:
    files = []
    for name in PHOTOGRAPHS:
        file = io.BytesIO()
        Image.fromarray(getattr(skimage.data, name)()).convert("RGB").save(file, "PNG")
        files.append(image.load(file.getvalue(), SPEC))
    return files


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.novelty", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="further sets, in the form that training takes")
    parser.add_argument("--sizes", nargs="+", type=int, default=[10, 35, 100], help="training images")
    parser.add_argument("--seeds", type=int, default=5, help="draws of each size")
    return parser.parse_args()


if __name__ == "__main__":
    main()
