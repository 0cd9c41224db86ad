"""What a tree of processes takes: memory, where shared pages count once in all, and processor time (Linux's /proc)."""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def tree(root: int, proc: Path = PROC) -> list[int]:
    """Return a process and all that descend from it, or were started in its session and left by their parents."""
    parents: dict[int, list[int]] = {}
    for pid, parent in _parents(root, proc):
        parents.setdefault(parent, []).append(pid)
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += parents.get(pid, [])
    return found


def proportional_bytes(pids: list[int], proc: Path = PROC) -> int:
    """Return the memory of processes, each page divided by how many share it (PSS); those that ended count nothing."""
    return sum(_pss(proc / str(pid) / "smaps_rollup") for pid in pids)


def processor_seconds(pids: list[int], proc: Path = PROC) -> float:
    """Return the processor time that processes used so far, in the user's and the system's part together."""
    ticks = 0
    for pid in pids:
        fields = _fields(proc / str(pid) / "stat")
        ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _parents(root: int, proc: Path) -> Iterator[tuple[int, int]]:
    """Yield each process with its parent; one that init adopted stays with the root whose session it is in."""
    for entry in proc.iterdir():
        fields = _fields(entry / "stat") if entry.name.isdigit() else []
        if not fields or int(entry.name) == root:
            continue
        parent, session = int(fields[1]), int(fields[3])
        yield int(entry.name), root if parent == 1 and session == root else parent


def _fields(stat: Path) -> list[str]:
    """Return the fields of a stat file after the command's name (the state is first); none where the process ended."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss(rollup: Path) -> int:
    try:
        lines = rollup.read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
