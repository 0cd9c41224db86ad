"""The least rate at which a client must send a request and take its answer; how long that takes in all does not matter.

Only time spent waiting for the client counts, in windows: each must move a fair number of bytes, so that both a
standstill and a drip end within two of them, while a large photo may come over a slow line for minutes.
"""

from service.settings import Settings


class Pace:
    """How a client keeps up in the current window."""

    def __init__(self, seconds: float, rate: int) -> None:
        """Ask for `rate` bytes a second, on average over each `seconds` of waiting."""
        self._seconds = seconds
        self._rate = rate
        self._waited = 0.0
        self._moved = 0

    @classmethod
    def of(cls, settings: Settings) -> "Pace":
        """Return the pace that the settings ask for."""
        return cls(settings.read_seconds, settings.min_bytes_per_second)

    def start(self) -> None:
        """Begin a new window."""
        self._waited = 0.0
        self._moved = 0

    @property
    def left(self) -> float:
        """How many seconds of waiting are left in this window."""
        return max(0.0, self._seconds - self._waited)

    def moved(self, count: int) -> None:
        """Note bytes that came or went."""
        self._moved += count

    def waited(self, seconds: float) -> bool:
        """Note time spent waiting; say whether the client may go on."""
        self._waited += seconds
        if self._waited < self._seconds:
            return True
        kept_up = self._moved >= self._rate * self._waited
        self.start()
        return kept_up

    def is_behind(self, waiting: float, least: float) -> bool:
        """Say whether the client is too slow by what is seen so far, where `least` seconds of waiting were seen.

        Args:
            waiting: Seconds since the wait that goes on now began; 0 where there is none.
            least: Seconds of waiting below which nothing is said.
        """
        waited = self._waited + waiting
        return waited >= least and self._moved < self._rate * waited
