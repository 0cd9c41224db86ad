"""Run the comparison and print its table as Markdown; see the package's documentation."""

import argparse
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import roc_auc_score

from artifact import image
from artifact.card import ImageSpec
from benchmarks.accuracy import sets
from training.backbone import Cache, whole
from training.backbone.extract import Extractor
from training.backbone.feature import FeatureKey
from training.evaluation import novelty
from training.evaluation.groups import Groups
from training.pixels import stream
from training.reading import similarity
from training.reading.dataset import Sample, label_array
from training.strategies import framing
from training.strategies.pretrained import SPEC, VARIANTS, Variant, unit_length

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket", "camera", "coins", "page", "text", "clock", "brick", "grass")
MOST = 300
Floats = NDArray[np.float32]
Pooled = dict[FeatureKey, Floats]


@dataclass(frozen=True)
class Kind:
    """A set's labels, near-duplicate groups and features under one framing."""

    labels: NDArray[np.int64]
    groups: Groups
    features: Floats


def main() -> None:
    """Extract once, then fit and score every combination."""
    asked = _parse()
    found = {name: samples[:: max(1, len(samples) // MOST)] for name, samples in sets.load(asked.folders)}
    extractor = Extractor(SPEC.height, VARIANTS[0].features, cache=Cache(), weights=whole.load())
    print("| candidate | framing | trained on | images | AUROC | others flagged | photographs flagged | own flagged |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for spec in framing.specs(SPEC):
        pooled = {name: extractor.extract(stream(samples, spec)).pooled for name, samples in found.items()}
        photographs = extractor.extract(_photographs(spec)).pooled
        for variant in VARIANTS:
            kinds = {name: _describe(samples, _join(variant, pooled[name])) for name, samples in found.items()}
            _show_all(f"{variant.name} | {spec.fit}", kinds, _join(variant, photographs), asked)


def _join(variant: Variant, pooled: Pooled) -> Floats:
    return np.concatenate([unit_length(pooled[key]) for key in variant.novelty], axis=1)


def _describe(samples: tuple[Sample, ...], features: Floats) -> Kind:
    return Kind(label_array(samples), Groups.of(similarity.group([sample.facts for sample in samples])), features)


def _show_all(title: str, kinds: dict[str, Kind], photographs: Floats, asked: argparse.Namespace) -> None:
    """Print a row for each set and number of images, and then the means over the sets."""
    for n in asked.sizes:
        rows = []
        for name in kinds:
            draws = [_measure(name, kinds, photographs, n, seed) for seed in range(asked.seeds)]
            rows.append(np.mean(draws, axis=0))
            _show(title, name, n, rows[-1])
        _show(title, "**mean over the sets**", n, np.mean(rows, axis=0))


def _show(title: str, name: str, n: int, measured: NDArray[np.float64]) -> None:
    shares = " | ".join(f"{share:.1%}" for share in measured[1:])
    print(f"| {title} | {name} | {n} | {measured[0]:.3f} | {shares} |", flush=True)


def _measure(name: str, kinds: dict[str, Kind], photographs: Floats, n: int, seed: int) -> list[float]:
    """Return the mean AUROC over the other sets, their share flagged, the photographs' and the own kind's."""
    kind, generator = kinds[name], np.random.default_rng(seed)
    drawn = [generator.permutation(np.flatnonzero(kind.labels == label))[: n // 2] for label in (0, 1)]
    rows = np.concatenate(drawn)
    measure = novelty.fit(kind.features[rows], kind.groups[rows])
    if measure is None:
        raise SystemExit(f"{name} has too few images that differ; at least two are needed.")
    rest = ~kind.groups.in_any_of(kind.groups[rows])
    own = novelty.measure(kind.features[rest], measure)
    others = {other: novelty.measure(there.features, measure) for other, there in kinds.items() if other != name}
    areas = [
        roc_auc_score(np.repeat([0, 1], [len(own), len(far)]), np.concatenate([own, far])) for far in others.values()
    ]
    return [
        float(np.mean(areas)),
        float(np.mean([(far > measure.limit).mean() for far in others.values()])),
        float((novelty.measure(photographs, measure) > measure.limit).mean()),
        float((own > measure.limit).mean()),
    ]


def _photographs(spec: ImageSpec) -> list[NDArray[np.uint8]]:
    files = []
    for name in PHOTOGRAPHS:
        file = io.BytesIO()
        Image.fromarray(getattr(skimage.data, name)()).convert("RGB").save(file, "PNG")
        files.append(image.load(file.getvalue(), spec))
    return files


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.novelty", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="further sets, in the form that training takes")
    parser.add_argument("--sizes", nargs="+", type=int, default=[10, 35, 100], help="training images")
    parser.add_argument("--seeds", type=int, default=5, help="draws of each size")
    return parser.parse_args()


if __name__ == "__main__":
    main()
