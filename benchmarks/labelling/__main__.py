"""Run the comparison and print its table as Markdown; see the package's documentation."""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.accuracy import baselines, sets
from benchmarks.labelling.growing import FIRST, LAST, STEP, choosers, grow
from training.backbone import Cache
from training.backbone.extract import Extractor
from training.labelling.suggesting import FEATURE, SPEC
from training.pixels import stream
from training.reading.dataset import Sample, label_array

Results = dict[tuple[str, str, int], list[tuple[float, float]]]
"""By set, way of choosing and number of labels: accuracy and log loss of each draw."""
COUNTS = range(FIRST, LAST + STEP, STEP)


def main() -> None:
    """Draw, label, test, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labelling", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="sets, in the form that training takes")
    parser.add_argument("--draws", type=int, default=10)
    asked = parser.parse_args()
    results: Results = defaultdict(list)
    names = []
    for name, samples in sets.load(asked.folders):
        if name.startswith("digits"):  # they are told apart from ten images on
            continue
        names.append(name)
        measure(name, samples, asked.draws, results)
    print(table(names, results))


def measure(name: str, samples: Sequence[Sample], draws: int, results: Results) -> None:
    """Add the results of one set."""
    labels, features = label_array(samples), baselines.features("expert", list(samples))
    kept = Extractor(SPEC.height, (FEATURE,), cache=Cache()).extract(stream(samples, SPEC)).pooled[FEATURE]
    for seed in range(draws):
        for way, choose in choosers(kept, seed).items():
            for count, accuracy, loss in grow(features, labels, seed, choose):
                results[name, way, count].append((accuracy, loss))


def table(names: Sequence[str], results: Results) -> str:
    """Return accuracy / log loss for each set, way and number of labels, and the mean over the sets."""
    lines = ["| set | chosen by | " + " | ".join(map(str, COUNTS)) + " |", "| --- | --- |" + " --- |" * len(COUNTS)]
    for name in (*names, "mean"):
        for way in ("chance", "suggest"):
            cells = []
            for count in COUNTS:
                of = names if name == "mean" else [name]
                found = [np.mean(results[one, way, count], axis=0) for one in of if results[one, way, count]]
                accuracy, loss = np.mean(found, axis=0)
                cells.append(f"{accuracy:.3f} {loss:.2f}".replace("0.", "."))
            lines.append(f"| {name} | {way} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
