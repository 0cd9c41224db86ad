"""Of several lines of one epoch that print the same name: the one that sums up, the last state of a bar, or all.

A loop prints the loss of batches, and the epoch's at its end, often under one name. Lines are told apart by their
words: what stands once an epoch sums it up. A mean so far, as bars and meters print it, counts as it stands at the end.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from doctor.columns import SPLITS, Role
from doctor.errors import HistoryError
from doctor.readers.console.phrases import WEAKEST
from doctor.readers.console.printed import Value

_NUMBERS = re.compile(r"\d[\w.,:+-]*|\b(?:nan|inf)\b", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d]+")
_SUMMARY = frozenset({"mean", "avg", "average", "averaged", "epoch"})
_OWNERS = {word for words in SPLITS.values() for word in words} | {"inner"}


Epoch = tuple[int, float]
"""The number of a training in the text, and that of its epoch."""


class Row(NamedTuple):
    """The values of one line.

    Attributes:
        number: The epoch (or step) that it belongs to.
        words: The line without its numbers.
        values: Name -> value.
        steps: The length of its progress bar, where it is one.
    """

    number: float
    words: str
    values: dict[str, Value]
    steps: int | None = None


def words_in(line: str) -> str:
    """Return the line without its numbers and bars."""
    return " ".join(_WORDS.findall(_NUMBERS.sub(" ", line)))[:300]


def chosen(rows: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """Return the rows with the values that count, and notes on those that do not.

    Raises:
        HistoryError: Two series stand in turn under one name.
    """
    rows, notes = _second_bars(rows)
    rows = _one_name(rows)
    places: dict[tuple[Epoch, str], list[int]] = defaultdict(list)
    for place, (row, epoch) in enumerate(zip(rows, _epochs(rows), strict=True)):
        for name in row.values:
            places[epoch, name].append(place)
    single = _single(rows, places)
    dropped: dict[int, set[str]] = defaultdict(set)
    summed: set[str] = set()
    for (_, name), held in places.items():
        if len(held) == 1:
            continue
        kept = _kept(rows, held, name, single)
        if len(kept) < len(held) and not all(rows[place].values[name].running for place in held):
            summed.add(name)
        for place in set(held) - set(kept):
            dropped[place].add(name)
    for name in sorted(summed):
        notes.append(f"{name!r} is printed for batches and for epochs; the line that closes the epoch was read.")
    return [
        row._replace(values={n: v for n, v in row.values.items() if n not in dropped[place]})
        if place in dropped
        else row
        for place, row in enumerate(rows)
    ], notes


def _epochs(rows: Sequence[Row]) -> list[Epoch]:
    """Return the epoch of each row with the number of its training, as another begins where the count begins again."""
    found: list[Epoch] = []
    training, first, last = 0, float("inf"), float("-inf")
    for row in rows:
        if row.number < last and row.number <= first:
            training, first = training + 1, row.number
        first, last = min(first, row.number), row.number
        found.append((training, row.number))
    return found


def _single(rows: Sequence[Row], places: dict[tuple[Epoch, str], list[int]]) -> set[tuple[str, str]]:
    """Return the lines, and names in them, that stand at most once an epoch."""
    most: dict[tuple[str, str], int] = {}
    for (_, name), held in places.items():
        each = Counter(rows[place].words for place in held) if len(held) > 1 else {rows[held[0]].words: 1}
        for words, number in each.items():
            most[words, name] = max(most.get((words, name), 0), number)
    return {key for key, number in most.items() if number == 1}


def _kept(rows: Sequence[Row], held: list[int], name: str, single: set[tuple[str, str]]) -> list[int]:
    once = [place for place in held if (rows[place].words, name) in single]
    once = [place for place in once if not rows[place].values[name].running] or once
    if once and len(held) > 1:
        if len(once) > 1 and once == held:
            _refuse_turns(rows[once[-2]].words, rows[once[-1]].words, name)
        return once[-1:]
    running = [place for place in held if rows[place].values[name].running]
    return running[-1:] if running else held


def _refuse_turns(one: str, other: str, name: str) -> None:
    """Refuse two lines that differ in one word only, such as two models' names."""
    first, second = one.split(), other.split()
    differing = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    if len(first) == len(second) and len(differing) == 1 and not _OWNERS & {word.lower() for word in differing[0]}:
        raise HistoryError(
            f"Two series stand in turn under the name {name!r:.40}: lines with {differing[0][0]!r:.40} and with "
            f"{differing[0][1]!r:.40}. Keep the lines of one."
        )


def _one_name(rows: Sequence[Row]) -> list[Row]:
    """Give one name to what a loop calls `Loss` in some epochs and `Train Loss` in the others."""
    epochs: dict[str, set[Epoch]] = defaultdict(set)
    for row, epoch in zip(rows, _epochs(rows), strict=True):
        for name in row.values:
            epochs[name].add(epoch)
    names = {
        name: f"train {name}"
        for name, held in epochs.items()
        if f"train {name}" in epochs and not held & epochs[f"train {name}"]
    }
    if not names:
        return list(rows)
    return [
        row._replace(
            values={
                names.get(name, name): value._replace(phrase=value.phrase.owned("train")) if name in names else value
                for name, value in row.values.items()
            },
        )
        for row in rows
    ]


def ranked(rows: Sequence[Row]) -> dict[str, Role]:
    """Return what each name holds; of names for one curve, what sums up an epoch goes before what its batches say."""
    held: dict[str, list[Epoch]] = defaultdict(list)
    roles: dict[str, Role] = {}
    for row, epoch in zip(rows, _epochs(rows), strict=True):
        for name, value in row.values.items():
            if value.phrase.role is not None:
                held[name].append(epoch)
                roles[name] = value.phrase.role
    if any(own.rank < WEAKEST and own.quantity == "loss" for own in roles.values()):
        roles = {name: own for name, own in roles.items() if own.rank < WEAKEST}
    return {name: replace(own, rank=own.rank + _behind(name, own, roles, held)) for name, own in roles.items()}


def _behind(name: str, own: Role, roles: dict[str, Role], held: dict[str, list[Epoch]]) -> int:
    rivals = [n for n, o in roles.items() if n != name and (o.curve, o.part) == (own.curve, own.part)]
    single = [n for n in rivals if len(held[n]) == len(set(held[n])) >= 0.8 * len(set(held[name]))]
    summing = [n for n in single if _SUMMARY & set(n.split())]
    several = len(held[name]) > 1.2 * len(set(held[name]))
    return 5 * (bool(summing) and not _SUMMARY & set(name.split())) + 5 * (several and bool(single))


def _second_bars(rows: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """Give a second bar of an epoch, with the same names and another length, to validation."""
    first: dict[tuple[Epoch, str], int] = {}
    found, seen = [], False
    for row, epoch in zip(rows, _epochs(rows), strict=True):
        if row.steps is not None and any(value.phrase.split is None for value in row.values.values()):
            length = first.setdefault((epoch, row.words), row.steps)
            if length != row.steps:
                owned = [value._replace(phrase=value.phrase.owned("val")) for value in row.values.values()]
                row = row._replace(values={value.phrase.name: value for value in owned})
                seen = True
        found.append(row)
    note = "Each epoch prints two bars of one name and two lengths; the second was taken for validation."
    return found, [note] if seen else []
