"""Whether the service is about to stop, which its parent process says and all workers see.

A worker alone cannot know it: on a reload it is told to end just the same, while the service goes on.
"""

import mmap

from service import problems

_flag = mmap.mmap(-1, 1)  # made before the workers are forked, so that all share it


def announce() -> None:
    """Say that the service is about to stop."""
    _flag[0] = 1


def refuse() -> None:
    """Raise the 503 `Problem` where the service is about to stop, so that a load balancer sends nobody here."""
    if _flag[0]:
        raise problems.busy("The service is about to stop. Ask another one, or this one again in a while.", "stopping")
