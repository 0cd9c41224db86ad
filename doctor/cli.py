"""The command line: read a training log, print what it means.

Exit code 0: healthy; 1: findings; 2: the file could not be read.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from doctor import plot
from doctor.command_line import Parser, add_version, reader_may_leave
from doctor.context import FACTS, Context
from doctor.diagnosis import diagnose
from doctor.errors import HistoryError
from doctor.findings import Diagnosis
from doctor.many import answer_lines
from doctor.readers import READERS, read
from doctor.report import WIDTH, render

_ASKED = tuple(name for name, fact in FACTS.items() if fact.help is not None)


_EPILOG = """\
Every fact of the run that is given sharpens the answer.

exit codes: 0 healthy, 1 findings, 2 the log could not be read or the command not understood

example:
  python -m doctor history.csv --n-train 35 --n-val 10 --parameters 36829121"""
_DOTS = "⠁"
_NO_CHART = "(The curves are drawn where UTF-8 can be printed: PYTHONIOENCODING=utf-8)"
_METAVARS = {int: "N", float: "X", str: "NAME"}
_MOST_OTHERS = 8
"""Runs beside the judged one of which a line is printed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Diagnose one log (or, with --jsonl, many) and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.jsonl:
            return _answer_many(Path(options.file))
        text, code = _answer_one(options)
    except HistoryError as error:
        print(f"doctor: {error}", file=sys.stderr)
        return 2
    with reader_may_leave():
        print(_encodable(text))
    return code


def _answer_one(options: argparse.Namespace) -> tuple[str, int]:
    """Return what is to be printed of one log, and the exit code."""
    source = sys.stdin.buffer.read() if options.file == "-" else options.file
    history, found = read(source, options.format, options.run)
    given = {name: getattr(options, name) for name in _ASKED if getattr(options, name) is not None}
    known = {field.name: getattr(found, field.name) for field in fields(Context)}
    diagnosis = diagnose(history, known | given)
    if options.plot:
        plot.save(Path(options.plot), history, diagnosis)
    code = 0 if diagnosis.healthy else 1
    if options.json:
        return json.dumps(diagnosis.to_json(), indent=2, ensure_ascii=not _prints(_DOTS), allow_nan=False), code
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    drawn = plot.chart(history, min(64, max(20, width - 10))) if _prints(_DOTS) else _NO_CHART
    text = render(diagnosis, drawn, width)
    others = _others(source, options.format, diagnosis) if options.run is None else ()
    return "\n".join([text, *(line.rstrip("\n") for line in others)]), code


def _encodable(text: str) -> str:
    """Return the text as far as standard output can print it: a sign that it cannot becomes `?`."""
    encoding = sys.stdout.encoding or "ascii"
    return (text if _prints("×") else text.replace("×", "x")).encode(encoding, errors="replace").decode(encoding)


def _prints(text: str) -> bool:
    """Say whether standard output can print a text in its encoding."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


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
    with reader_may_leave():
        for answer in answer_lines(path):
            print(json.dumps(answer, allow_nan=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m doctor",
        usage="%(prog)s FILE [options]",
        description="Say what the loss curves of a training mean, why, and what fixes them.",
        epilog=_EPILOG,
    )
    add_version(parser)
    parser.add_argument("file", metavar="FILE", help="training log, TensorBoard folder, or - for standard input")
    parser.add_argument("--format", choices=[reader.name for reader in READERS], help="found out if left out")
    parser.add_argument("--run", metavar="NAME", help="which run, where the log holds several (an error lists them)")
    parser.add_argument("--json", action="store_true", help="print the diagnosis as JSON")
    parser.add_argument("--plot", metavar="FILE", help="write the curves to FILE (.svg, or .png with matplotlib)")
    parser.add_argument("--jsonl", action="store_true", help="FILE has one run a line; print {id, labels} for each")
    for name in _ASKED:
        fact = FACTS[name]
        each: dict[str, Any] = {"type": fact.kind, "help": fact.help, "metavar": _METAVARS.get(fact.kind, "X")}
        each |= {"nargs": "+", "metavar": "N"} if fact.several else {}
        parser.add_argument(_flag(name), **each)
    return parser


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
