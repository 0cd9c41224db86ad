"""Lines that people print themselves, and progress bars: an epoch's number, then names and values.

`Epoch [3/20], Loss: 0.45, Val Loss: 0.40`, `Epoch 2: 100%|###| 8/8 [00:00, train_loss=0.55, val_loss=0.6]` (Lightning),
`Train Epoch: 1 [640/60000 (1%)] Loss: 2.1` and below it `Test set: Average loss: 0.05, Accuracy: 9850/10000 (98%)`,
`[3] train-logloss:0.4 eval-logloss:0.5` (XGBoost), `Iteration 3, loss = 0.52` (scikit-learn), `[1, 2000] loss: 0.68`
and `Test Error:` above `Accuracy: 65.1%, Avg loss: 0.79` (PyTorch's tutorials), `step 5: train loss 2.1, val loss 2.2`,
`Epoch: [3][ 90/391] Loss 0.48 (0.52) Acc@1 75.0 (74.1)` and ` * Acc@1 71.2` (ImageNet's example, timm, torchvision).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from doctor.columns import Role, words_of
from doctor.log import Log, Track
from doctor.readers.console.choice import Row, chosen, ranked, words_in
from doctor.readers.console.counters import COUNTERS, Counter
from doctor.readers.console.phrases import SPLIT_OF
from doctor.readers.console.printed import other_names, values
from doctor.readers.console.reworded import reworded
from doctor.readers.console.shared import spelled_out
from doctor.tracks import of_rows

_MOST_WORDS, _MOST_OTHERS = 4, 40
_ABOUT = re.compile(
    r"improved|did not improve|early ?stop|restor|\bsav(?:ing|ed)\b|\bbest\b|patience|checkpoint|decreased",
    re.IGNORECASE,
)
"""From here on a line speaks of the best epoch, or of weights that were saved."""
_SCORE = "scikit-learn's validation score was taken for the accuracy; of a regressor it is R squared."
_BAR = re.compile(r"\d+%\s*[|━█]|it/s|s/it|\[=*>?\.*\]|━{3}")
_LENGTH = re.compile(r"(?<![\d.])\d+/(\d+)(?![\d.])")
_VALIDATING = {"evaluating": "eval", "validating": "val", "testing": "test"}


@dataclass(frozen=True)
class _Line:
    """A line with values: the number that it counts itself, or None, and the one that was counted last."""

    own: float | None
    last: float | None
    row: Row


def _read(lines: list[str]) -> Log | None:
    cut = [spelled_out(_before(reworded(line))) for line in lines]
    known: list[tuple[Counter, list[_Line]]] = []
    for counter in COUNTERS:
        held = _counted(cut, counter) if any(counter.find(line) is not None for line in cut) else []
        if any(map(_has_loss, held)):
            known.append((counter, held))
            if held[0].last is not None or _closes(held):
                return _log(_closed(held), counter, cut)
    return _log(_closed(known[0][1]), known[0][0], cut) if known else None


def _before(line: str) -> str:
    found = _ABOUT.search(line)
    return line[: found.start()] if found else line


def _counted(lines: list[str], counter: Counter) -> list[_Line]:
    """Return the lines that hold values, each with what was counted last."""
    found: list[_Line] = []
    last, owner, above, counts = None, "", "", False
    for line in lines:
        own = counter.find(line)
        if own is not None:
            last, owner, counts = own, "", True
        summing = line.lstrip().startswith("* ")  # ` * Acc@1 71.2` sums up the lines above, `Test: [78/79] ...`
        held = {value.phrase.name: value for value in values(line, above if summing else owner)}
        above = above if summing else _leading(line)
        owner = _heading(line) or owner
        if not held:
            continue
        bar = _BAR.search(line) is not None
        lengths = _LENGTH.findall(line) if bar else []
        if bar:
            held = {name: replace(value, running=True) for name, value in held.items()}
        row = Row(0.0, words_in(line), held, int(lengths[-1]) if lengths else None)
        found.append(_Line(own, last, row))
    return found if counts else []


def _closes(lines: Sequence[_Line]) -> bool:
    """Tell whether the number stands in the line that closes the epoch, below the others."""
    return bool(lines) and lines[0].last is None and lines[-1].own is not None


def _closed(lines: Sequence[_Line]) -> list[Row]:
    """Give each line its epoch: that of the heading above, or, where the number closes the epoch, of the line below."""
    closing = _closes(lines)
    rows, following = [], None
    for line in reversed(lines) if closing else lines:
        following = line.own if line.own is not None else following
        count = following if closing else line.last
        if count is not None:
            rows.append(replace(line.row, count=count))
    return rows[::-1] if closing else rows


def _log(rows: list[Row], counter: Counter, lines: list[str]) -> Log | None:
    kept, notes = chosen(rows)
    notes += [_SCORE] if any(line.startswith("validation accuracy: ") for line in lines) else []
    roles = ranked(kept)
    cells = [{name: value.value for name, value in row.values.items() if name in roles} for row in kept]
    unit = "epoch" if counter.unit == "step" and _follow([row.count for row in kept]) else counter.unit
    numbered = [{unit: row.count, **held} for row, held in zip(kept, cells, strict=True) if held]
    tracks = tuple(replace(track, role=roles[track.name]) for track in of_rows(numbered))
    return Log((*tracks, *_others(lines, roles)), notes=tuple(notes)) if tracks else None


def _follow(counts: list[float]) -> bool:
    """Tell whether iterations are counted one by one, as scikit-learn's and XGBoost's are: then they are epochs."""
    steps = {after - before for before, after in itertools.pairwise(counts)}
    return steps <= {0.0, 1.0} and 1.0 in steps


def _others(lines: list[str], roles: dict[str, Role]) -> list[Track]:
    """Return the names that are printed too and hold no curve, without their values."""
    names: dict[str, None] = {}
    for line in lines[:2000]:
        names |= dict.fromkeys(name for name in other_names(line) if name not in roles)
    return [Track(name, ()) for name in list(names)[:_MOST_OTHERS]]


def _has_loss(line: _Line) -> bool:
    roles = (value.phrase.role for value in line.row.values.values())
    return any(own is not None and own.quantity == "loss" for own in roles)


def _leading(line: str) -> str:
    """Return whose the values are of a line that begins with that, as in `Test: [78/79] Loss 0.5`."""
    first = words_of(line[:20])[:1]
    return first[0] if first and first[0] in SPLIT_OF else ""


def _heading(line: str) -> str:
    """Return whose the values below `Test Error:` or `--- Validation ---` are; nothing where it is no such line."""
    words = words_of(line)
    if not 0 < len(words) <= _MOST_WORDS or (any(map(str.isdigit, line)) and not line.rstrip().endswith(":")):
        return ""
    return next((_VALIDATING.get(word, word) for word in words if word in SPLIT_OF or word in _VALIDATING), "")


STYLE = _read
