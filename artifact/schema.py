"""Between JSON and frozen dataclasses: strict on reading, so that a damaged file is named and not served."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


class SchemaError(ValueError):
    """A JSON value that does not have the declared shape; the message names the place in the document."""


def build(cls: type[T], value: object, where: str, strict: bool = False) -> T:
    """Build the dataclass `cls` from a parsed JSON object, checking every field's type.

    Unknown keys are ignored, so that a newer minor writer can add some, unless `strict`. Raises `SchemaError` naming
    the field.
    """
    if not isinstance(value, Mapping):
        raise SchemaError(f"{where} is {_kind(value)}; an object was expected.")
    known = _fields(cls)  # type: ignore[arg-type]  # a class can be hashed
    if strict and (unknown := [name for name in value if name not in known]):
        raise SchemaError(f"{where}.{unknown[0]} is unknown; known are {', '.join(known)}.")
    fields: dict[str, Any] = {}
    for name, (expected, required) in known.items():
        if name in value:
            fields[name] = convert(expected, value[name], f"{where}.{name}", strict)
        elif required:
            raise SchemaError(f"{where}.{name} is missing.")
    return cls(**fields)


@cache
def _fields(cls: Any) -> dict[str, tuple[Any, bool]]:
    """Return the type of each field, and whether it has to be there."""
    hints, missing = typing.get_type_hints(cls), dataclasses.MISSING
    return {
        field.name: (hints[field.name], field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(cls)
    }


def convert(expected: Any, value: object, where: str, strict: bool = False) -> Any:
    """Return a parsed JSON value as the type `expected`: a dataclass, a tuple, a dictionary, or a scalar, or None.

    Raises `SchemaError` naming the place; `strict` is that of `build`.
    """
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if dataclasses.is_dataclass(expected) and isinstance(expected, type):
        return build(expected, value, where, strict)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else convert(_not_none(arguments), value, where, strict)
    if origin is typing.Literal:
        if value in arguments:
            return value
        raise SchemaError(f"{where} is {value!r}; one of {', '.join(map(str, arguments))} was expected.")
    if origin is tuple:
        if isinstance(value, Sequence) and not isinstance(value, str):
            if arguments[0] in _NUMBERS and all(item is None or _is_number(item) for item in value):
                return tuple(value)  # a curve has thousands, and the reports of a few dozen images have 200 curves
            return tuple(convert(arguments[0], item, f"{where}[{i}]", strict) for i, item in enumerate(value))
        raise SchemaError(f"{where} is {_kind(value)}; a list was expected.")
    if origin is dict:
        if isinstance(value, Mapping):
            return {key: convert(arguments[1], item, f"{where}.{key}", strict) for key, item in value.items()}
        raise SchemaError(f"{where} is {_kind(value)}; an object was expected.")
    return value if expected is Any else _scalar(expected, value, where)


_NUMBERS = (float | None,)


def _is_number(value: object) -> bool:
    return type(value) is float and math.isfinite(value)


def _scalar(expected: Any, value: object, where: str) -> Any:
    if expected is float and isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:  # a whole number of more than 308 digits
            number = math.inf
        if math.isfinite(number):
            return number
        raise SchemaError(f"{where} is {number}; a finite number was expected.")
    if isinstance(value, expected) and not (expected is int and isinstance(value, bool)):
        return value
    raise SchemaError(f"{where} is {_kind(value)}; {expected.__name__} was expected.")


def _not_none(arguments: tuple[Any, ...]) -> Any:
    return next(argument for argument in arguments if argument is not types.NoneType)


def _kind(value: object) -> str:
    return "null" if value is None else f"of type {type(value).__name__}"
