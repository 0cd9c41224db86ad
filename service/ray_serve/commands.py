"""The command line: `python -m service.ray_serve [--address ADDRESS]`."""

import argparse
import importlib.util
import signal
import sys
import threading
from collections.abc import Sequence

from pydantic import ValidationError

from service.ray_serve.settings import ServeSettings
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
    from service.ray_serve import running

    try:
        running.start(settings, chosen.address)
    except ConnectionError as error:
        print(f"There is no Ray cluster at {chosen.address} ({error}). Start one: ray start --head", file=sys.stderr)
        return 1
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # after Ray has set handlers of its own, which end at once
        signal.signal(number, lambda *_: stopped.set())
    print(f"Serving at http://{settings.address}", flush=True)
    stopped.wait()
    running.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m service.ray_serve",
        description="Serve published models on a Ray cluster.",
        epilog="Settings are environment variables; docs/scaling.md lists those beside the service's own.",
    )
    parser.add_argument("--address", help="of a running cluster, or auto; without it one of this machine is started")
    return parser
