"""The images: how many of each class, how they were split, which belong together, and which files were not used."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from artifact import store
from artifact.card import Classes
from artifact.report import checks
from artifact.report.listed import Listed, name, rest
from artifact.report.section import LEFT_OUT, Page, Report, Section


@dataclass(frozen=True)
class Counts:
    """Images by class."""

    train: dict[str, int] = field(default_factory=dict)
    test: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Groups:
    """What belongs together: `train` patients (videos, sites) as they are `called`, told `by` a column or a pattern.

    One may be of both classes, so those `of_class` may be more than all.
    """

    train: int
    of_class: dict[str, int] = field(default_factory=dict)
    called: str = "group"
    by: str = ""


@dataclass(frozen=True)
class Skipped:
    """A file that was not used."""

    file: str
    reason: str


@dataclass(frozen=True)
class Data:
    """What was used and what was not.

    Attributes:
        separate_train_images: Near duplicates counted once.
        rest: Of which classes the images of the rest are, where one class was set against it.
        layout: How the source was understood, in words.
        groups: None where no image belongs to another.
        folds: Of one repeat of the cross-validation.
        fingerprint: SHA-256 over all images and labels.
    """

    n_train: int | None = None
    n_test: int | None = None
    counts: Counts = field(default_factory=Counts)
    rest: Counts | None = field(default=None, metadata=LEFT_OUT)
    separate_train_images: int | None = None
    layout: str = ""
    groups: Groups | None = field(default=None, metadata=LEFT_OUT)
    folds: int | None = None
    repeats: int | None = None
    skipped: tuple[Skipped, ...] = ()
    fingerprint: str = ""

    @property
    def told(self) -> str:
        """The training images by class, as `51 not_a (30 b, 21 c), 30 a` where several classes are the rest."""
        named = [f"{count} {name}" for name, count in self.counts.train.items()]
        if named and self.rest is not None:
            named[0] += f" ({', '.join(f'{count} {name}' for name, count in self.rest.train.items())})"
        return ", ".join(named)


@dataclass(frozen=True)
class Files:
    """What the page says of files: those that repeat others, and those that were not used."""

    duplicates: list[checks.Repeated]
    unused: Listed[Skipped]


def of(report: Report) -> Data:
    """Return the section, an empty one where the report has none."""
    return report.get(DATA) or Data()


def files(report: Report) -> Files:
    """Return what is said of files."""
    return Files(checks.duplicates(report), Listed.cut(of(report).skipped, "data.skipped"))


def _lines(report: Report) -> Iterator[str]:
    for repeated in checks.duplicates(report):
        yield f"{repeated.title}:"
        yield from (f"  {' = '.join(row)}" for row in repeated.rows.first)
        yield from (f"  {line}" for line in rest(repeated.rows.more))
    unused = name(of(report).skipped, f"{store.REPORT_FILE} of the model, data.skipped")
    if unused:
        yield "Files that were not used:"
        yield from (f"  {line}" for line in unused)


CLASSES = Section("classes", Classes)
DATA = Section("data", Data, Page("files.html", files), terminal=_lines)
