"""Read tensors from PyTorch's legacy file format, without PyTorch.

The format (torch.save before 1.6) is five pickles, one after the other (magic number, protocol version, system
information, the object itself, the list of storage keys), and then each storage: its length as a 64-bit integer and
its raw values. The tensors are checked against the bytes that are there before any array is made.
"""

import io
import math
import struct
from collections.abc import Iterator
from typing import Any, NoReturn, TypeGuard

import numpy as np
from numpy.typing import NDArray

from training.backbone.errors import WeightsUnsafeError
from training.backbone.tensor_unpickler import StateDict, StorageClaim, TensorClaim, open_next

_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
_PROTOCOL_VERSION = 1001
_MAXIMUM_FILE_BYTES = 64 * 1024**2


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
    if open_next(file).load() != _MAGIC_NUMBER or open_next(file).load() != _PROTOCOL_VERSION:
        _refuse("it does not begin as PyTorch's legacy format does")
    if open_next(file).load().get("little_endian") is not True:
        _refuse("its numbers are not little-endian")
    unpickler = open_next(file)
    state = unpickler.load()
    if type(state) is not StateDict:
        _refuse("its main object is not a state dictionary")
    keys = open_next(file).load()
    if type(keys) is not list or sorted(keys) != sorted(unpickler.storages):
        _refuse("its list of storages does not match the storages that its tensors use")
    storages = dict(_read_storages(file, [unpickler.storages[key] for key in keys]))
    if file.read(1):
        _refuse("it goes on after the last storage")
    return {_name(name): _materialise(tensor, storages) for name, tensor in state.items()}


def _read_storages(file: io.BytesIO, storages: list[StorageClaim]) -> Iterator[tuple[str, NDArray[Any]]]:
    for storage in storages:
        (length,) = struct.unpack("<q", file.read(8))
        values = np.frombuffer(file.read(storage.length * np.dtype(storage.dtype).itemsize), storage.dtype)
        if length != storage.length or len(values) != length:
            _refuse(f"the storage {storage.key!r} should hold {storage.length:,} values and does not")
        yield storage.key, values


def _materialise(tensor: object, storages: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """View a tensor in its storage, after checking that it lies inside; copies would multiply a shared storage."""
    if type(tensor) is not TensorClaim or type(tensor.storage) is not StorageClaim:
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
