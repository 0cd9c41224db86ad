"""What training printed, as pasted from a terminal: one module for each way of printing, one table.

Colours, progress bars and carriage returns are taken out first. A way of printing turns the lines into rows, or into
none where it does not know them; the first one that knows them reads.
"""

from __future__ import annotations

import json
from dataclasses import replace

from doctor.errors import HistoryError
from doctor.languages import in_english
from doctor.log import Log
from doctor.readers.base import LIKELY, NO, SURE, Reader
from doctor.readers.console import (
    boosted,
    composer,
    fits,
    histories,
    loops,
    ludwig_tables,
    spacy_table,
    tables,
    trainer,
)
from doctor.readers.console.digits import plain
from doctor.readers.console.one_or_each import one_or_each
from doctor.readers.console.prefixes import undressed, unwrapped
from doctor.readers.console.printed import Style, frames
from doctor.readers.console.processes import by_process
from doctor.readers.header import holds_curves, holds_value
from doctor.readers.source import HEAD, NOTHING_READ, Source
from doctor.readers.text import decoded

STYLES: tuple[Style, ...] = (
    fits.STYLE,
    trainer.STYLE,
    histories.STYLE,
    boosted.STYLE,
    composer.STYLE,
    spacy_table.STYLE,
    ludwig_tables.STYLE,
    tables.STYLE,
    loops.STYLE,
)
_FEWEST_ROWS = 2
_OF_ONE_BATCH = "The loss value printed in the log is the current step"
"""What Paddle says above its first epoch."""
_JUMPS = (
    "Paddle prints the loss of the last batch of each epoch, and not the epoch's mean: it jumps more than that. "
    "VisualDL's log (paddle.callbacks.VisualDL) holds every batch."
)
_MOST_LINES = 500_000
_CUT_OFF = 60_000
"""Characters from which the beginning of a file ends in the middle of JSON."""


def recognises(source: Source) -> int:
    """Tell whether the beginning of a text reads as what training printed."""
    if source.is_folder or b"\x00" in source.head[:512] or source.head.lstrip()[:1] in (b"{", b"["):
        return SURE if _is_text(source.head) and _found(source.head) else NO
    if len(source.header) > 1 and holds_curves(source.header) and not any(map(holds_value, source.header)):
        return NO  # a table with a header line
    return LIKELY if _found(source.head) else NO


def _is_text(head: bytes) -> bool:
    """Tell whether what begins with a bracket or a brace is printed text: `[3] loss:`, `[1/8] ...`, `{'loss': ...}`."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    line = text.split("\n", 1)[0]
    try:
        _, end = json.JSONDecoder(parse_int=str).raw_decode(text)
    except json.JSONDecodeError as error:
        return error.pos < min(len(line), _CUT_OFF)
    except RecursionError:
        return False
    return end < len(line.rstrip())


def _found(head: bytes) -> bool:
    try:
        text = decoded(head[: head.rfind(b"\n") + 1] if len(head) >= HEAD else head)
    except HistoryError:
        return False
    try:
        return log_of(text) is not None
    except HistoryError:
        return True  # it is known, and why it is refused is said when it is read


def read(source: Source) -> list[Log]:
    """Read the values that were printed for each epoch, those of several processes as several runs.

    Raises:
        HistoryError: Nothing in the text reads as a value of an epoch.
    """
    found = logs_of(source.text)
    if not found:
        raise HistoryError(NOTHING_READ)
    return found


def log_of(text: str) -> Log | None:
    """Return what was printed as a log, or None where no way of printing knows the text.

    Raises:
        HistoryError: The lines are those of several processes that printed other values.
    """
    found = logs_of(text)
    if len(found) > 1 and not found[-1].separate:
        names = ", ".join(f"{log.name!r:.60}" for log in found[:8])
        raise HistoryError(f"The text holds lines of {len(found)} processes: {names}. Keep those of one.")
    return found[-1] if found else None


def logs_of(text: str) -> list[Log]:
    """Return the logs that were printed: one, or one for each process whose values are its own; none of other text."""
    lines = frames(in_english(text))
    if len(lines) > _MOST_LINES:
        raise HistoryError(f"The text has more than {_MOST_LINES:,} lines; keep those that end an epoch.")
    lines = unwrapped(lines)
    parts = by_process(lines)
    if len(parts) == 1:
        return _ranks(lines)
    found = {name: log for name, part in parts.items() if (log := _log(list(part))) is not None}
    return one_or_each(found, "process") if found else _ranks(lines)


def _ranks(lines: list[str]) -> list[Log]:
    ranks = undressed(lines)
    found = {f"rank {rank}": log for rank, part in ranks.items() if (log := _styled(part)) is not None}
    if len(ranks) == 1:
        return list(found.values())
    return one_or_each(found, "rank")


def _log(lines: list[str]) -> Log | None:
    """Read the lines of one process, of its ranks those of the lowest."""
    found = _ranks(lines)
    return replace(found[-1], name=None, separate=False) if found else None


def _styled(lines: list[str]) -> Log | None:
    lines, commas = plain([line for line in lines if not line.lstrip().startswith("wandb:")])
    for style in STYLES:
        found = style(lines)
        if found is not None and len(found.tracks[0].cells if found.tracks else ()) >= _FEWEST_ROWS:
            said = (_JUMPS,) if any(line.startswith(_OF_ONE_BATCH) for line in lines[:1000]) else ()
            return replace(found, notes=(*commas, *said, *found.notes))
    return None


READER = Reader("console", recognises, read)
