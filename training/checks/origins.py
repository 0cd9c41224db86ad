"""Where the files come from: a camera or a file format that tells the classes apart by itself.

Where all images of one class were taken with one camera, or saved by one program, that is the easiest difference
(Geirhos et al. 2020), and no simple property of the pictures need show it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from artifact import formats
from training.checks.interface import Result, Subject
from training.checks.shortcuts import ADVICE, SIGNIFICANCE, TELLING
from training.evaluation.significance import fisher
from training.reading.dataset import Sample

NAME = "origins"


@dataclass(frozen=True)
class _Origin:
    """What a sample's file is asked for, and how its answer is told of several images."""

    name: str
    read: Callable[[Sample], str | None]
    of_value: str
    of_none: str


def _read_format(sample: Sample) -> str | None:
    suffix = PurePosixPath(sample.file.lower()).suffix
    return next((row.name for row in formats.TABLE if suffix in row.suffixes), None)


_ORIGINS = (
    _Origin("camera", lambda sample: sample.facts.provenance.camera, "were taken with {}", "name no camera"),
    _Origin("file format", _read_format, "are {} files", "have no suffix of a known format"),
)


def check(subject: Subject) -> list[Result]:
    """Report a camera, or a format, that most images of one class have and few of the other (Fisher's exact test).

    Images of one group and one origin count once; the test is corrected for the number of origins (Bonferroni).
    """
    return [result for origin in _ORIGINS if (result := _find(subject, origin)) is not None]


def _find(subject: Subject, origin: _Origin) -> Result | None:
    values = [origin.read(sample) for sample in subject.dataset.train]
    separate = set(zip(subject.dataset.train_groups.numbers.tolist(), subject.labels.tolist(), values, strict=True))
    sizes = Counter(label for _, label, _ in separate)
    counts = Counter((value, label) for _, label, value in separate)
    distinct = list(dict.fromkeys(values))
    if len(distinct) < 2 or len(sizes) < 2:
        return None

    def difference(value: str | None) -> float:
        return counts[value, 1] / sizes[1] - counts[value, 0] / sizes[0]

    value = max(distinct, key=lambda one: (abs(difference(one)), one is not None))
    no, yes = ([counts[value, label], sizes[label] - counts[value, label]] for label in (0, 1))
    area, p_value = 0.5 + abs(difference(value)) / 2, fisher(no, yes)
    if area < TELLING or p_value * len(distinct) * len(_ORIGINS) >= SIGNIFICANCE:
        return None
    classes = subject.dataset.classes
    sides = [f"{counts[value, label]} of {sizes[label]}" for label in (0, 1)]
    told = [f"{side} of {name}" for side, name in zip(sides, (classes.negative, classes.positive), strict=True)]
    if difference(value) > 0:
        told.reverse()
    of_them = origin.of_none if value is None else origin.of_value.format(value)
    return Result(
        NAME,
        "warning",
        f"By itself the {origin.name} tells the classes apart: {told[0]} {of_them}, and {told[1]}. {ADVICE}",
        {"origin": origin.name, "value": value, "auroc": area, "p_value": p_value},
    )
