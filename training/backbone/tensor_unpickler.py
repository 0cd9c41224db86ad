"""Unpickle tensors without trusting the pickle.

A pickle is a program, so two fences stand before it: only the opcodes that a state dictionary needs are let through, in
bounded number; and the only names it may refer to are four, which stand for inert values of ours. What comes out are
claims about tensors ("so many values of that storage, from there"), which the reader of the file has to check.
"""

import io
import pickle
import pickletools
from typing import Any, NoReturn

_MAXIMUM_LENGTH = 2**26  # values of a storage
_MAXIMUM_OPCODES = 20_000  # EfficientNet-Lite0 needs 10,696; it bounds the nesting depth and the memo as well.
_ALLOWED_OPCODES = {
    *("PROTO", "STOP", "MARK", "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE"),
    *("EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "EMPTY_LIST", "APPEND", "APPENDS"),
    *("EMPTY_DICT", "SETITEM", "SETITEMS", "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET"),
    *("GLOBAL", "REDUCE", "BUILD", "BINPERSID"),
}


class StateDict(dict[Any, Any]):
    """What OrderedDict stands for; the metadata that PyTorch hangs onto it is dropped."""

    def __setstate__(self, state: object) -> None:
        """Drop the state."""


class TensorClaim:
    """What _rebuild_tensor_v2 stands for: a claim about part of a storage, to be checked before it is believed."""

    __slots__ = ("offset", "shape", "storage", "strides")

    def __init__(self, storage: object, offset: object, shape: object, strides: object, *_: object) -> None:
        """Take the arguments of PyTorch's function; what follows the strides matters to training only."""
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides

    def __setstate__(self, state: object) -> NoReturn:
        """Refuse to be changed."""
        raise pickle.UnpicklingError("a tensor cannot be given other contents")


class StorageClaim:
    """The persistent object that a tensor points into: it should hold `length` values of `dtype`."""

    __slots__ = ("dtype", "key", "length")

    def __init__(self, dtype: str, key: str, length: int) -> None:
        """Note what the pickle says of the storage that the file keeps under `key`."""
        self.dtype, self.key, self.length = dtype, key, length

    def __setstate__(self, state: object) -> NoReturn:
        """Refuse to be changed."""
        raise pickle.UnpicklingError("a storage cannot be given other contents")


# Each value is immutable or refuses new state, so that BUILD has nothing to write to.
_ALLOWED_NAMES: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): StateDict,
    ("torch._utils", "_rebuild_tensor_v2"): TensorClaim,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
}


class TensorUnpickler(pickle.Unpickler):
    """Build a state dictionary of tensor claims, and nothing else; `storages` are those that it mentions, by key."""

    def __init__(self, file: io.BytesIO) -> None:
        """Read from `file`, whose opcodes `open_next` has looked through."""
        super().__init__(file)
        self.storages: dict[str, StorageClaim] = {}

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return the inert stand-in of one of four names."""
        try:
            return _ALLOWED_NAMES[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"it refers to {module_name}.{global_name}, which is not part of a tensor"
            ) from None

    def persistent_load(self, pid: Any, /) -> StorageClaim:
        """Return the storage described by ("storage", type, key, device, length, None)."""
        kind, dtype, key, _, length, view = pid
        if kind != "storage" or dtype not in ("<f4", "<i8") or view is not None:
            raise pickle.UnpicklingError("it describes a storage of an unknown kind")
        if type(key) is not str or type(length) is not int or not 0 <= length <= _MAXIMUM_LENGTH:
            raise pickle.UnpicklingError("it describes a storage of an impossible size")
        storage = self.storages.setdefault(key, StorageClaim(dtype, key, length))
        if (storage.dtype, storage.length) != (dtype, length):
            raise pickle.UnpicklingError(f"it describes the storage {key!r} in two ways")
        return storage


def open_next(file: io.BytesIO) -> TensorUnpickler:
    """Return an unpickler for the next pickle in the file, once its opcodes are known to be harmless.

    Leaves the file behind that pickle.

    Raises:
        pickle.UnpicklingError: the pickle uses an opcode that it does not need, or too many.
        ValueError: it is not a whole pickle.
    """
    start = file.tell()
    argument: Any
    for count, (opcode, argument, _) in enumerate(pickletools.genops(file)):
        if opcode.name not in _ALLOWED_OPCODES:
            raise pickle.UnpicklingError(f"it uses the pickle opcode {opcode.name}, which tensors do not need")
        if count >= _MAXIMUM_OPCODES or ("PUT" in opcode.name and not 0 <= argument < _MAXIMUM_OPCODES):
            raise pickle.UnpicklingError(f"a pickle in it is longer than {_MAXIMUM_OPCODES:,} opcodes")
    return TensorUnpickler(io.BytesIO(file.getbuffer()[start : file.tell()]))
