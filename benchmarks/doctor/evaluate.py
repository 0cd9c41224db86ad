"""Judge labelled runs with the doctor and with other systems.

    python -m benchmarks.doctor.evaluate runs.jsonl [--mistakes] [--training-only] [--no-rivals]

Runs that say what kind of loss theirs is (`task`) are also scored by kind: two classes, more classes, other losses.
Others are credited generously: a verdict of theirs that may stand for several labels counts as the right ones.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.doctor.dataset import read_runs, training_only
from benchmarks.doctor.report import render, summary
from benchmarks.doctor.rivals import INSTALLED, RULES
from benchmarks.doctor.rivals.curves import Verdict, generous
from benchmarks.doctor.rivals.installed import verdicts
from benchmarks.doctor.scoring import Answer, Score, score
from doctor import diagnose


def doctor_answers(runs: list[dict[str, Any]]) -> list[Answer]:
    """Let the doctor judge every run."""
    return [(diagnose(run["epochs"], run["context"]).labels, run["labels"], run["tolerated"]) for run in runs]


def kind_of(run: dict[str, Any]) -> str:
    """Return the kind of task that a run says it is of; runs made before there were kinds are of two classes."""
    task = str(run.get("task", "binary"))
    if task.startswith("binary"):
        return "two classes"
    return "more classes" if "class" in task else "other losses"


def by_kind(runs: list[dict[str, Any]], answers: list[Answer]) -> dict[str, list[Answer]]:
    """Group the answers by the kind of task, in order of appearance."""
    kinds: dict[str, list[Answer]] = {}
    for run, answer in zip(runs, answers, strict=True):
        kinds.setdefault(kind_of(run), []).append(answer)
    return kinds


def rival_score(runs: list[dict[str, Any]], said: list[list[Verdict]]) -> Score:
    """Score a rival; too_small_validation, which none of them knows, is left out of its score."""
    answers = []
    for run, words in zip(runs, said, strict=True):
        labels = [label for label in run["labels"] if label != "too_small_validation"]
        answers.append((generous(words, labels, run["tolerated"]), labels, run["tolerated"]))
    return score(answers)


def confusion(answers: list[Answer], most: int = 15) -> list[str]:
    """Return the commonest ways of being wrong."""
    pairs: Counter[tuple[str, str]] = Counter()
    for said, labels, tolerated in answers:
        missed = sorted(set(labels) - set(said) - set(tolerated)) or ["-"]
        wrong = sorted(set(said) - set(labels) - set(tolerated)) or ["-"]
        if missed != ["-"] or wrong != ["-"]:
            pairs[" + ".join(missed), " + ".join(wrong)] += 1
    return [f"| {missed} | {wrong} | {count} |" for (missed, wrong), count in pairs.most_common(most)]


def print_rivals(runs: list[dict[str, Any]], python: Path | None) -> None:
    """Print what the other systems score, the installed ones where there is a `python` that has them."""
    print("\n## others, credited generously\n")
    for name, rule in RULES.items():
        print(f"- {name}: {summary(rival_score(runs, [rule(run) for run in runs]))}")
    if python is None:
        return
    for package, name in INSTALLED.items():
        said = verdicts(runs, package, python)
        print(f"- {name}: {summary(rival_score(runs, said)) if said is not None else 'could not be run'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--rivals-python", type=Path, help="python of an environment with the installed rivals")
    parser.add_argument("--mistakes", action="store_true", help="list the runs that were judged wrongly")
    parser.add_argument("--training-only", action="store_true", help="hide validation from everybody")
    parser.add_argument("--no-rivals", action="store_true", help="judge with the doctor only")
    options = parser.parse_args()
    runs = read_runs(options.runs)
    if options.training_only:
        runs = [training_only(run) for run in runs]
    answers = doctor_answers(runs)
    print(render(f"the doctor on {options.runs.name} ({len(runs)} runs)", score(answers)))
    kinds = by_kind(runs, answers)
    if len(kinds) > 1:
        print("\n" + "\n".join(f"- {kind} ({len(some)}): {summary(score(some))}" for kind, some in kinds.items()))
    print("\n| missed | said instead | runs |\n| --- | --- | ---: |\n" + "\n".join(confusion(answers)))
    if not (options.training_only or options.no_rivals):  # the others' rules compare with validation
        print_rivals(runs, options.rivals_python)
    if options.mistakes:
        for run, (said, labels, tolerated) in zip(runs, answers, strict=True):
            if set(said) - set(tolerated) != set(labels) - set(tolerated):
                print(run["id"], run.get("cause"), sorted(labels), "said", sorted(said))


if __name__ == "__main__":
    main()
