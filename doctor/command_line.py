"""What every command of this project does alike: usage errors that guess what was meant, --version, and pipes that end.

It stands here since everything may import `doctor`.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

VERSION = "0.1.0"
_CHOICES = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)")
_UNKNOWN = re.compile(r"unrecognized arguments: (--[\w-]+)")


class Parser(argparse.ArgumentParser):
    """A parser whose usage error is what is wrong, what was probably meant, and one line of usage."""

    def __init__(self, **options: Any) -> None:
        """Take argparse's options; abbreviations are off, since `--nam` would be taken as `--name` in silence."""
        layout = argparse.RawDescriptionHelpFormatter
        super().__init__(**{"allow_abbrev": False, "formatter_class": layout, **options})
        self._words: list[str] = []

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> tuple[Any, list[str]]:  # type: ignore[override]
        """Keep the words for `error`."""
        self._words = list(sys.argv[1:] if args is None else args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Print the error, and end with 2; an unknown option goes before what it may have been meant to give."""
        unknown = [word for word in self._words if word.startswith("--") and not self._knows(word.split("=")[0])]
        if unknown and message.startswith("the following arguments are required"):
            message = f"unrecognized arguments: {unknown[0]}"
        usage = " ".join(self.format_usage().split())
        guess = _guess(message, self._option_string_actions)
        end = "" if message.endswith((".", "?")) else "."
        self.exit(2, f"{self.prog}: {message}{end}{guess}\n{usage} (--help: all)\n")

    def _knows(self, word: str) -> bool:
        return word == "--" or word in self._option_string_actions


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add --version, which prints the version of this project."""
    parser.add_argument("--version", action="version", version=f"thirtyfive {VERSION}", help="print it and stop")


def add_model_version(parser: argparse.ArgumentParser, described: str) -> None:
    """Add `--version N`, a model's, which by itself prints that of this project, as everywhere."""
    parser.add_argument(
        "--version",
        nargs="?",
        action=_ModelVersion,
        metavar="N",
        help=f"{described}; without a value, print that of this program",
    )


class _ModelVersion(argparse.Action):
    """Keep the version that was named, or print this project's and stop."""

    def __call__(self, parser: argparse.ArgumentParser, chosen: argparse.Namespace, value: Any, _: Any = None) -> None:
        if value is None:
            print(f"thirtyfive {VERSION}")
            parser.exit()
        chosen.version = value


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Let whoever reads standard output stop before its end, as `| head` does; what was to come is dropped."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor does the last flush at exit complain


def nearest(given: str, known: Sequence[str]) -> str:
    """Return ` Did you mean X?` where one of the known words is near to what was given, else nothing."""
    near = difflib.get_close_matches(given, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _guess(message: str, options: dict[str, Any]) -> str:
    if found := _CHOICES.search(message):
        return nearest(found[1], re.findall(r"'([^']*)'", found[2]))
    if found := _UNKNOWN.search(message):
        return nearest(found[1], list(options))
    return ""
