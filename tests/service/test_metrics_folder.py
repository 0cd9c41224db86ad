"""The folder of the metrics: one for each run, and none left of runs that were killed."""

import fcntl
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from service.monitoring import folder
from tests.service.running import until

SCRIPT = """
import os, sys
from pathlib import Path
from service.monitoring import folder
folder.make(Path(sys.argv[1]))
if os.fork() == 0:  # a worker, which may outlive its parent
    print(os.environ["PROMETHEUS_MULTIPROC_DIR"], flush=True)
    sys.stdin.read()
    os._exit(0)
os.wait()
"""


def run(home: Path) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(home)], **pipes)  # type: ignore[call-overload,no-any-return]


def place(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    process.wait()


def is_free(folder: Path) -> bool:
    """Say whether no process holds the folder any more."""
    with (folder / "running").open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_what_a_killed_run_left_is_removed_by_the_next_and_nothing_of_one_that_goes_on(tmp_path: Path) -> None:
    other = tmp_path / "thirtyfive-metrics-of-an-older-release"
    other.mkdir()
    first = run(tmp_path)
    of_first = place(first)
    first.kill()
    first.wait()
    second = run(tmp_path)
    of_second = place(second)
    assert of_first.is_dir(), "its worker lives"
    end(first)
    until(lambda: is_free(of_first))
    third = run(tmp_path)
    of_third = place(third)
    assert sorted(tmp_path.iterdir()) == sorted([other, of_second, of_third])
    end(second)
    end(third)


def test_where_memory_is_no_place_for_files_the_folder_is_among_temporary_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(folder.VARIABLE, "")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(folder, "_IN_MEMORY", Path("/proc"))  # in which nobody makes a folder, nor in a read-only one
    folder.make()
    (made,) = tmp_path.iterdir()
    assert os.environ[folder.VARIABLE] == str(made)
    assert not is_free(made)
