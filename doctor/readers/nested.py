"""Histories in other JSON: rows of pandas, objects by epoch, sets within quantities, results beside settings.

Whatever the shape, it becomes rows (one mapping an epoch) or columns (one list a name), and of an object that holds
none itself those that its entries hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from doctor.columns import SPLITS, error_role, role
from doctor.readers.shapes import flat
from doctor.tracks import is_axis

HOLDERS = dict.fromkeys(("history", "epochs", "log_history", "metrics", "logs")).keys()
"""Keys under which a history may stand in an object; they are looked at first."""
_WRAPPERS = frozenset({"record", "extra", "metrics", "data", "fields", "payload", "log", "values", "scalars"})
_EPOCH = re.compile(r"(?:epoch|ep|e|round)?[ _-]?(\d{1,9})", re.IGNORECASE)
_SETS = frozenset(word for words in SPLITS.values() for word in words)
_DEEPEST = 4
_MOST = 200
Rows = list[Mapping[str, Any]]
Columns = dict[str, list[Any]]


def histories(value: Any, depth: int = _DEEPEST) -> Iterator[tuple[str, Rows | Columns]]:
    """Yield each history in a value, with the keys that lead to it; `""` where it is the value itself."""
    held: Rows | Columns | None = _rows(value)
    if held is None and isinstance(value, Mapping):
        held = _columns(value)
    if held and _holds_curves(held):
        yield "", held
        return
    for key, item in _entries(value) if depth else ():
        for path, found in histories(item, depth - 1):
            yield f"{key}/{path}".strip("/"), found


def _entries(value: Any) -> list[tuple[str, Any]]:
    """Return what may hold a history; where one is called so, no other entry is looked at."""
    if isinstance(value, Mapping):
        named = [(key, value[key]) for key in HOLDERS if isinstance(value.get(key), (list, dict))]
        named = [(key, item) for key, item in named if any(True for _ in histories(item, 1))]
        return named[:1] or [(str(key), item) for key, item in list(value.items())[:_MOST] if key != "context"]
    if isinstance(value, list):
        return [(str(number), item) for number, item in enumerate(value[:_MOST], 1)]
    return []


def _rows(value: Any) -> Rows | None:
    """Return rows, or None where the value is not a list of them in any of the shapes."""
    if isinstance(value, Mapping):
        if isinstance(value.get("columns"), list) and _is_table(value.get("data")):
            return [dict(zip(map(str, value["columns"]), row, strict=False)) for row in value["data"]]  # pandas' split
        if len(sets := [key for key in value if str(key).lower() in _SETS and _is_rows(value[key])]) > 1:
            return _of_sets({str(key): value[key] for key in sets})
        if "schema" in value and isinstance(value.get("data"), list):
            return _rows(value["data"])  # pandas' table
        return _by_epoch(value)
    if not isinstance(value, list) or not value:
        return None
    if _is_table(value) and all(isinstance(name, str) for name in value[0]):
        return [dict(zip(value[0], row, strict=False)) for row in value[1:]]
    if not all(isinstance(row, dict) for row in value):
        return None
    if any(isinstance(item, list) and role(str(name)) for row in value[:3] for name, item in row.items()):
        return None  # each is a history
    return plain_rows(value)


def plain_rows(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return rows without nesting: `{"train": {"loss": 0.5}}` has the column `train/loss`."""
    if not any(isinstance(item, Mapping) for row in rows[:10] for item in row.values()):
        return list(rows)
    return [_unwrapped(dict(flat(row))) for row in rows]


def _unwrapped(row: dict[str, Any]) -> dict[str, Any]:
    """Drop from names what only says that a logger holds them: `record/extra/train_loss` (loguru), `metrics/epoch`."""
    names = {name: "/".join(part for part in name.split("/") if part not in _WRAPPERS) or name for name in row}
    return {names[name] if list(names.values()).count(names[name]) == 1 else name: item for name, item in row.items()}


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _of_sets(sets: Mapping[str, Sequence[Mapping[str, Any]]]) -> Rows:
    """Return the rows of each set with its name before theirs: `{"train": [{"loss": 0.5}], "val": [...]}`."""
    return [
        {
            **({} if any(map(is_axis, row)) else {"epoch": number}),
            **{name if is_axis(name) else f"{own}/{name}": item for name, item in row.items()},
        }
        for own, rows in sets.items()
        for number, row in enumerate(plain_rows(rows), 1)
    ]


def _by_epoch(value: Mapping[str, Any]) -> Rows | None:
    """Return the rows of an object of epochs: `{"1": {"loss": 0.5}}`, `{"epoch_1": {...}}`."""
    found = [_EPOCH.fullmatch(str(key)) for key in list(value)[:10]]
    if not found or not all(found) or not all(isinstance(row, Mapping) for row in value.values()):
        return None
    rows = []
    for key, row in value.items():
        number = _EPOCH.fullmatch(str(key))
        if number is None:
            return None
        rows.append({**({} if any(map(is_axis, row)) else {"epoch": int(number[1])}), **row})
    return plain_rows(rows)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) and row for row in value)


def _columns(value: Mapping[str, Any]) -> Columns:
    """Return the lists of numbers in an object, also those of its objects where these are sets or quantities."""
    listed = _listed(value, 3)
    inside = [name for name, item in listed.items() if isinstance(item, Mapping)]
    depth = 3 if sum(map(_says_what, inside)) > 1 else 0
    return {name: values for name, item in flat(listed, depth) if (values := _list(item)) is not None}


def _says_what(key: str) -> bool:
    """Tell whether a key is a set (`train`) or a quantity (`loss`), whose objects are parts of one history."""
    own = role(key)
    return key.lower() in _SETS or (own is not None and own.split is None)


def _listed(value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """Turn the objects of row numbers into lists, as which pandas writes columns."""
    return {
        str(key): list(item.values())
        if isinstance(item, Mapping) and item and all(str(row).isdigit() for row in islice(item, 50))
        else _listed(item, depth - 1)
        if isinstance(item, Mapping) and depth
        else item
        for key, item in value.items()
    }


def _list(item: Any) -> list[Any] | None:
    return item if isinstance(item, list) and not any(isinstance(cell, (list, Mapping)) for cell in item[:3]) else None


def _holds_curves(held: Rows | Columns) -> bool:
    names = held.keys() if isinstance(held, dict) else {name for row in held[:200] for name in row}
    return any(role(str(name)) is not None or error_role(str(name)) is not None for name in names)
