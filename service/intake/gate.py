"""Let a bounded number of requests work at once and a bounded number wait; the rest hear that the service is busy."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from service import problems


class Gate:
    """A queue before the work: short, so that a client hears within seconds rather than waits without end."""

    def __init__(self, running: int, waiting: int, seconds: float) -> None:
        """Let `running` requests work and `waiting` wait, each for at most `seconds`."""
        self._turn = threading.Semaphore(running)
        self._places = threading.Semaphore(running + waiting)
        self._seconds = seconds

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Wait for a turn and hold it; raises the 503 `Problem` where the queue is full or the wait too long."""
        if not self._places.acquire(blocking=False):
            raise problems.busy("More requests wait than this service queues. Try again in a second.")
        try:
            if not self._turn.acquire(timeout=self._seconds):
                raise problems.busy(f"The request waited {self._seconds:g} s for its turn. Try again in a second.")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()
