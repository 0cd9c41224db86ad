"""The options that say where a result is published, and what it may replace."""

import argparse
import re
from pathlib import Path

from artifact import store
from artifact.errors import ArtifactError

EXAMPLE = "default"
"""The name of what is trained on the built-in example."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser, as the group `result`."""
    group = parser.add_argument_group("result")
    group.add_argument("--name", help=f"name to publish under (default: DATA_DIR's; of the example {EXAMPLE!r})")
    group.add_argument(
        "--models", type=Path, default=Path("models"), metavar="DIR", help="where (default: %(default)s)"
    )
    served = group.add_mutually_exclusive_group()
    served.add_argument(
        "--only-if-better",
        action="store_true",
        help="serve it only where it is surely better than the version that is served, on images new to both",
    )
    served.add_argument(
        "--replace",
        action="store_true",
        help="publish over a model of other classes, and serve this one even where it is clearly worse",
    )


def name_of(asked: argparse.Namespace, parser: argparse.ArgumentParser) -> str:
    """Return the name to publish under: the one that was said, else the one of the folder or file of images."""
    if asked.name is not None or asked.data is None:
        return asked.name or EXAMPLE
    path = Path(asked.data).resolve()
    name = re.sub(r"[^a-z0-9_-]+", "-", (path.name if path.is_dir() else path.stem).lower()).strip("-_")[:64]
    try:
        return store.check_name(name)
    except ArtifactError:
        parser.error(f"{path.name!r} makes no name for a model. Say one: --name NAME")
