"""Measure the limit and each contestant once in every round, so that what else the machine does weighs on all alike."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving import clients, environments, limit, processes
from benchmarks.serving.contestants import WORKERS, Contestant
from benchmarks.serving.pictures import Picture
from benchmarks.serving.running import NotStarted, running

LIMIT = "limit"
EXPERT_LIMIT = "expert limit"
_TOLERANCE = 0.02  # of the probability: Pillow and ONNX Runtime are the same, but someone may decode a hair differently
_WARM_SECONDS = 1.0


@dataclass(frozen=True)
class Measurement:
    """What one round found of one contestant with one picture; of the limit only the first four.

    Attributes:
        contestant: Its name, or `limit`, or `limit` and the name of another model, or `expert limit`, where the rivals
            have a network of their own.
        picture: The picture's name.
        rate: Answers a second.
        processor: Processor time of all its processes, in seconds an answer.
        p50: The median time of an answer, in seconds.
        p99: The time that 99 of 100 answers stayed below, in seconds.
        failed: Requests that failed.
        memory: Memory in bytes under load, of all its processes, divided by its workers.
        start_seconds: From start to first answer.
    """

    contestant: str
    picture: str
    rate: float
    processor: float
    p50: float | None = None
    p99: float | None = None
    failed: int | None = None
    memory: float | None = None
    start_seconds: float | None = None


@dataclass(frozen=True)
class Course:
    """What is the same for all: the pictures, how many clients, and for how many seconds each; and who runs what.

    Attributes:
        models: The folders of the versions that are served.
        expert: The folder of the network that the rivals serve.
    """

    models: Sequence[Path]
    expert: Path
    pictures: Sequence[Picture]
    clients: int
    seconds: float

    @property
    def limits(self) -> dict[str, Path]:
        """The networks whose limit is measured, by what that is called."""
        first, *others = self.models
        found = {LIMIT: first} | {f"{LIMIT} {folder.parent.name}": folder for folder in others}
        return found if self.expert in self.models else found | {EXPERT_LIMIT: self.expert}


class Rounds:
    """Runs rounds, and remembers who could not take part and why."""

    def __init__(self, course: Course, contestants: Iterable[Contestant], cache: Path) -> None:
        """Make the environment of each contestant; one that cannot be made is left out, with the reason."""
        self.course = course
        self.absent: dict[str, str] = {}
        self.environments: dict[Contestant, Path] = {}
        for contestant in contestants:
            try:
                self.environments[contestant] = environments.make(contestant.requirements, cache)
            except environments.NotInstalled as error:
                self.absent[contestant.name] = str(error)

    def run(self) -> list[Measurement]:
        """Measure everyone once."""
        found = self._limits()
        for contestant, environment in self.environments.items():
            try:
                found += self._contestant(contestant, environment)
            except NotStarted as error:
                self.absent[contestant.name] = str(error)
        self.environments = {one: path for one, path in self.environments.items() if one.name not in self.absent}
        return found

    def _limits(self) -> list[Measurement]:
        found = []
        for picture in self.course.pictures:
            for name, folder in self.course.limits.items():
                most = limit.measure(folder, picture.file, WORKERS, self.course.seconds)
                found.append(Measurement(name, picture.name, most.rate, most.processor))
                _say(found[-1])
        return found

    def _contestant(self, contestant: Contestant, environment: Path) -> list[Measurement]:
        course, found = self.course, []
        folder = contestant.model or course.expert
        first = contestant.post(course.pictures[0].file)
        with running(contestant, environment, folder, first) as server:
            self._check(folder, server.probability)
            for picture in course.pictures:
                post = contestant.post(picture.file)
                clients.run(server.port, post, course.clients, _WARM_SECONDS)
                before = processes.processor_seconds(server.processes())
                load = clients.run(server.port, post, course.clients, course.seconds)
                alive = server.processes()
                used = (processes.processor_seconds(alive) - before) / load.answers
                memory = processes.proportional_bytes(alive) / WORKERS
                seen = (load.rate, used, load.p50, load.p99, load.failed, memory, server.start_seconds)
                found.append(Measurement(contestant.name, picture.name, *seen))
                _say(found[-1])
        return found

    def _check(self, folder: Path, probability: float) -> None:
        """Leave out, by `NotStarted`, who does not do the same work."""
        expected = limit.probability(folder, self.course.pictures[0].file)
        if abs(probability - expected) > _TOLERANCE:
            raise NotStarted(f"It says {probability:.4f} of the picture, where {expected:.4f} was expected.")


def _say(found: Measurement) -> None:
    times = f"p50 {1e3 * found.p50:6.1f} ms, p99 {1e3 * found.p99:6.1f} ms" if found.p50 and found.p99 else ""
    line = f"{found.contestant:14} {found.picture:12} {found.rate:7.1f}/s {1e3 * found.processor:7.2f} ms processor"
    print(line, times, file=sys.stderr, flush=True)
