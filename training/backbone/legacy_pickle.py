"""Read tensors from PyTorch's legacy file format without PyTorch and without trusting the file.

The format (torch.save before 1.6) is five pickles, one after the other (magic number, protocol version, system
information, the object itself, the list of storage keys), and then each storage: its length as a 64-bit integer and
its raw values.

A pickle is a program, so three fences stand before it: only the opcodes that a state dictionary needs are let through,
in bounded number; the only names it may refer to are the four below, which stand for inert values of ours; and the
tensors are checked against the bytes that are there before any array is made.
"""

import io
import math
import pickle
import pickletools
import struct
from collections.abc import Iterator
from typing import Any, NoReturn, TypeGuard

import numpy as np
from numpy.typing import NDArray

from training.backbone.errors import WeightsUnsafeError

_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
_PROTOCOL_VERSION = 1001
_MAXIMUM_FILE_BYTES = 64 * 1024**2
_MAXIMUM_OPCODES = 20_000  # EfficientNet-Lite0 needs 8,400; it bounds the nesting depth and the memo as well.
_ALLOWED_OPCODES = {
    *("PROTO", "STOP", "MARK", "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE"),
    *(
        "EMPTY_TUPLE",
        "TUPLE",
        "TUPLE1",
        "TUPLE2",
        "EMPTY_LIST",
        "APPEND",
        "APPENDS",
        "EMPTY_DICT",
        "SETITEM",
        "SETITEMS",
    ),
    *("BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET", "GLOBAL", "REDUCE", "BUILD", "BINPERSID"),
}


class _StateDict(dict[Any, Any]):
    """What OrderedDict stands for; the metadata that PyTorch hangs onto it is dropped."""

    def __setstate__(self, state: object) -> None:
        pass


class _Tensor:
    """What _rebuild_tensor_v2 stands for: a claim about part of a storage, believed only after `check`."""

    __slots__ = ("offset", "shape", "storage", "strides")

    def __init__(self, storage: object, offset: object, shape: object, strides: object, *_: object) -> None:
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides

    def __setstate__(self, state: object) -> NoReturn:
        raise pickle.UnpicklingError("a tensor cannot be given other contents")


class _Storage:
    """The persistent object that a tensor points into: `length` values of `dtype`, found in the file by `key`."""

    __slots__ = ("dtype", "key", "length")

    def __init__(self, dtype: str, key: str, length: int) -> None:
        self.dtype, self.key, self.length = dtype, key, length

    def __setstate__(self, state: object) -> NoReturn:
        raise pickle.UnpicklingError("a storage cannot be given other contents")


# Each value is immutable or refuses new state, so that BUILD has nothing to write to.
_ALLOWED_NAMES: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): _StateDict,
    ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
}


class _TensorUnpickler(pickle.Unpickler):
    """Build state dictionaries of `_Tensor`, and nothing else."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return the inert stand-in of one of four names."""
        try:
            return _ALLOWED_NAMES[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"it refers to {module_name}.{global_name}, which is not part of a tensor"
            ) from None

    def persistent_load(self, pid: Any, /) -> _Storage:
        """Return the storage described by ("storage", type, key, device, length, None)."""
        kind, dtype, key, _, length, view = pid
        if kind != "storage" or dtype not in ("<f4", "<i8") or view is not None:
            raise pickle.UnpicklingError("it describes a storage of an unknown kind")
        if type(key) is not str or type(length) is not int or not 0 <= length <= _MAXIMUM_FILE_BYTES:
            raise pickle.UnpicklingError("it describes a storage of an impossible size")
        storage = self.storages.setdefault(key, _Storage(dtype, key, length))
        if (storage.dtype, storage.length) != (dtype, length):
            raise pickle.UnpicklingError(f"it describes the storage {key!r} in two ways")
        return storage


def read_tensors(data: bytes) -> dict[str, NDArray[Any]]:
    """Read the tensors of a state dictionary saved in PyTorch's legacy format.

    Args:
        data: the whole file.

    Returns:
        Name to array (float32 or int64), in the order of the file; the arrays cannot be written to.

    Raises:
        WeightsUnsafeError: the file is damaged, too large, or holds anything but tensors.
    """
    if len(data) > _MAXIMUM_FILE_BYTES:
        _refuse(f"it has {len(data):,} bytes, more than the {_MAXIMUM_FILE_BYTES:,} that are read")
    try:
        return _read(io.BytesIO(data))
    except WeightsUnsafeError:
        raise
    except Exception as error:  # A hostile pickle can make the unpickler raise nearly anything.
        raise WeightsUnsafeError(_message(str(error) or type(error).__name__)) from error


def _read(file: io.BytesIO) -> dict[str, NDArray[Any]]:
    if _unpickler(file).load() != _MAGIC_NUMBER or _unpickler(file).load() != _PROTOCOL_VERSION:
        _refuse("it does not begin as PyTorch's legacy format does")
    if _unpickler(file).load().get("little_endian") is not True:
        _refuse("its numbers are not little-endian")
    unpickler = _unpickler(file)
    state = unpickler.load()
    if type(state) is not _StateDict:
        _refuse("its main object is not a state dictionary")
    keys = _unpickler(file).load()
    if type(keys) is not list or sorted(keys) != sorted(unpickler.storages):
        _refuse("its list of storages does not match the storages that its tensors use")
    storages = dict(_read_storages(file, [unpickler.storages[key] for key in keys]))
    if file.read(1):
        _refuse("it goes on after the last storage")
    return {_name(name): _materialise(tensor, storages) for name, tensor in state.items()}


def _unpickler(file: io.BytesIO) -> _TensorUnpickler:
    """Return an unpickler for the next pickle of the file, once its opcodes are known to be harmless."""
    start = file.tell()
    argument: Any
    for count, (opcode, argument, _) in enumerate(pickletools.genops(file)):
        if opcode.name not in _ALLOWED_OPCODES:
            _refuse(f"it uses the pickle opcode {opcode.name}, which tensors do not need")
        if count >= _MAXIMUM_OPCODES or ("PUT" in opcode.name and not 0 <= argument < _MAXIMUM_OPCODES):
            _refuse(f"a pickle in it is longer than {_MAXIMUM_OPCODES:,} opcodes")
    return _TensorUnpickler(io.BytesIO(file.getbuffer()[start : file.tell()]))


def _read_storages(file: io.BytesIO, storages: list[_Storage]) -> Iterator[tuple[str, NDArray[Any]]]:
    for storage in storages:
        (length,) = struct.unpack("<q", file.read(8))
        values = np.frombuffer(file.read(storage.length * np.dtype(storage.dtype).itemsize), storage.dtype)
        if length != storage.length or len(values) != length:
            _refuse(f"the storage {storage.key!r} should hold {storage.length:,} values and does not")
        yield storage.key, values


def _materialise(tensor: object, storages: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """View a tensor in its storage, after checking that it lies inside; copies would multiply a shared storage."""
    if type(tensor) is not _Tensor or type(tensor.storage) is not _Storage:
        _refuse("it holds something that is not a tensor")
    values = storages[tensor.storage.key]
    offset, shape, strides = tensor.offset, tensor.shape, tensor.strides
    if type(offset) is not int or not _are_counts(shape) or not _are_counts(strides):
        _refuse("a tensor in it has an impossible shape")
    last = offset + sum((side - 1) * stride for side, stride in zip(shape, strides, strict=True))
    if offset < 0 or 0 in shape or last >= len(values) or math.prod(shape) > len(values):
        _refuse("a tensor in it reaches outside its storage")
    byte_strides = [stride * values.itemsize for stride in strides]
    return np.lib.stride_tricks.as_strided(values[offset:], shape, byte_strides, writeable=False)


def _are_counts(values: object) -> TypeGuard[tuple[int, ...]]:
    return type(values) is tuple and len(values) <= 8 and all(type(v) is int and v >= 0 for v in values)


def _name(name: object) -> str:
    return name if type(name) is str else _refuse("it names a tensor with something that is not text")


def _refuse(reason: str) -> NoReturn:
    raise WeightsUnsafeError(_message(reason))


def _message(reason: str) -> str:
    return f"The weights file was refused: {reason}. Reinstall the package that it came with."
