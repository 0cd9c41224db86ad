"""Lines that people print themselves, and progress bars: an epoch's number, then names and values.

`Epoch [3/20], Loss: 0.45, Val Loss: 0.40`, `Epoch 2: 100%|###| 8/8 [00:00, train_loss=0.55, val_loss=0.6]` (Lightning),
`Train Epoch: 1 [640/60000 (1%)] Loss: 2.1` and below it `Test set: Average loss: 0.05, Accuracy: 9850/10000 (98%)`,
`[3] train-logloss:0.4 eval-logloss:0.5` (XGBoost), `Iteration 3, loss = 0.52` (scikit-learn), `[1, 2000] loss: 0.68`
and `Test Error:` above `Accuracy: 65.1%, Avg loss: 0.79` (PyTorch's tutorials), `step 5: train loss 2.1, val loss 2.2`,
`Epoch: [3][ 90/391] Loss 0.48 (0.52) Acc@1 75.0 (74.1)` and ` * Acc@1 71.2` (ImageNet's example, timm, torchvision).
"""

from __future__ import annotations

import itertools
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from doctor.columns import Role
from doctor.log import Log, Track
from doctor.readers.console import bare
from doctor.readers.console.choice import Row, chosen, ranked
from doctor.readers.console.counters import COUNTERS, Counter
from doctor.readers.console.groups import Counted, by_member, labels_of
from doctor.readers.console.kinds import Kind, Line, kinds_of
from doctor.readers.console.printed import other_names
from doctor.tracks import of_rows

_MOST_OTHERS = 40
_OFTEN = 3
"""Lines of one wording from which it is printed each epoch."""
_MANY_WORDS = 12
"""Words of a line from which it is a sentence."""
_SCORE = "scikit-learn's validation score was taken for the accuracy; of a regressor it is R squared."


def _read(lines: list[str]) -> Log | None:
    kinds = kinds_of(lines)
    often = Tally(line.kind for line in kinds)
    known: list[tuple[Counter, list[Counted], tuple[str, ...]]] = []
    for counter in COUNTERS:
        leads = _leads(often, counter)
        held, notes = _without_prose(_counted(kinds, counter, leads) if leads else [])
        if any(map(_has_loss, held)) and not _tells(held):
            known.append((counter, held, notes))
            if held[0].last is not None or _closes(held):
                return _log(known[-1], kinds)
    return _log(known[0], kinds) if known else None


def _leads(often: Mapping[Kind, int], counter: Counter) -> set[str]:
    """Return what stands before the number that is counted; that of prose, which stands once, only if all do."""
    leads: dict[str, int] = {}
    for kind, lines in often.items():
        lead = kind.lead(counter)
        if lead is not None:
            leads[lead] = leads.get(lead, 0) + lines
    most = max(often.values(), default=0)
    return {lead for lead, lines in leads.items() if lines >= _OFTEN or most < _OFTEN}


def _counted(lines: list[Line], counter: Counter, leads: set[str]) -> list[Counted]:
    """Return the lines that hold values, each with what was counted last."""
    found: list[Counted] = []
    last, owner, above, member = None, "", "", ""
    told = any(line.kind.member and line.kind.values("") for line in lines)
    counting = {kind for kind in {line.kind for line in lines} if kind.lead(counter) in leads}
    counts = [line.count(counter) if line.kind in counting else None for line in lines]
    for place, (line, own) in enumerate(zip(lines, counts, strict=True)):
        kind = line.kind
        if own is not None:
            last, owner = own, ""
        if line.kind.member or told:
            member = line.member()
        if _is_overtaken(place, lines, counts):
            continue
        row = line.row(above if kind.sums_up else owner)
        above = above if kind.sums_up else kind.leading
        owner = kind.heading or owner
        if row is not None:
            found.append(Counted(own, last, row, member))
    return found


def _without_prose(lines: list[Counted]) -> tuple[list[Counted], tuple[str, ...]]:
    """Return the lines without prose around the log, and a note on it.

    A wording that stands once beside others that stand three times and more is prose if it comes before all epochs, is
    long, or holds nothing but curves that are printed each epoch.
    """
    often = Tally(line.row.words for line in lines)
    if 1 not in often.values():
        return lines, ()
    each = [line for line in lines if often[line.row.words] >= _OFTEN]
    curves = {curve for line in each for curve in _curves(line)}
    places = {(line.last, curve) for line in each for curve in _curves(line)}
    prose = [line for line in lines if each and often[line.row.words] == 1 and _is_prose(line, curves, places)]
    if not prose:
        return lines, ()
    note = f"Left out as text around the log: {len(prose)} line(s) such as {prose[0].row.words!r:.70}."
    left_out = set(map(id, prose))
    return [line for line in lines if id(line) not in left_out], (note,)


def _tells(lines: Sequence[Counted]) -> bool:
    """Tell whether it is prose that tells of some epochs: no two of them in the same words, or two in a sentence."""
    epochs: dict[str, set[float | None]] = {}
    for line in lines:
        if _has_loss(line):
            epochs.setdefault(line.row.words, set()).add(line.last if line.own is None else line.own)
    if any(len(held) > 2 or (len(held) == 2 and len(words.split()) < _MANY_WORDS) for words, held in epochs.items()):
        return False
    closing = lines[0].last is None
    begun = sum(other != words and other.startswith(f"{words} ") for words in epochs for other in epochs)
    return not begun and not closing


def _is_prose(line: Counted, curves: set[str], places: set[tuple[float | None, str]]) -> bool:
    if line.own is not None:
        return all((line.own, curve) in places for curve in _curves(line))
    return line.last is None or curves >= _curves(line) or len(line.row.words.split()) >= _MANY_WORDS


def _curves(line: Counted) -> set[str]:
    return {own.curve for value in line.row.values.values() if (own := value.phrase.role) is not None}


def _is_overtaken(place: int, lines: list[Line], counts: list[float | None]) -> bool:
    """Tell whether two later states of a bar follow, so that this one, a mean so far, counts for nothing.

    Two are kept, since a line that stands once an epoch sums it up.
    """
    first, own = lines[place], counts[place]
    if own is None or not first.kind.is_bar or place + 2 >= len(lines):
        return False
    return all(counts[later] == own and first.goes_before(lines[later]) for later in (place + 1, place + 2))


def _closes(lines: Sequence[Counted]) -> bool:
    """Tell whether the number stands in the line that closes the epoch, below the others.

    Lines behind the last number are of an epoch that is not closed yet, if they hold what the first ones hold.
    """
    if not lines or lines[0].last is not None:
        return False
    rest = list(itertools.takewhile(lambda line: line.own is None, reversed(lines)))
    return not rest or (
        len(rest) < len(lines) and any(line.row.values.keys() == lines[0].row.values.keys() for line in rest)
    )


def _closed(lines: Sequence[Counted]) -> list[Row]:
    """Give each line its epoch: that of the heading above, or, where the number closes the epoch, of the line below."""
    closing = _closes(lines)
    rows, following = [], None
    for line in reversed(lines) if closing else lines:
        following = line.own if line.own is not None else following
        count = following if closing else line.last
        if count is not None:
            rows.append(line.row._replace(number=count))
    return rows[::-1] if closing else rows


def _log(found: tuple[Counter, list[Counted], tuple[str, ...]], lines: list[Line]) -> Log | None:
    counter, held_lines, said = found
    members, note = by_member(held_lines, lambda line: "loss" in _curves(line))
    held = {member: _rows(counter, own) for member, own in members.items()}
    roles = {name: own for rows in held.values() for name, own in rows.roles.items()}
    scored = any(line.kind.text.startswith("validation accuracy: ") for line in lines)
    more = [note for rows in held.values() for note in rows.notes]
    notes = dict.fromkeys([*more, *said, *([note] if note else []), *([_SCORE] if scored else [])])
    cells = [{**row, **labels_of(member)} for member, rows in held.items() for row in rows.cells]
    tracks = tuple(replace(track, role=roles.get(track.name)) for track in of_rows(cells))
    return Log((*tracks, *_others(lines, roles)), notes=tuple(notes)) if tracks else None


class _Rows(NamedTuple):
    """The rows of one run, what each of their names holds, and notes."""

    cells: list[dict[str, str | float]]
    roles: dict[str, Role]
    notes: list[str]


def _rows(counter: Counter, lines: Sequence[Counted]) -> _Rows:
    kept, notes = chosen(_closed(lines))
    roles = ranked(kept)
    notes += bare.notes_on(row.values for row in kept)
    cells = [{name: value.value for name, value in row.values.items() if name in roles} for row in kept]
    each = counter.unit == "step" and _follow([row.number for row in kept]) and not _closes_rounds(cells, roles)
    unit = "epoch" if each else counter.unit
    numbered: list[dict[str, str | float]] = [
        {unit: row.number, **held} for row, held in zip(kept, cells, strict=True) if held
    ]
    return _Rows(numbered, roles, notes)


def _follow(counts: list[float]) -> bool:
    """Tell whether iterations are counted one by one, as scikit-learn's and XGBoost's are: then they are epochs."""
    steps = {after - before for before, after in itertools.pairwise(counts)}
    return steps <= {0.0, 1.0} and 1.0 in steps


def _closes_rounds(cells: Sequence[Mapping[str, object]], roles: dict[str, Role]) -> bool:
    """Tell whether validation is printed less often than training: then it closes rounds of iterations."""
    curves = [{roles[name].curve for name in held} for held in cells]
    measured = sum(any(curve.startswith("val_") for curve in held) for held in curves)
    return 0 < measured <= sum("loss" in held for held in curves) / 2


def _others(lines: list[Line], roles: dict[str, Role]) -> list[Track]:
    """Return the names that are printed too and hold no curve, without their values."""
    names: dict[str, None] = {}
    for first in dict.fromkeys(line.kind.first for line in lines[:2000]):
        names |= dict.fromkeys(name for name in other_names(first) if name not in roles)
    return [Track(name, ()) for name in list(names)[:_MOST_OTHERS]]


def _has_loss(line: Counted) -> bool:
    roles = (value.phrase.role for value in line.row.values.values())
    return any(own is not None and own.quantity == "loss" for own in roles)


STYLE = _read
