"""Run the comparison and print its tables as Markdown; see the package's documentation."""

import argparse
import json
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras

from benchmarks.accuracy import sets, tables
from benchmarks.accuracy.tables import Results
from benchmarks.accuracy.trial import Asked, Row, run
from training.backbone import Cache
from training.strategies import ON_REQUEST, STRATEGIES

ONCE = ("scratch", "autoencoder", "question")
"""Strategies that take long to cross-validate and hardly ever win."""
CONTESTING = tuple(name for name in STRATEGIES if name not in ON_REQUEST)


def main() -> None:
    """Draw, train, test, and print."""
    asked = _parse()
    trial = Asked([name for name in asked.strategies if name not in asked.once], asked.once, asked.each)
    done = _read(asked.log)
    results: Results = defaultdict(lambda: defaultdict(list))
    for name, samples in sets.load(asked.folders):
        if asked.only and name not in asked.only:
            continue
        for n in asked.sizes:
            for seed in range(asked.seeds):
                found = done.get((name, n, seed))
                if found is None:
                    train, test = sets.draw(samples, n, seed, asked.most_test)
                    found = list(run(train, test, trial, seed, Cache()))
                    _log(asked.log, [{"set": name, "n": n, "seed": seed, **asdict(row)} for row in found])
                    keras.backend.clear_session()
                for row in found:
                    results[name, n][row.candidate].append(row)
    print(tables.summarise(results))
    print(tables.describe(results))


def _read(log: Path | None) -> dict[tuple[str, int, int], list[Row]]:
    """Return the draws that are done, by set, size and seed."""
    found: dict[tuple[str, int, int], list[Row]] = defaultdict(list)
    for line in log.read_text().splitlines() if log and log.exists() else ():
        entry = json.loads(line)
        key = (entry.pop("set"), entry.pop("n"), entry.pop("seed"))
        found[key].append(Row(**entry))
    return found


def _log(log: Path | None, entries: list[dict[str, Any]]) -> None:
    """Append a draw's rows at once, so that a draw is there whole or not at all."""
    if log:
        with log.open("a") as file:
            file.write("".join(json.dumps(entry) + "\n" for entry in entries))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="further sets, in the form that training takes")
    parser.add_argument("--sizes", nargs="+", type=int, default=[10, 35, 100], help="training images")
    parser.add_argument("--seeds", type=int, default=3, help="draws of each size")
    parser.add_argument("--strategies", nargs="+", default=list(CONTESTING), choices=STRATEGIES)
    parser.add_argument("--once", nargs="*", default=list(ONCE), choices=STRATEGIES, help="fitted once, not contesting")
    parser.add_argument("--only", nargs="+", help="names of the sets to run")
    parser.add_argument("--each", action="store_true", help="finish and test every candidate, not the chosen one only")
    parser.add_argument("--most-test", type=int, default=300, help="test images at most")
    parser.add_argument("--log", type=Path, help="file of JSON lines to keep the rows in; a rerun goes on from it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
