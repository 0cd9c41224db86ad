"""A job from its plan to its summary: what is left to do, by an engine, in rounds."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from service.batch import layouts, plan
from service.batch.job import PARTS, Job, Outcome
from service.batch.plan import Plan
from service.batch.progress import Progress
from service.batch.storage import Folder
from service.batch.table import Tally

SUMMARY = "summary.json"
Engine = Callable[[Job, Sequence[int]], Iterator[Outcome]]
"""Yields the outcome of each of some parts in any order; parts without one are not done."""

_ROUNDS = 3
_MOST_IN_A_ROW = 20
"""Parts that fail one after another before the round ends: then it is not the parts that are at fault."""
_READERS = 16


@dataclass(frozen=True)
class Summary:
    """What a job came to.

    Attributes:
        plan: What it is.
        tally: Of the parts that are done.
        failed: Why parts are not done, by their numbers.
    """

    plan: Plan
    tally: Tally
    failed: dict[int, str]

    def to_json(self) -> dict[str, Any]:
        """Return the summary as plain values."""
        shown = self.tally.to_json()
        return {
            "complete": not self.failed,
            **{name: getattr(self.plan, name) for name in ("input", "model", "parts", "format", "paths_sha256")},
            "images": self.plan.images,
            "done": shown.pop("images"),
            **shown,
            "passed_over": self.plan.passed_over,
            "failed_parts": {self.plan.name(number): reason for number, reason in self.failed.items()},
        }


def run(job: Job, planned: Plan, engine: Engine) -> Summary:
    """Do the parts that are not done, and write the summary."""
    folder = Folder(job.output)
    before = sorted({_number(name, planned.format) for name in folder.names(PARTS)} & set(range(planned.parts)))
    tally = _tally_of(folder, planned, before)
    done, reasons = set(before), dict[int, str]()
    progress = Progress(planned.images, tally.images)
    for _ in range(_ROUNDS):
        remaining = [number for number in range(planned.parts) if number not in done]
        for outcome in _until_hopeless(engine(job, remaining) if remaining else iter(())):
            if outcome.tally is None:
                reasons[outcome.number] = outcome.reason or ""
                continue
            done.add(outcome.number)
            tally.merge(outcome.tally)
            progress.add(outcome.tally)
    lost = "processes ended before they had done a part; see that there is memory enough, or give fewer --workers"
    failed = {number: reasons.get(number, lost) for number in range(planned.parts) if number not in done}
    summary = Summary(planned, tally, failed)
    folder.write(SUMMARY, (json.dumps(summary.to_json(), indent=1, ensure_ascii=False) + "\n").encode())
    return summary


def _until_hopeless(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    in_a_row = 0
    for outcome in outcomes:
        in_a_row = in_a_row + 1 if outcome.tally is None else 0
        yield outcome
        if in_a_row == _MOST_IN_A_ROW:
            return


def _tally_of(folder: Folder, planned: Plan, numbers: Sequence[int]) -> Tally:
    """Return what earlier runs counted, from their parts."""
    read_tally = layouts.of(planned.format).read_tally

    def read(number: int) -> Tally:
        with folder.open(f"{PARTS}/{planned.name(number)}") as file:
            return read_tally(file)

    together = Tally()
    with ThreadPoolExecutor(_READERS) as pool:
        for tally in pool.map(read, numbers):
            together.merge(tally)
    return together


def _number(name: str, layout: str) -> int:
    """Return the number of a part by its file's name, or -1 for another file."""
    digits = name.removeprefix("part-").partition(".")[0]
    return int(digits) if digits.isdecimal() and plan.name(int(digits), layout) == name else -1
