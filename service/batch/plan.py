"""The plan of a job: its input in numbered parts, listed once, and what makes a resumed run the same job."""

import dataclasses
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from service.batch.listing import Input, InputError
from service.batch.storage import Folder

PLAN = "plan.json"
_SCHEMA = pa.schema([("path", pa.string())])


class PlanError(Exception):
    """The output folder holds another job than the one that was asked for."""


@dataclass(frozen=True)
class Plan:
    """What the job is.

    Attributes:
        input: The folder or list, as it was given.
        base: What relative paths begin from.
        images: How many there are.
        parts: How many parts they are in; all but the last have `part_size` images.
        paths_sha256: Of all paths in their order, each with a line feed.
        model: Name, version and SHA-256 of the network that answers.
    """

    input: str
    base: str
    images: int
    parts: int
    part_size: int
    paths_sha256: str
    model: dict[str, str]
    schema_version: int = 1


def name(number: int) -> str:
    """Return the file name of a part."""
    return f"part-{number:08d}.parquet"


def make(folder: Folder, source: Input, part_size: int, model: dict[str, str]) -> Plan:
    """List the input into the output folder; `plan.json` comes last, so that half a plan is none."""
    digest, images, parts = hashlib.sha256(), 0, 0
    for paths in _pieces(_hashed(source.paths(), digest), part_size):
        folder.write(f"plan/{name(parts)}", _encode(paths))
        images, parts = images + len(paths), parts + 1
    if not images:
        raise InputError(f"{source.url} holds no images. A folder with image files, or a list of them, was expected.")
    plan = Plan(source.url, source.base, images, parts, part_size, digest.hexdigest(), model)
    folder.write(PLAN, (json.dumps(dataclasses.asdict(plan), indent=1) + "\n").encode())
    return plan


def read(folder: Folder) -> Plan | None:
    """Return the plan in an output folder, or None where it has none; raises `PlanError` for one of another release."""
    data = folder.read(PLAN)
    if data is None:
        return None
    try:
        plan = Plan(**json.loads(data))
    except (ValueError, TypeError) as error:
        raise PlanError(f"{folder.url}/{PLAN} is not a plan that this release reads. Use a new output.") from error
    if plan.schema_version != 1:
        raise PlanError(f"{folder.url}/{PLAN} has schema {plan.schema_version}; 1 was expected. Use a new output.")
    return plan


def check(plan: Plan, source: Input, model: dict[str, str], look_again: bool) -> None:
    """Raise `PlanError` where the plan is of another input or model; `look_again` lists the input to compare it."""
    if plan.model != model:
        raise PlanError(
            f"The job in this output was begun with {_words(plan.model)}, and now it is {_words(model)}. Give the "
            f"version that it was begun with (--version {plan.model['version']}), or a new output."
        )
    if plan.input != source.url:
        raise PlanError(f"The job in this output has the input {plan.input}, not {source.url}. Use a new output.")
    if look_again:
        digest = hashlib.sha256()
        found = sum(1 for _ in _hashed(source.paths(), digest))
        if digest.hexdigest() != plan.paths_sha256:
            raise PlanError(
                f"The input has changed since the job was begun: it was {plan.images:,} images and is {found:,}. Use a "
                "new output, or finish the job as it was planned: --trust-plan"
            )


def paths(folder: Folder, number: int) -> list[str]:
    """Return the paths of one part."""
    data = folder.read(f"plan/{name(number)}")
    if data is None:
        raise PlanError(f"{folder.url}/plan/{name(number)} is missing. Restore it, or use a new output.")
    found: list[str] = pq.read_table(io.BytesIO(data)).column("path").to_pylist()
    return found


def _words(model: dict[str, str]) -> str:
    return f"{model['name']} version {model['version']} ({model['sha256'][:8]})"


def _hashed(paths: Iterable[str], digest: "hashlib._Hash") -> Iterator[str]:
    for path in paths:
        digest.update(path.encode() + b"\n")
        yield path


def _pieces(paths: Iterator[str], size: int) -> Iterator[list[str]]:
    while piece := list(islice(paths, size)):
        yield piece


def _encode(paths: list[str]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"path": paths}, _SCHEMA), file, compression="zstd")
    return file.getvalue()
