"""Bars of tqdm.notebook: a notebook's outputs hold their first state, its metadata the last one, as three widgets."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

_VIEW = "application/vnd.jupyter.widget-view+json"
_STATE = "application/vnd.jupyter.widget-state+json"
_POINTER = "IPY_MODEL_"
_MOST = 8
"""Widgets in the row of a bar that are looked at; tqdm's has a description, the bar, and what follows it."""
Models = Mapping[str, Any]


def models_of(notebook: Mapping[str, Any]) -> Models:
    """Return the states of a notebook's widgets by their ids; nothing where they were not saved."""
    found: Any = notebook
    for name in ("metadata", "widgets", _STATE, "state"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def line_of(data: Mapping[str, Any], models: Models) -> str:
    """Return the last state of the bar that an output shows, as tqdm prints it; nothing where it is none."""
    view = data.get(_VIEW)
    children = _state(models, view.get("model_id") if isinstance(view, Mapping) else None).get("children")
    if not isinstance(children, list):
        return ""
    names = [child.removeprefix(_POINTER) for child in children[:_MOST] if isinstance(child, str)]
    parts = [_shown(_state(models, name)) for name in names]
    return "|".join(parts) if any("[" in part for part in parts) else ""


def _state(models: Models, name: Any) -> Mapping[str, Any]:
    model = models.get(name) if isinstance(name, str) else None
    state = model.get("state") if isinstance(model, Mapping) else None
    return state if isinstance(state, Mapping) else {}


def _shown(state: Mapping[str, Any]) -> str:
    value = state.get("value")
    return html.unescape(value).replace("\u2007", " ").replace("\xa0", " ") if isinstance(value, str) else "   "
