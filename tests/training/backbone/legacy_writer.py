"""Writes weights files as PyTorch's legacy format has them, good and bad ones alike."""

import pickle
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
PROTOCOL = pickle.dumps(1001, 2)
SYSTEM = pickle.dumps({"protocol_version": 1001, "little_endian": True, "type_sizes": {"long": 4}}, 2)


class Global:
    """Pickles as a reference to a name, as PyTorch's functions and storage types do."""

    def __init__(self, module: str, name: str) -> None:
        self.line = f"c{module}\n{name}\n".encode()


class Call:
    """Pickles as a call of a global."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.function, self.arguments = function, arguments


class Storage:
    def __init__(self, key: str, length: int, kind: str = "FloatStorage") -> None:
        self.identifier = ("storage", Global("torch", kind), key, "cpu", length, None)


def dump(value: object) -> bytes:
    """A pickler of a dozen lines, so that the tests do not lean on the machinery that they attack."""
    if isinstance(value, Global):
        return value.line
    if isinstance(value, Call):
        return dump(value.function) + dump(value.arguments) + b"R"
    if isinstance(value, Storage):
        return dump(value.identifier) + b"Q"
    if isinstance(value, tuple):
        return b"(" + b"".join(map(dump, value)) + b"t"
    if isinstance(value, dict):
        items = b"".join(dump(key) + dump(item) for key, item in value.items())
        return dump(Call(Global("collections", "OrderedDict"))) + b"(" + items + b"u"
    return pickle.dumps(value, 2)[2:-1]


def tensor(storage: object, offset: object, shape: object, strides: tuple[int, ...]) -> Call:
    hooks = Call(Global("collections", "OrderedDict"))
    return Call(Global("torch._utils", "_rebuild_tensor_v2"), storage, offset, shape, strides, False, hooks)


def make_file(
    state: object,
    storages: dict[str, NDArray[Any]],
    *,
    magic: bytes = MAGIC,
    protocol: bytes = PROTOCOL,
    system: bytes = SYSTEM,
    tail: bytes = b"",
) -> bytes:
    body = state if isinstance(state, bytes) else b"\x80\x02" + dump(state) + b"."
    data = b"".join(struct.pack("<q", len(values)) + values.tobytes() for values in storages.values())
    return magic + protocol + system + body + pickle.dumps(list(storages), 2) + data + tail


FLOATS = np.arange(12, dtype="<f4")
ONE_TENSOR = {"w": tensor(Storage("7", 12), 0, (3, 4), (4, 1))}
