"""The unpickler against hostile pickles: none runs, and each is refused with its reason."""

import builtins
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.backbone.legacy_writer import FLOATS, ONE_TENSOR, Call, Global, Storage, dump, make_file
from training.backbone import WeightsUnsafeError
from training.backbone.legacy_file import read_tensors


class Reduce:
    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
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
def test_hostile_pickles_are_refused_wherever_they_stand(
    body: bytes, reason: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    parts: dict[str, Any] = {"state": ONE_TENSOR, "storages": {"7": FLOATS}} | {place: body}
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
def test_anything_but_named_tensors_is_refused(state: bytes, reason: str) -> None:
    with pytest.raises(WeightsUnsafeError, match=reason):
        read_tensors(make_file(state, {"7": FLOATS}))


def test_the_hostile_pickle_does_act_on_a_plain_unpickler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shows that the attacks above are live ammunition."""
    monkeypatch.chdir(tmp_path)
    pickle.loads(HOSTILE["eval"][0])
    assert (tmp_path / "TARGET").exists()


@pytest.mark.parametrize("name", dir(builtins))
def test_no_builtin_can_be_named(name: str) -> None:
    with pytest.raises(WeightsUnsafeError, match=f"builtins.{name}"):
        read_tensors(make_file(b"\x80\x02" + dump(Global("builtins", name)) + b".", {}))
