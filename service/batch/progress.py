"""How far a job is, as plain lines: seldom enough for a log, and readable without a terminal."""

import sys
import time
from typing import TextIO

from service.batch.table import Tally

_EVERY = 5.0  # seconds between lines


class Progress:
    """Counts what is done and says so."""

    def __init__(self, images: int, before: int, stream: TextIO | None = None) -> None:
        """Begin with `before` of `images` done by earlier runs."""
        self._images = images
        self._before = self._done = before
        self._problems = 0
        self._stream = stream or sys.stderr
        self._begun = self._said = time.monotonic()

    def add(self, tally: Tally) -> None:
        """Count a part, and say how far the job is where it was not said of late."""
        self._done += tally.images
        self._problems += tally.problems.total()
        if time.monotonic() - self._said >= _EVERY or self._done == self._images:
            self.say()

    def say(self) -> None:
        """Write one line."""
        self._said = time.monotonic()
        rate = (self._done - self._before) / max(self._said - self._begun, 1e-9)
        share = self._done / self._images
        left = "" if self._done == self._images or not rate else f", {_span((self._images - self._done) / rate)} left"
        problems = f", {self._problems:,} without an answer" if self._problems else ""
        line = f"{self._done:,} of {self._images:,} images ({100 * share:.0f} %), {rate:,.0f}/s{left}{problems}"
        print(line, file=self._stream, flush=True)


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"
