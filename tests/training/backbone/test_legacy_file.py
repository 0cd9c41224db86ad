"""The unpickler against files written by hand, by PyTorch's own conventions, and against damaged ones."""

import io
import pickle
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.backbone.legacy_writer import FLOATS, ONE_TENSOR, Storage, dump, make_file, tensor
from training.backbone import WeightsUnsafeError
from training.backbone.legacy_file import read_tensors


def test_reads_tensors_of_both_types_any_strides_and_no_dimensions() -> None:
    state = {
        "plain": tensor(Storage("1", 12), 0, (3, 4), (4, 1)),
        "transposed": tensor(Storage("1", 12), 0, (4, 3), (1, 4)),
        "part": tensor(Storage("1", 12), 5, (2,), (3,)),
        "count": tensor(Storage("2", 1, "LongStorage"), 0, (), ()),
    }
    tensors = read_tensors(make_file(state, {"1": FLOATS, "2": np.array([41], "<i8")}))
    assert list(tensors) == list(state)
    np.testing.assert_array_equal(tensors["plain"], FLOATS.reshape(3, 4))
    np.testing.assert_array_equal(tensors["transposed"], FLOATS.reshape(3, 4).T)
    np.testing.assert_array_equal(tensors["part"], [5, 8])
    assert tensors["count"].dtype == np.int64
    assert tensors["count"] == 41


def test_metadata_on_the_dictionary_is_dropped() -> None:
    body = b"\x80\x02" + dump(ONE_TENSOR) + b"}" + dump("_metadata") + b"}sb."
    assert list(read_tensors(make_file(body, {"7": FLOATS}))) == ["w"]


OUTSIDE, SHAPE = "reaches outside its storage", "impossible shape"
WRONG_TENSORS = {
    "starts before": (tensor(Storage("7", 12), -1, (3,), (1,)), OUTSIDE),
    "ends after": (tensor(Storage("7", 12), 0, (3, 5), (5, 1)), OUTSIDE),
    "offset too large": (tensor(Storage("7", 12), 12, (1,), (1,)), OUTSIDE),
    "stride too large": (tensor(Storage("7", 12), 0, (3, 4), (8, 1)), OUTSIDE),
    "negative stride": (tensor(Storage("7", 12), 11, (12,), (-1,)), SHAPE),
    "repeated without end": (tensor(Storage("7", 12), 0, (2**40,), (0,)), OUTSIDE),
    "shape and strides differ": (tensor(Storage("7", 12), 0, (3, 4), (1,)), "shorter"),
    "shape is text": (tensor(Storage("7", 12), 0, "ab", (1, 1)), SHAPE),
    "offset is text": (tensor(Storage("7", 12), "a", (3, 4), (4, 1)), SHAPE),
    "empty": (tensor(Storage("7", 12), 0, (0, 4), (4, 1)), OUTSIDE),
    "storage shorter than it says": (tensor(Storage("7", 13), 0, (3, 4), (4, 1)), "should hold 13 values"),
    "storage longer than it says": (tensor(Storage("7", 11), 0, (2, 4), (4, 1)), "should hold 11 values"),
    "storage of another type": (tensor(Storage("7", 12, "DoubleStorage"), 0, (3, 4), (4, 1)), "DoubleStorage"),
    "negative storage": (tensor(Storage("7", -1), 0, (3, 4), (4, 1)), "impossible size"),
    "enormous storage": (tensor(Storage("7", 2**50), 0, (3, 4), (4, 1)), "impossible size"),
    "unknown storage": (tensor(Storage("8", 12), 0, (3, 4), (4, 1)), "does not match"),
    "no storage": (tensor(FLOATS.nbytes, 0, (3, 4), (4, 1)), "does not match"),
}


@pytest.mark.parametrize(("wrong", "reason"), WRONG_TENSORS.values(), ids=WRONG_TENSORS)
def test_tensors_that_do_not_fit_their_storage_are_refused(wrong: object, reason: str) -> None:
    with pytest.raises(WeightsUnsafeError, match=reason):
        read_tensors(make_file({"w": wrong}, {"7": FLOATS}))


def test_a_storage_described_in_two_ways_is_refused() -> None:
    state = ONE_TENSOR | {"v": tensor(Storage("7", 12, "LongStorage"), 0, (1,), (1,))}
    with pytest.raises(WeightsUnsafeError, match="two ways"):
        read_tensors(make_file(state, {"7": FLOATS}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"magic": pickle.dumps(1, 2)}, "legacy format"),
        ({"protocol": pickle.dumps(1002, 2)}, "legacy format"),
        ({"system": pickle.dumps({"little_endian": False}, 2)}, "little-endian"),
        ({"tail": b"more"}, "goes on"),
        ({"storages": {"7": FLOATS, "8": FLOATS}}, "does not match"),
        ({"storages": {}}, "does not match"),
    ],
)
def test_another_format_is_refused(change: dict[str, Any], reason: str) -> None:
    parts: dict[str, Any] = {"state": ONE_TENSOR, "storages": {"7": FLOATS}} | change
    with pytest.raises(WeightsUnsafeError, match=reason):
        read_tensors(make_file(**parts))


def test_every_truncation_is_refused() -> None:
    whole = make_file(ONE_TENSOR, {"7": FLOATS})
    for length in range(len(whole)):
        with pytest.raises(WeightsUnsafeError):
            read_tensors(whole[:length])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_give_tensors_or_a_refusal_and_nothing_else(data: st.DataObject) -> None:
    damaged = bytearray(make_file(ONE_TENSOR, {"7": FLOATS}))
    for position in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=4)):
        damaged[position] = data.draw(st.integers(0, 255))
    try:
        tensors = read_tensors(bytes(damaged))
    except WeightsUnsafeError:
        return
    assert all(isinstance(values, np.ndarray) for values in tensors.values())


def test_a_file_beyond_the_size_limit_is_refused_unread() -> None:
    with pytest.raises(WeightsUnsafeError, match="bytes"):
        read_tensors(bytes(64 * 1024**2 + 1))


def test_agrees_with_the_standard_pickler_on_the_dictionary() -> None:
    """OrderedDict as Python itself pickles it, in the protocol that PyTorch uses."""
    body = io.BytesIO()
    pickle.Pickler(body, 2).dump(OrderedDict())
    assert read_tensors(make_file(body.getvalue(), {})) == {}
