"""How this process, and all that are forked from it, take memory and threads; to be chosen before much is imported.

Setting them in the process is as good as glibc's environment variables, which it reads before Python begins, and spares
the service from being started twice. A variable that the operator has set takes precedence.
"""

import ctypes
import os
from contextlib import suppress

_MEGABYTE = 1024**2
_GLIBC = {
    # It would keep freed memory in an arena for each thread.
    "MALLOC_ARENA_MAX": (-8, 2),
    # It would raise this to the largest block freed so far, and then keep bodies and pictures in pieces of its heap.
    "MALLOC_MMAP_THRESHOLD_": (-3, 4 * _MEGABYTE),
    # It would hand the top of its heap back after each picture, and take it again page by page.
    "MALLOC_TRIM_THRESHOLD_": (-1, 32 * _MEGABYTE),
}
"""By variable: M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h, for glibc's `mallopt`, and the value."""


def choose() -> None:
    """Choose them: numpy's threads too, of which the parent must have none when it forks."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with suppress(AttributeError, OSError, TypeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        for variable, (parameter, value) in _GLIBC.items():
            if variable not in os.environ:
                mallopt(parameter, value)
