"""One part of a job, from its paths to its file: what every engine calls, in any process, as often as it must."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from artifact.animation import is_animated
from service.batch import layouts, plan, table
from service.batch.package import Package
from service.batch.reading import Reader
from service.batch.storage import Folder
from service.batch.table import Tally
from service.inference import answers
from service.inference.answers import Means
from service.inference.model import Model
from service.intake.memory import WorkingMemory
from service.problems import Problem
from service.settings import Settings

PARTS = "parts"
PROBLEMS = "problems"


@dataclass(frozen=True, eq=False)
class Job:
    """What a process must know to score any part.

    Attributes:
        output: The output folder, as a URL or path.
        base: What relative paths begin from.
        package: The model.
        settings: Limits, the size of a run, the device: as the service has them.
        readers: Threads that read ahead in each process.
        layout: What its files are, by the name in `layouts.TABLE`.
        memory: The file by which the processes of one machine share the memory for large pictures, or None.
    """

    output: str
    base: str
    package: Package
    settings: Settings
    readers: int
    layout: str
    memory: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a part: its tally, or why it is not done."""

    number: int
    tally: Tally | None
    reason: str | None = None


def attempt(number: int, do: Callable[[], Tally]) -> Outcome:
    """Return the outcome of doing a part; a failure is one too, and does not keep other parts from being done."""
    try:
        return Outcome(number, do())
    except Exception as error:
        return Outcome(number, None, f"{type(error).__name__}: {error}")


def score(
    job: Job, number: int, without: frozenset[int] = frozenset(), note: Callable[[int], None] = lambda _: None
) -> Tally:
    """Score one part and write its file, which says that the part is done.

    Args:
        job: What to do.
        number: The part.
        without: Places in the part of images that end the process that decodes them.
        note: Is told the place of each image before it is decoded.

    Raises:
        StorageError: The input or the output does not answer; the part is not done.
        ArtifactError: The model does not pass its self-test in this process.
    """
    folder, opened = Folder(job.output), _open(job.package, job.settings)
    reader = Reader(job.base, job.settings.max_request_bytes, job.readers)
    paths = plan.paths(folder, number, job.layout)
    animations: list[int] = []
    files = _noted(reader.read(paths), without, note, animations)
    means = Means(job.settings.limits, _memory(job.settings, job.memory).hold)
    results = answers.answer(opened, files, means)
    rows = [table.row(path, result, opened.identity) for path, result in zip(paths, results, strict=True)]
    counted = table.tally(rows)
    counted.animations = sum(1 for place in animations if "code" not in rows[place])
    bad, problems = table.problems(rows), f"{PROBLEMS}/{plan.stem(number)}.jsonl"
    if bad or folder.read(problems) is not None:  # that of an attempt which ended before its part was written
        folder.write(problems, bad)
    folder.write(f"{PARTS}/{plan.name(number, job.layout)}", layouts.of(job.layout).encode(rows, counted))
    return counted


@lru_cache(maxsize=1)
def _open(package: Package, settings: Settings) -> Model:
    return package.open(settings)


@lru_cache(maxsize=1)
def _memory(settings: Settings, path: str | None) -> WorkingMemory:
    return WorkingMemory(settings.limits.working_bytes, math.inf, path)


def _noted(
    files: Iterable[bytes | Problem], without: frozenset[int], note: Callable[[int], None], animations: list[int]
) -> Iterator[bytes | Problem]:
    """Yield each file after its place was told, which is before it is decoded; a problem in place of fatal ones.

    The places of moving pictures are added to `animations`.
    """
    for place, file in enumerate(files):
        if place in without:
            detail = "Decoding this file ends the process that does it. Save it anew, or leave it out."
            yield Problem(422, "fatal", detail)
        else:
            note(place)
            if isinstance(file, bytes) and is_animated(file):
                animations.append(place)
            yield file
