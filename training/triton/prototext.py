"""Protocol Buffers' text format, as far as a model's configuration needs it."""

import json
from collections.abc import Sequence
from typing import Any


class Word(str):
    """A value that stands without quotes: the name of an enumeration's member."""


class Message(dict[str, Any]):
    """Fields by name, in their order: text, words, whole numbers, lists of these, messages, and lists of messages."""


def write(message: Message, indent: str = "") -> str:
    """Return the fields of a message, one a line; a nested message stands in braces, once for each of a list."""
    return "".join(_write_field(name, value, indent) for name, value in message.items())


def _write_field(name: str, value: Any, indent: str) -> str:
    if isinstance(value, Message):
        return f"{indent}{name} {{\n{write(value, indent + '  ')}{indent}}}\n" if value else f"{indent}{name} {{}}\n"
    if isinstance(value, Sequence) and not isinstance(value, str):
        if any(isinstance(part, Message) for part in value):
            return "".join(_write_field(name, part, indent) for part in value)
        return f"{indent}{name}: [{', '.join(map(_write_scalar, value))}]\n"
    return f"{indent}{name}: {_write_scalar(value)}\n"


def _write_scalar(value: Any) -> str:
    quoted = isinstance(value, str) and not isinstance(value, Word)
    return json.dumps(value, ensure_ascii=False) if quoted else str(value)
