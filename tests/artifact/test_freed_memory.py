"""What was freed goes back where the C library knows how, and nothing happens elsewhere."""

import ctypes
import sys
from typing import Any

import pytest

from artifact import freed_memory


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux' own count of resident pages")
def test_many_small_pieces_between_kept_ones_go_back() -> None:
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        pytest.skip("this C library is not glibc")
    library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    pieces = [library.malloc(60_000) for _ in range(1000)]
    for piece in pieces:
        ctypes.memset(piece, 1, 60_000)
    for piece in pieces[:-1]:  # the last one keeps the heap from shrinking by itself
        library.free(piece)
    held = _resident()
    freed_memory.give_back()
    assert _resident() < held - 30_000_000
    library.free(pieces[-1])


@pytest.mark.parametrize("error", [OSError, AttributeError, TypeError])
def test_where_the_library_cannot_nothing_happens(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: Any) -> Any:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", fail)
    freed_memory.give_back()
