"""`python -m benchmarks.serving [--rivals all] [--rounds N] [--seconds S] [--json FILE]`; see `--help`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from artifact import store
from benchmarks.serving import environments, expert, pictures, tables
from benchmarks.serving.contestants import OTHERS, Contestant, services
from benchmarks.serving.rounds import Course, Rounds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds, print the tables as Markdown, and write every measurement where that is asked for."""
    chosen = _parser().parse_args(arguments)
    posted = [pictures.Picture(path.name, path.read_bytes()) for path in chosen.image]
    models = [
        (chosen.models / name / store.current(chosen.models, name)).absolute() for name in chosen.model.split(",")
    ]
    course = Course(
        models,
        models[0] if chosen.same_network else expert.make(chosen.cache.absolute() / "expert"),
        posted or [pictures.make(size) for size in pictures.SIZES],
        chosen.clients,
        chosen.seconds,
    )
    contestants = [*services(models), *_rivals(chosen.rivals)]
    rounds = Rounds(course, contestants, chosen.cache.absolute())
    if chosen.install:
        return 0
    found = [one for _ in range(chosen.rounds) for one in rounds.run()]
    sizes = {one.name: environments.installed_bytes(path) for one, path in rounds.environments.items()}
    titles = {one.name: one.title for one in contestants if one.name in sizes}
    if chosen.json:
        chosen.json.write_text(tables.encode(found, rounds.absent, sizes))
    print(f"{tables.machine()}; {chosen.clients} clients, {chosen.seconds:g} s each, medians of {chosen.rounds}.\n")
    print(tables.render(found, titles, sizes))
    for name, reason in rounds.absent.items():
        print(f"{name} took no part: {reason}")
    return 0


def _rivals(names: str) -> list[Contestant]:
    known = {one.name: one for one in OTHERS}
    asked = list(known) if names == "all" else [name for name in names.split(",") if name]
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise SystemExit(f"No rival is named {', '.join(unknown)}; there are {', '.join(known)}.")
    return [known[name] for name in asked]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description="Compare ways to serve a model.")
    parser.add_argument("--rivals", default="", metavar="NAMES", help="all, or names by commas; none where absent")
    parser.add_argument("--cache", type=Path, default=Path(".benchmarks"), help="the folder of their environments")
    parser.add_argument("--install", action="store_true", help="make the environments, and measure nothing")
    parser.add_argument("--models", type=Path, default=Path("models"), help="the folder of published models")
    parser.add_argument("--model", default="default", help="the model's name, or several by commas")
    parser.add_argument("--same-network", action="store_true", help="let the rivals serve the very same network")
    parser.add_argument("--image", type=Path, action="append", default=[], help="post this JPEG instead; repeatable")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write every measurement to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
