"""Between JSON and frozen dataclasses: strict on reading, so that a damaged file is named and not served."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class SchemaError(ValueError):
    """A JSON value that does not have the declared shape; the message names the place in the document."""


def build(cls: type[T], value: object, where: str) -> T:
    """Build the dataclass `cls` from a parsed JSON object, checking every field's type.

    Unknown keys are ignored, so that a newer minor writer can add some. Raises `SchemaError` naming the field.
    """
    if not isinstance(value, Mapping):
        raise SchemaError(f"{where} is {_kind(value)}; an object was expected.")
    hints = typing.get_type_hints(cls)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        if field.name in value:
            fields[field.name] = _convert(hints[field.name], value[field.name], f"{where}.{field.name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SchemaError(f"{where}.{field.name} is missing.")
    return cls(**fields)


def _convert(expected: Any, value: object, where: str) -> Any:
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if dataclasses.is_dataclass(expected) and isinstance(expected, type):
        return build(expected, value, where)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _convert(_not_none(arguments), value, where)
    if origin is typing.Literal:
        if value in arguments:
            return value
        raise SchemaError(f"{where} is {value!r}; one of {', '.join(map(str, arguments))} was expected.")
    if origin is tuple:
        if isinstance(value, Sequence) and not isinstance(value, str):
            return tuple(_convert(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
        raise SchemaError(f"{where} is {_kind(value)}; a list was expected.")
    if origin is dict:
        if isinstance(value, Mapping):
            return dict(value)
        raise SchemaError(f"{where} is {_kind(value)}; an object was expected.")
    return _scalar(expected, value, where)


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
