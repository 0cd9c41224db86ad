"""The unpickler against files written by hand, by PyTorch's own conventions, and against hostile ones."""

import builtins
import io
import os
import pickle
import struct
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.backbone import WeightsUnsafeError
from training.backbone.legacy_file import read_tensors

MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
PROTOCOL = pickle.dumps(1001, 2)
SYSTEM = pickle.dumps({"protocol_version": 1001, "little_endian": True, "type_sizes": {"long": 4}}, 2)


class Global:
    """Pickles as a reference to a name, as PyTorch's functions and storage types do."""

    def __init__(self, module, name):
        self.line = f"c{module}\n{name}\n".encode()


class Call:
    """Pickles as a call of a global."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments


class Storage:
    def __init__(self, key, length, kind="FloatStorage"):
        self.identifier = ("storage", Global("torch", kind), key, "cpu", length, None)


def dump(value):
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


def tensor(storage, offset, shape, strides):
    hooks = Call(Global("collections", "OrderedDict"))
    return Call(Global("torch._utils", "_rebuild_tensor_v2"), storage, offset, shape, strides, False, hooks)


def make_file(state, storages, *, magic=MAGIC, protocol=PROTOCOL, system=SYSTEM, tail=b""):
    body = state if isinstance(state, bytes) else b"\x80\x02" + dump(state) + b"."
    data = b"".join(struct.pack("<q", len(values)) + values.tobytes() for values in storages.values())
    return magic + protocol + system + body + pickle.dumps(list(storages), 2) + data + tail


FLOATS = np.arange(12, dtype="<f4")
ONE_TENSOR = {"w": tensor(Storage("7", 12), 0, (3, 4), (4, 1))}


def test_reads_tensors_of_both_types_any_strides_and_no_dimensions():
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


def test_metadata_on_the_dictionary_is_dropped():
    body = b"\x80\x02" + dump(ONE_TENSOR) + b"}" + dump("_metadata") + b"}sb."
    assert list(read_tensors(make_file(body, {"7": FLOATS}))) == ["w"]


class Reduce:
    def __init__(self, function, *arguments):
        self.reduced = function, arguments

    def __reduce__(self):
        return self.reduced


# name: (a pickle, the reason that the refusal must give); TARGET is a file that the pickle would make.
HOSTILE = {
    "os.system": (b"\x80\x02" + dump(Call(Global("os", "system"), "touch TARGET")) + b".", "os.system"),
    "posix.system": (b"\x80\x02" + dump(Call(Global("posix", "system"), "touch TARGET")) + b".", "posix.system"),
    "eval": (b"\x80\x02" + dump(Call(Global("builtins", "eval"), "open('TARGET', 'w')")) + b".", "builtins.eval"),
    "python 2": (b"\x80\x02" + dump(Call(Global("__builtin__", "eval"), "open('TARGET', 'w')")) + b".", "eval"),
    "getattr": (
        b"\x80\x02" + dump(Call(Call(Global("builtins", "getattr"), Global("os", "path"), "os"), "system")) + b".",
        "builtins.getattr",
    ),
    "dotted name": (b"\x80\x02" + dump(Global("collections", "OrderedDict.fromkeys")) + b".", "fromkeys"),
    "dotted module": (b"\x80\x02" + dump(Global("torch._utils", "_rebuild_tensor_v2.__init__")) + b".", "__init__"),
    "stack global": (b"\x80\x04" + dump("os") + dump("system") + b"\x93.", "STACK_GLOBAL"),
    "inst": (b"\x80\x02(" + dump("touch TARGET") + b"ios\nsystem\n.", "INST"),
    "obj": (b"\x80\x02(" + dump(Global("os", "system")) + dump("touch TARGET") + b"o.", "OBJ"),
    "newobj": (b"\x80\x02" + dump(Global("collections", "OrderedDict")) + b")\x81.", "NEWOBJ"),
    "extension": (b"\x80\x02\x82\x01.", "EXT1"),
    "text persistent id": (b"\x80\x02Pstorage\n.", "PERSID"),
    "unknown persistent id": (b"\x80\x02" + dump(("module", "os", "1", "cpu", 1, None)) + b"Q.", "unknown kind"),
    "huge memo": (b"\x80\x02" + dump("x") + b"r\xff\xff\xff\x7f.", "opcodes"),
    "huge text": (b"\x80\x02X\xff\xff\xff\x7fabc.", "expected"),
    "many opcodes": (b"\x80\x02" + b"(" * 30_000 + b"t.", "opcodes"),
    "deep nesting": (
        b"\x80\x02" + dump(Call(Global("collections", "OrderedDict"))) + b")" + b"\x85" * 19_000 + b"Ns.",
        "does not begin|little-endian|not text|does not match",
    ),
    "new state for a stand-in": (
        b"\x80\x02" + dump(Global("torch._utils", "_rebuild_tensor_v2")) + b"}" + dump("__init__") + b"Nsb.",
        "missing 1 required positional argument",
    ),
    "new state for a tensor": (b"\x80\x02" + dump(ONE_TENSOR["w"]) + b"}b.", "cannot be given other contents"),
    "new state for a storage": (b"\x80\x02" + dump(Storage("7", 12)) + b"}b.", "cannot be given other contents"),
    "empty": (b"", ""),
} | {
    f"protocol {protocol}": (pickle.dumps(Reduce(os.system, "touch TARGET"), protocol), "system|opcode")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
}


@pytest.mark.parametrize(("body", "reason"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("place", ["magic", "protocol", "system", "state"])
def test_hostile_pickles_are_refused_wherever_they_stand(body, reason, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parts = {"state": ONE_TENSOR, "storages": {"7": FLOATS}} | {place: body}
    with pytest.raises(WeightsUnsafeError, match=f"weights file was refused: .*({reason})"):
        read_tensors(make_file(**parts))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (b"\x80\x02" + dump("weights") + b".", "not a state dictionary"),
        (b"\x80\x02}.", "not a state dictionary"),
        (b"\x80\x02" + dump(ONE_TENSOR)[:-1] + dump("v") + dump("text") + b"u.", "not a tensor"),
        (b"\x80\x02" + dump({5: ONE_TENSOR["w"]}) + b".", "not text"),
    ],
)
def test_anything_but_named_tensors_is_refused(state, reason):
    with pytest.raises(WeightsUnsafeError, match=reason):
        read_tensors(make_file(state, {"7": FLOATS}))


def test_the_hostile_pickle_does_act_on_a_plain_unpickler(tmp_path, monkeypatch):
    """Shows that the attacks above are live ammunition."""
    monkeypatch.chdir(tmp_path)
    pickle.loads(HOSTILE["eval"][0])
    assert (tmp_path / "TARGET").exists()


@pytest.mark.parametrize("name", dir(builtins))
def test_no_builtin_can_be_named(name):
    with pytest.raises(WeightsUnsafeError, match=f"builtins.{name}"):
        read_tensors(make_file(b"\x80\x02" + dump(Global("builtins", name)) + b".", {}))


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
def test_tensors_that_do_not_fit_their_storage_are_refused(wrong, reason):
    with pytest.raises(WeightsUnsafeError, match=reason):
        read_tensors(make_file({"w": wrong}, {"7": FLOATS}))


def test_a_storage_described_in_two_ways_is_refused():
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
def test_another_format_is_refused(change, reason):
    with pytest.raises(WeightsUnsafeError, match=reason):
        read_tensors(make_file(**{"state": ONE_TENSOR, "storages": {"7": FLOATS}} | change))


def test_every_truncation_is_refused():
    whole = make_file(ONE_TENSOR, {"7": FLOATS})
    for length in range(len(whole)):
        with pytest.raises(WeightsUnsafeError):
            read_tensors(whole[:length])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_give_tensors_or_a_refusal_and_nothing_else(data):
    damaged = bytearray(make_file(ONE_TENSOR, {"7": FLOATS}))
    for position in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=4)):
        damaged[position] = data.draw(st.integers(0, 255))
    try:
        tensors = read_tensors(bytes(damaged))
    except WeightsUnsafeError:
        return
    assert all(isinstance(values, np.ndarray) for values in tensors.values())


def test_a_file_beyond_the_size_limit_is_refused_unread():
    with pytest.raises(WeightsUnsafeError, match="bytes"):
        read_tensors(bytes(64 * 1024**2 + 1))


def test_agrees_with_the_standard_pickler_on_the_dictionary():
    """OrderedDict as Python itself pickles it, in the protocol that PyTorch uses."""
    body = io.BytesIO()
    pickle.Pickler(body, 2).dump(OrderedDict())
    assert read_tensors(make_file(body.getvalue(), {})) == {}
