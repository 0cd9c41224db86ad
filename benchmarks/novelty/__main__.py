"""Run the comparison and print its tables as Markdown; see the package's documentation."""

import argparse
import io
import json
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import roc_auc_score

from artifact import image
from artifact.card import ImageSpec
from benchmarks.accuracy import sets
from benchmarks.novelty.tables import Flagged, describe, summarise
from training.backbone import Cache, whole
from training.backbone.extract import Extractor
from training.backbone.feature import FeatureKey
from training.evaluation import novelty
from training.evaluation.groups import Groups
from training.pixels import stream
from training.reading import similarity
from training.reading.dataset import Sample, label_array
from training.strategies import framing
from training.strategies.pretrained import SPEC, VARIANTS, unit_length
from training.strategies.variant import Variant

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
    """Extract once, then fit and score what is not in the log yet, and print the tables."""
    asked = _parse()
    lines = asked.log.read_text().splitlines() if asked.log and asked.log.exists() else []
    known = {_key(one): one for one in (Flagged(**json.loads(line)) for line in lines)}
    found = {name: samples[:: max(1, len(samples) // MOST)] for name, samples in sets.load(asked.folders)}
    extractor = Extractor(SPEC.height, VARIANTS[0].features, cache=Cache(), weights=whole.load())
    rows = []
    for spec in framing.specs(SPEC):
        pooled = {name: extractor.extract(stream(samples, spec)).pooled for name, samples in found.items()}
        photographs = extractor.extract(_photographs(spec)).pooled
        for variant in VARIANTS:
            kinds = {name: _describe(samples, _join(variant, pooled[name])) for name, samples in found.items()}
            for name, n in product(kinds, asked.sizes):
                key = (variant.name, spec.fit, name, n)
                if key not in known:
                    draws = [_measure(name, kinds, _join(variant, photographs), n, seed) for seed in range(asked.seeds)]
                    known[key] = Flagged(*key, *np.mean(draws, axis=0).tolist())
                    _log(asked.log, known[key])
                rows.append(known[key])
    print(summarise(rows))
    print(describe(rows))


def _key(one: Flagged) -> tuple[str, str, str, int]:
    return one.candidate, one.framing, one.name, one.n


def _log(log: Path | None, one: Flagged) -> None:
    if log:
        with log.open("a") as file:
            file.write(json.dumps(asdict(one)) + "\n")


def _join(variant: Variant, pooled: Pooled) -> Floats:
    return np.concatenate([unit_length(pooled[key]) for key in variant.novelty], axis=1)


def _describe(samples: tuple[Sample, ...], features: Floats) -> Kind:
    return Kind(label_array(samples), Groups.of(similarity.group([sample.facts for sample in samples])), features)


def _measure(name: str, kinds: dict[str, Kind], photographs: Floats, n: int, seed: int) -> list[float]:
    """Return the mean AUROC over the sets of other kinds, their share flagged, the photographs' and the own kind's."""
    kind, generator = kinds[name], np.random.default_rng(seed)
    drawn = [generator.permutation(np.flatnonzero(kind.labels == label))[: n // 2] for label in (0, 1)]
    rows = np.concatenate(drawn)
    measure = novelty.fit(kind.features[rows], kind.groups[rows])
    if measure is None:
        raise SystemExit(f"{name} has too few images that differ; at least two are needed.")
    rest = ~kind.groups.in_any_of(kind.groups[rows])
    own = novelty.measure(kind.features[rest], measure)
    others = [novelty.measure(there.features, measure) for other, there in kinds.items() if not sets.alike(name, other)]
    areas = [roc_auc_score(np.repeat([0, 1], [len(own), len(far)]), np.concatenate([own, far])) for far in others]
    return [
        float(np.mean(areas)),
        float(np.mean([(far > measure.limit).mean() for far in others])),
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
    parser.add_argument("--log", type=Path, help="file of JSON lines to keep the rows in; a rerun goes on from it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
