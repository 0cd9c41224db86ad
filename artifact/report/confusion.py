"""What was taken for what, by models that had not seen the image, with the images behind each number."""

from dataclasses import dataclass

from artifact.report.photos import WRONG
from artifact.report.section import Page, Report, Section


@dataclass(frozen=True)
class Shown:
    """An image, with a small copy (JPEG, base64)."""

    file: str
    thumbnail: str


@dataclass(frozen=True)
class Cell:
    """The images of one class that were said to be of one class: how many, the first files, and a few to see."""

    actual: str
    predicted: str
    count: int
    files: tuple[str, ...] = ()
    images: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Confusion:
    """A cell for each pair of classes, and how the answers were made."""

    rows: tuple[Cell, ...] = ()
    method: str = ""


@dataclass(frozen=True)
class Table:
    """What the page says of it: the cells by what was shown and what was said."""

    cells: dict[str, dict[str, Cell]]
    has_wrong: bool


def _shown(report: Report) -> Table | None:
    section = report.get(CONFUSION) or Confusion()
    cells: dict[str, dict[str, Cell]] = {}
    for cell in section.rows:
        cells.setdefault(cell.actual, {})[cell.predicted] = cell
    wrong = report.get(WRONG)
    return Table(cells, wrong is not None and bool(wrong.images)) if cells else None


CONFUSION = Section("confusion", Confusion, Page("confusion.html", _shown))
