"""Memory that was freed goes back to the system, where the C library is glibc; elsewhere nothing is changed.

glibc gives each thread an arena of its own, and what was freed in one is of no use to the others: the threads of
TensorFlow and ONNX Runtime, which take turns, so hold what neither uses.
"""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Give back what is freed and still held."""
    with suppress(OSError, AttributeError, TypeError):  # TypeError: Windows has no library of the program itself
        ctypes.CDLL(None).malloc_trim(0)
