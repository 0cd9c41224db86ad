"""Keep what dead workers counted, in two files for all of them, so that restarts fill no folder and no sum falls.

Prometheus' client keeps a file for each process and kind of metric for ever. Those of the dead are added up here. Who
reads all files and who folds some take turns by a lock on the folder: otherwise a reading in between would miss some,
or count them twice.
"""

import contextlib
import fcntl
import os
import struct
from collections.abc import Container, Iterator
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

KINDS = ("counter", "histogram")
"""The metrics that go on counting after their process; gauges of the dead are removed by the library."""
_RETIRED = "retired"


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Read the files of a folder while nobody folds them."""
    with _locked(folder, fcntl.LOCK_SH):
        yield


def fold(folder: Path, living: Container[int]) -> None:
    """Add the files of dead processes to those that all dead ones have together, and remove them.

    While somebody reads, they are left for the next time, and count as they are: a reader may hang.
    """
    with contextlib.suppress(BlockingIOError), _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
        for kind in KINDS:
            for own in folder.glob(f"{kind}_*.db"):
                pid = own.stem.removeprefix(f"{kind}_")
                if pid.isdecimal() and int(pid) not in living:
                    _add(own, folder / f"{kind}_{_RETIRED}.db")
                    own.unlink()


def _add(source: Path, target: Path) -> None:
    with contextlib.closing(MmapedDict(str(target))) as sums:  # type: ignore[no-untyped-call]
        for key, value in _values(source):
            sums.write_value(key, sums.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]


def _values(file: Path) -> Iterator[tuple[str, float]]:
    """Yield what a file holds; nothing beyond the place where a process died while it wrote."""
    with contextlib.suppress(struct.error, RuntimeError, UnicodeDecodeError):
        for key, value, *_ in MmapedDict.read_all_values_from_file(str(file)):  # type: ignore[no-untyped-call]
            yield key, value


@contextlib.contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
