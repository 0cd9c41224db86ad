"""Memory that was freed is used again or goes back to the system, where the C library is glibc; elsewhere as ever.

glibc gives each thread an arena of its own, and what was freed in one is of no use to the others: the threads of
TensorFlow and ONNX Runtime, which take turns, so hold what neither uses.
"""

import ctypes
from contextlib import suppress

_M_ARENA_MAX, _ARENAS = -8, 2
"""The parameter's number in glibc's malloc.h, and how many arenas all threads share."""


def share_arenas() -> None:
    """Let the threads that are still to come share arenas, so that one uses what another has freed."""
    with suppress(OSError, AttributeError, TypeError):  # as below
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give back what is freed and still held."""
    with suppress(OSError, AttributeError, TypeError):  # TypeError: Windows has no library of the program itself
        ctypes.CDLL(None).malloc_trim(0)
