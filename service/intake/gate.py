"""Let a bounded number of requests work at once and a bounded number wait; the rest hear that the service is busy."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from service import problems


class Gate:
    """A queue before the work: short, so that a client hears within seconds rather than waits without end.

    Turns are handed over in the order of arrival: who ends gives its turn to who waited longest, so that a client that
    asks again at once cannot overtake those that wait.
    """

    def __init__(self, running: int, waiting: int, seconds: float) -> None:
        """Let `running` requests work and `waiting` wait, each for at most `seconds`."""
        self._free = running
        self._places = waiting
        self._seconds = seconds
        self._waiting: deque[threading.Lock] = deque()  # each is held until its turn has come
        self._lock = threading.Lock()

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Wait for a turn and hold it; raises the 503 `Problem` where the queue is full or the wait too long."""
        turn = self._queue()
        if turn is not None and not turn.acquire(timeout=self._seconds):
            self._leave(turn)
        try:
            yield
        finally:
            self._hand_over()

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._waiting)

    def _queue(self) -> "threading.Lock | None":
        """Return None where there is a turn at once, else a lock that is released when it comes."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            if len(self._waiting) >= self._places:
                raise problems.busy("More requests wait than this service queues. Try again in a second.")
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
            return turn

    def _leave(self, turn: threading.Lock) -> None:
        """Give up a place in the queue; returns only where the turn has come in this very instant."""
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise problems.busy(f"The request waited {self._seconds:g} s for its turn. Try again in a second.")

    def _hand_over(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
