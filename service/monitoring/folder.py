"""The folder by which the workers share what they count, named by an environment variable, new for each run.

The library reads the variable when it is first imported, so this module imports nothing of it. Who is killed cannot
remove its folder, which takes memory; the next start does. Whose run goes on is told by a lock, which ends with the
last of its processes, whatever their numbers and namespaces.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "thirtyfive-metrics-"
_LOCK = "running"
_IN_MEMORY = Path("/dev/shm")


def make(home: Path | None = None) -> None:
    """Make the folder, in memory where there is such a place, and set the variable; remove those of dead runs."""
    made = _new(home or _IN_MEMORY)
    os.environ[VARIABLE] = str(made)
    _hold(made)
    for folder in made.parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # it goes on, is another user's, or has just been made
            _remove_dead(folder)


def _new(home: Path) -> Path:
    """Return a new folder in a place, or among temporary files where that is absent or read-only."""
    try:
        return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
    except OSError:
        return Path(tempfile.mkdtemp(prefix=_PREFIX))


def _hold(folder: Path) -> None:
    """Lock a folder as long as this process, or one forked from it, lives."""
    descriptor = os.open(folder / f"{_LOCK}.new", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    (folder / f"{_LOCK}.new").rename(folder / _LOCK)  # so that nobody finds it without its lock


def _remove_dead(folder: Path) -> None:
    """Remove a folder whose run has ended; raises `OSError` where it has not, or that cannot be told."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(descriptor)
