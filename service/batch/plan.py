"""The plan of a job: its input in numbered parts, listed once, and what makes a resumed run the same job."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from artifact.counting import counted
from artifact.passed import PassedOver
from service.batch import layouts
from service.batch.listing import Input
from service.batch.lists import InputError
from service.batch.storage import Folder

PLAN = "plan.json"


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
        format: The layout of its files, by its name in `layouts.TABLE`.
        passed_over: What the listing left out, as `PassedOver.to_json` gives it.
    """

    input: str
    base: str
    images: int
    parts: int
    part_size: int
    paths_sha256: str
    model: dict[str, str]
    format: str = "parquet"
    passed_over: dict[str, Any] = field(default_factory=dict)
    schema_version: int = 1

    def name(self, number: int) -> str:
        """Return the file name of a part."""
        return name(number, self.format)


def name(number: int, layout: str) -> str:
    """Return the file name of a part in a layout."""
    return f"{stem(number)}{layouts.of(layout).suffix}"


def stem(number: int) -> str:
    """Return the name of a part without a suffix."""
    return f"part-{number:08d}"


def make(folder: Folder, source: Input, part_size: int, model: dict[str, str], layout: str) -> Plan:
    """List the input into the output folder; `plan.json` comes last, so that half a plan is none."""
    digest, images, parts, passed = hashlib.sha256(), 0, 0, PassedOver()
    encode = layouts.of(layout).encode_paths
    for paths in _pieces(_hashed(source.paths(passed), digest), part_size):
        folder.write(f"plan/{name(parts, layout)}", encode(paths))
        images, parts = images + len(paths), parts + 1
    if not images:
        raise InputError(_no_images(source, passed))
    plan = Plan(
        *(source.url, source.base, images, parts, part_size, digest.hexdigest(), model, layout, passed.to_json())
    )
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
        found = sum(1 for _ in _hashed(source.paths(PassedOver()), digest))
        if digest.hexdigest() != plan.paths_sha256:
            raise PlanError(
                f"The input has changed since the job was begun: it was {counted(plan.images, 'image')} and "
                f"is {found:,}. Use a new output, or finish the job as it was planned: --trust-plan"
            )


def paths(folder: Folder, number: int, layout: str) -> list[str]:
    """Return the paths of one part."""
    file = f"plan/{name(number, layout)}"
    data = folder.read(file)
    if data is None:
        raise PlanError(f"{folder.url}/{file} is missing. Restore it, or use a new output.")
    return layouts.of(layout).decode_paths(data)


def _no_images(source: Input, passed: PassedOver) -> str:
    said = f"{source.url} holds no images. A folder with image files, or a list of them, was expected."
    if passed.files:
        said += f" {passed.sentence()}. Images whose names do not say so are answered where a list names them."
    return said


def _words(model: dict[str, str]) -> str:
    return f"{model['name']} version {model['version']} ({model['sha256'][:8]})"


def _hashed(paths: Iterable[str], digest: "hashlib._Hash") -> Iterator[str]:
    for path in paths:
        digest.update(path.encode() + b"\n")
        yield path


def _pieces(paths: Iterator[str], size: int) -> Iterator[list[str]]:
    while piece := list(islice(paths, size)):
        yield piece
