"""Share connections evenly among the workers, which all accept from one socket.

A kept connection stays with the worker that accepted it, so whoever wakes first could end with most of them while the
others idle. Each worker's number of connections is therefore in memory that all of them see.
"""

import mmap

_ABSENT = -1


class Places:
    """The numbers of connections of all workers; made in the parent before it forks."""

    def __init__(self, most: int) -> None:
        """Make room for at most so many workers at once."""
        self._counts = memoryview(mmap.mmap(-1, 4 * (most + 1))).cast("i")
        self._taken = [False] * (most + 1)
        for index in range(most + 1):
            self._counts[index] = _ABSENT

    def take(self) -> "Place":
        """Return a free place, for a worker that is about to be forked."""
        index = self._taken.index(False)
        self._taken[index] = index < len(self._taken) - 1  # the last is for all who find no other, and is not read
        return Place(self, index)

    def give_back(self, index: int) -> None:
        """Free the place of a worker that ended."""
        self._counts[index] = _ABSENT
        self._taken[index] = False

    def set(self, index: int, connections: int) -> None:
        """Note how many connections a worker has; -1 is none that can be had."""
        self._counts[index] = connections

    def fewest(self) -> int:
        """Return the connections of the worker that has the fewest, among those that accept any."""
        return min((count for count in self._counts[:-1] if count != _ABSENT), default=0)


class Place:
    """One worker's own place."""

    def __init__(self, places: Places, index: int) -> None:
        """Be one of several."""
        self._places = places
        self._index = index
        self._closed = False

    def set(self, connections: int) -> None:
        """Note how many connections this worker has."""
        if not self._closed:
            self._places.set(self._index, connections)

    def close(self) -> None:
        """Take no more part; the others no longer wait for this worker."""
        self._closed = True
        self._places.set(self._index, _ABSENT)

    def give_back(self) -> None:
        """Free the place for another worker; the parent's part, once this one has ended."""
        self._places.give_back(self._index)

    def is_crowded(self, connections: int) -> bool:
        """Say whether another worker has fewer connections than these, and so should take the next one.

        Of many, a sixteenth more is no crowd: to give way costs a moment, and crowds of idle clients come at once.
        """
        return connections > self._places.fewest() + connections // 16
