"""The command line: read a training log, print what it means.

Exit code 0: healthy; 1: findings; 2: the file could not be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from doctor import plot
from doctor.context import FACTS, Context
from doctor.diagnosis import diagnose
from doctor.errors import HistoryError
from doctor.findings import Diagnosis
from doctor.many import answer_lines
from doctor.readers import READERS, read
from doctor.report import render

_ASKED = tuple(name for name, fact in FACTS.items() if fact.help is not None)


_MOST_OTHERS = 8
"""Runs beside the judged one of which a line is printed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Diagnose one log (or, with --jsonl, many) and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.jsonl:
            return _answer_many(Path(options.file))
        return _answer_one(options)
    except HistoryError as error:
        print(f"doctor: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _answer_one(options: argparse.Namespace) -> int:
    source = sys.stdin.buffer.read() if options.file == "-" else options.file
    history, found = read(source, options.format, options.run)
    given = {name: getattr(options, name) for name in _ASKED if getattr(options, name) is not None}
    known = {field.name: getattr(found, field.name) for field in fields(Context)}
    diagnosis = diagnose(history, known | given)
    if options.plot:
        plot.save(Path(options.plot), history, diagnosis)
    if options.json:
        print(json.dumps(diagnosis.to_json(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print(render(diagnosis, plot.chart(history)))
        if options.run is None:
            print("".join(_others(source, options.format, diagnosis)), end="")
    return 0 if diagnosis.healthy else 1


def _others(source: str | bytes, format: str | None, diagnosis: Diagnosis) -> Iterator[str]:
    """Judge the other runs of the log in a line each."""
    reading = diagnosis.reading
    names = [name for name in reading.runs if name != reading.run] if reading is not None else []
    for name in names[:_MOST_OTHERS]:
        try:
            verdict = diagnose(*read(source, format, name)).verdict
        except HistoryError as error:
            verdict = f"could not be read: {error}"
        yield f"\nRun {name}, by itself: {verdict}\n"
    if len(names) > _MOST_OTHERS:
        yield f"\nand {len(names) - _MOST_OTHERS} more runs: --run NAME judges one.\n"


def _answer_many(path: Path) -> int:
    for answer in answer_lines(path):
        print(json.dumps(answer, allow_nan=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m doctor", description="Say what a loss curve means."
    )
    parser.add_argument("file", help="training log, TensorBoard folder, or - for standard input")
    parser.add_argument("--format", choices=[reader.name for reader in READERS], help="found out if left out")
    parser.add_argument("--run", metavar="NAME", help="which run, where the log holds several (an error lists them)")
    parser.add_argument("--json", action="store_true", help="print the diagnosis as JSON")
    parser.add_argument("--plot", metavar="FILE", help="write the curves to FILE (.svg, or .png with matplotlib)")
    parser.add_argument("--jsonl", action="store_true", help="FILE has one run a line; print {id, labels} for each")
    for name in _ASKED:
        fact = FACTS[name]
        each: dict[str, Any] = {"type": fact.kind, "help": fact.help, "metavar": "X"}
        each |= {"nargs": "+", "metavar": "N"} if fact.several else {}
        parser.add_argument(_flag(name), **each)
    return parser


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
