"""The command line: `python -m service.ray_serve [--address ADDRESS]`."""

import argparse
import importlib.util
import signal
import sys
import threading
from collections.abc import Sequence

from pydantic import ValidationError

from doctor.command_line import Parser, add_version, reader_may_leave
from service.ray_serve.settings import ServeSettings
from service.server import listening
from service.settings import explain

MISSING = (
    "Ray is not installed, which this needs. Install it: python -m pip install '.[ray]' in a checkout of this project, "
    "or python -m pip install 'ray[serve]' a2wsgi"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return the exit status."""
    chosen = _parser().parse_args(arguments)
    if any(importlib.util.find_spec(package) is None for package in ("ray", "a2wsgi", "starlette")):
        print(MISSING, file=sys.stderr)
        return 1
    try:
        settings = ServeSettings()
    except ValidationError as error:
        print(explain(error), file=sys.stderr)
        return 1
    problem = _start(settings, chosen.address)
    if problem is not None:
        print(problem, file=sys.stderr)
        return 1
    from service.ray_serve import running

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # after Ray has set handlers of its own, which end at once
        signal.signal(number, lambda *_: stopped.set())
    with reader_may_leave():
        print(f"Serving at http://{settings.address}")
    stopped.wait()
    running.stop()
    return 0


def _start(settings: ServeSettings, address: str | None) -> str | None:
    """Start the application; return why it cannot be, or None."""
    if address is None and (problem := listening.problem_of(settings, "python -m service.ray_serve")):
        return problem
    from ray.exceptions import RayError

    from service.ray_serve import running

    try:
        running.start(settings, address)
    except ConnectionError as error:
        return f"There is no Ray cluster at {address} ({error}). Start one: ray start --head"
    except (RayError, RuntimeError, ValueError) as error:  # what Ray raises where it cannot start
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return f"Ray did not start the service ({first}). See that the cluster runs: ray status"
    return None


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m service.ray_serve",
        usage="%(prog)s [--address ADDRESS]",
        description="Serve published models on a Ray cluster.",
        epilog="Settings are environment variables; docs/scaling.md lists those beside the service's own.",
    )
    add_version(parser)
    parser.add_argument("--address", help="of a running cluster, or auto; without it one of this machine is started")
    return parser
