"""The command line: `python -m service.batch INPUT OUTPUT`."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from artifact.errors import ArtifactError
from doctor.command_line import Parser, add_model_version
from service.batch import closing, layouts, listing, local, package, plan
from service.batch.job import PARTS, Job
from service.batch.layouts import LayoutError
from service.batch.lists import InputError
from service.batch.package import Package
from service.batch.plan import Plan, PlanError
from service.batch.run import Engine, run
from service.batch.storage import Folder, StorageError
from service.settings import Settings, explain, usable_cores

_EPILOG = """INPUT is a folder, a .tar or .zip, or a list (.csv, .tsv, .txt, .json, .jsonl, .parquet), also by URL (s3://...).
OUTPUT gets parts/*.parquet or .csv, problems/*.jsonl and summary.json. The same command goes on where one ended.
exit codes: 0 every part is done, 1 one is not, 2 the command was not understood, 3 what --fail-on names holds
Limits on images are the service's settings (SERVICE_MAX_PIXELS and others; docs/service.md)."""


class EngineError(Exception):
    """An engine whose packages are not installed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do a job, or what is left of it, and return the exit status."""
    chosen = _parser().parse_args(arguments)
    chosen.input, chosen.output = _absolute(chosen.input), _absolute(chosen.output)
    try:
        settings = Settings(**{key: getattr(chosen, key) for key in ("models", "model") if getattr(chosen, key)})
        packed = package.pack(settings.models, settings.model, chosen.version)
        engine = _engine(chosen)
        planned = _plan(chosen, packed)
        job = Job(chosen.output, planned.base, packed, settings, chosen.readers, planned.format)
        return closing.say(run(job, planned, engine), chosen.output, chosen.fail_on)
    except ValidationError as error:
        return _fail(explain(error))
    except (ArtifactError, EngineError, InputError, LayoutError, PlanError, StorageError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("\nStopped. The parts that are done stay; the same command goes on.")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m service.batch",
        usage="%(prog)s INPUT OUTPUT [options]",
        description="Score many images with a published model.",
        epilog=_EPILOG,
    )
    parser.add_argument("input", metavar="INPUT", help="a folder or list of images")
    parser.add_argument("output", metavar="OUTPUT", help="a folder for the results, new or of the same job")
    parser.add_argument("--model", help="the model's name (default: SERVICE_MODEL, or default)")
    add_model_version(parser, "its version (default: the current one)")
    parser.add_argument("--models", type=Path, help="the models folder (default: SERVICE_MODELS, or models)")
    parser.add_argument("--format", choices=tuple(layouts.TABLE), help="of the results (parquet; csv without pyarrow)")
    parser.add_argument("--path-column", metavar="NAME", help="the column of a list that names images, or its number")
    parser.add_argument("--engine", choices=("local", "ray"), default="local", help="processes here, or a Ray cluster")
    parser.add_argument("--part-size", type=_positive, default=1000, metavar="N", help="images in a part (1000)")
    parser.add_argument("--workers", type=_number, metavar="N", help="parts at work at once (one for a core)")
    parser.add_argument("--readers", type=_positive, default=4, metavar="N", help="files that each reads ahead (4)")
    parser.add_argument("--address", help="the Ray cluster (default: one on this machine, for this job)")
    parser.add_argument(
        "--fail-on",
        choices=tuple(closing.FAILURES),
        action="append",
        default=[],
        help="end with 3 where most answers are of images unlike the training images, or some image has no answer; "
        "may be given twice",
    )
    parser.add_argument("--trust-plan", action="store_true", help="do not list the input again to compare it")
    return parser


def _absolute(place: str) -> str:
    """Return a path that means the same in every process; a URL does already."""
    return place if "://" in place else os.path.abspath(place)


def _positive(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")


def _number(text: str) -> int:
    return 0 if text == "0" else _positive(text)


def _engine(chosen: argparse.Namespace) -> Engine:
    if chosen.engine == "local":
        return partial(local.run, workers=usable_cores() if chosen.workers is None else chosen.workers)
    try:
        tasks = importlib.import_module("service.batch.ray_tasks")
    except ImportError as error:
        raise EngineError(
            f"--engine ray needs Ray, which is not installed ({error}). Install it: pip install 'thirtyfive[ray]'"
        ) from error
    engine: Engine = partial(tasks.run, workers=chosen.workers or 0, address=chosen.address)
    return engine


def _plan(chosen: argparse.Namespace, packed: Package) -> Plan:
    folder, source = Folder(chosen.output), listing.of(chosen.input, chosen.path_column)
    planned = plan.read(folder)
    if planned is not None:
        _check_format(planned, chosen.format)
        plan.check(planned, source, packed.identity, look_again=not chosen.trust_plan)
        return planned
    if folder.names(PARTS):
        raise PlanError(f"{folder.url} holds parts without the plan that they belong to. Use a new output.")
    print(f"Listing {source.url} ...", file=sys.stderr, flush=True)
    return plan.make(folder, source, chosen.part_size, packed.identity, chosen.format or layouts.default())


def _check_format(planned: Plan, asked: str | None) -> None:
    """Raise where the job was begun with another format, or with one that cannot be written here."""
    if asked not in (None, planned.format):
        raise PlanError(
            f"The job in this output was begun with --format {planned.format}, not {asked}. Give that, or a new output."
        )
    layouts.of(planned.format)


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
