"""How the service's processes take memory, as glibc itself counts its blocks in a fresh interpreter."""

import ctypes
import json
import os
import platform
import subprocess
import sys

import pytest

MEGABYTE = 1024**2
SCRIPT = f"""
import ctypes, json, os
from service.server import allocation

class Mallinfo2(ctypes.Structure):
    _fields_ = [(f"field{{index}}", ctypes.c_size_t) for index in range(3)]  # arena, ordblks, smblks
    _fields_ += [("hblks", ctypes.c_size_t), *((f"more{{index}}", ctypes.c_size_t) for index in range(6))]

libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Mallinfo2
libc.malloc.restype = ctypes.c_void_p
allocation.choose()
before = libc.mallinfo2().hblks
found = []
for size in (1, 3, 5):
    libc.malloc(ctypes.c_size_t(size * {MEGABYTE}))
    found.append(libc.mallinfo2().hblks - before)
print(json.dumps([found, os.environ["OPENBLAS_NUM_THREADS"]]))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="of glibc")
@pytest.mark.parametrize(("chosen", "apart"), [({}, [0, 0, 1]), ({"MALLOC_MMAP_THRESHOLD_": "65536"}, [1, 2, 3])])
def test_only_large_blocks_are_taken_from_the_system_one_by_one_unless_the_operator_says_otherwise(
    chosen: dict[str, str], apart: list[int]
) -> None:
    unset = {name: text for name, text in os.environ.items() if not name.startswith(("MALLOC_", "OPENBLAS"))}
    environment = {**unset, **chosen, "OPENBLAS_NUM_THREADS": "3"} if chosen else unset
    run = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [apart, "3" if chosen else "1"]
