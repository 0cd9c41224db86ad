"""Columns of 0 and 1, or of true and false, that tell training from testing: `is_test`, fastai's `is_valid`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from artifact.lists.headings import plain
from artifact.lists.tables import Table
from training.reading.columns import FALSE, LABELS, TRUE
from training.reading.found import Part

_PART = "train|training|test|testing|holdout|val|valid|validation"
_FLAG = re.compile(rf"(is|in|for|use_for)_?({_PART})|({_PART})_flag")
_BARE = re.compile("train|training|test|testing|val|validation")
_OTHER: dict[Part, Part] = {"train": "test", "validation": "train", "test": "train"}


def spell_out(table: Table) -> Table:
    """Return the table with `train` and `test` in the cells of such columns, in place of yes and no.

    A column called only `train` or `test` is one of them where another column is headed as the classes are: without
    that it may be a class of its own.
    """
    heading = table.heading
    if heading is None:
        return table
    labelled = any(plain(name) in LABELS for name in heading)
    found = {at: part for at, name in enumerate(heading) if (part := _part(plain(name), labelled))}
    found = {at: part for at, part in found.items() if _tells(part, [row[at] for row in table.rows])}
    if not found:
        return table
    rows = [[_word(cell, found[at]) if at in found else cell for at, cell in enumerate(row)] for row in table.rows]
    return replace(table, rows=rows)


def is_flag(heading: str) -> bool:
    """Tell whether a heading is that of such a column."""
    return _part(plain(heading), labelled=True) is not None


def _part(name: str, labelled: bool) -> Part | None:
    if not (_FLAG.fullmatch(name) or (labelled and _BARE.fullmatch(name))):
        return None
    return "train" if "train" in name else "validation" if "val" in name else "test"


def _tells(part: Part, cells: Sequence[str]) -> bool:
    """Tell whether the cells say yes and no; `is_valid` of most rows says that these are sound images."""
    if not any(cells) or not all(cell.lower() in TRUE | FALSE for cell in cells if cell):
        return False
    return part != "validation" or sum(cell.lower() in TRUE for cell in cells) <= len(cells) / 2


def _word(cell: str, part: Part) -> str:
    if not cell:
        return cell
    return part if cell.lower() in TRUE else _OTHER[part]
