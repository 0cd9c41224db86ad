"""Publishing is interrupted at every step, by a kill and by a full disk; what is served stays whole throughout."""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from artifact import publishing, store
from artifact.errors import ArtifactError
from artifact.publishing import Bundle

OLD, NEW = b"the old network", b"the new network" * 4000
NAME = "faces"


@pytest.fixture
def models() -> Iterator[Path]:
    """Return a folder in memory where there is such a thing: flushing a disk some thousand times takes minutes."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        yield Path(folder) / "models"


def whole(models: Path) -> bytes | None:
    """Check that every visible version is whole; return the network that is served, or None where there is none."""
    for version in store.versions(models, NAME):
        store.read(models, NAME, version)
    try:
        return store.read(models, NAME).model
    except ArtifactError:
        assert not (models / NAME / "current").exists()
        return None


def leftovers(models: Path) -> list[str]:
    return [path.name for path in (models / NAME).iterdir() if path.name.startswith(".")]


def in_child(work: Callable[[], object]) -> int:
    """Run `work` in a process of its own; return its wait status: 0 where it ended well."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except ArtifactError:
            os._exit(1)
        finally:
            os._exit(2)
    return os.waitpid(child, 0)[1]


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Run `work` in a process that is killed before the given line of the publishing code; False: it ended first."""
    left = step

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != publishing.__file__:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    def run() -> None:
        sys.settrace(trace)
        work()

    status = in_child(run)
    assert status in (0, signal.SIGKILL)
    return status != 0


@pytest.mark.parametrize("served", [None, OLD])
def test_a_kill_at_any_step_leaves_what_was_served_or_the_whole_new_version(
    served: bytes | None, models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    step, seen = 0, []
    while True:
        step += 1
        shutil.rmtree(models, ignore_errors=True)
        if served is not None:
            publishing.publish(models, make_bundle(served))
        if not killed_at(step, lambda: publishing.publish(models, make_bundle(NEW))):
            break
        found = whole(models) if models.exists() and (models / NAME).exists() else None
        seen.append(found)
        assert found in (served, NEW)
        # The next run of the same command finishes what was begun.
        assert publishing.publish(models, make_bundle(NEW)).name == NAME
        assert whole(models) == NEW
        assert not leftovers(models)
    assert whole(models) == NEW
    assert served in seen
    assert NEW in seen
    assert seen.index(NEW) > 20  # most steps lie before the new version shows
    assert seen == sorted(seen, key=lambda found: found == NEW)  # and once it shows it stays


def test_a_kill_at_any_step_of_a_rollback_leaves_one_of_the_two(
    models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    step, seen = 0, []
    while True:
        step += 1
        shutil.rmtree(models, ignore_errors=True)
        publishing.publish(models, make_bundle(OLD))
        publishing.publish(models, make_bundle(NEW))
        if not killed_at(step, lambda: publishing.roll_back(models, NAME)):
            break
        seen.append(whole(models))
    assert whole(models) == OLD
    assert set(seen) == {OLD, NEW}


class FullDisk:
    """Refuses the n-th call of a system function, and all later ones, as a full disk does."""

    def __init__(self, real: Callable[..., Any], at: int) -> None:
        self.real, self.left = real, at

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.left -= 1
        if self.left <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.real(*arguments, **options)


@pytest.mark.parametrize(("function", "calls"), [("fsync", 9), ("rename", 1), ("replace", 1), ("mkdir", 1)])
def test_a_disk_that_fills_at_any_call_is_an_error_and_changes_nothing(
    function: str, calls: int, models: Path, make_bundle: Callable[..., Bundle], monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing.publish(models, make_bundle(OLD))
    for at in range(1, calls + 1):
        with monkeypatch.context() as patch:
            patch.setattr(os, function, FullDisk(getattr(os, function), at))
            with pytest.raises(ArtifactError, match="No space left") as refusal:
                publishing.publish(models, make_bundle(NEW))
        assert str(models) not in str(refusal.value)
        assert whole(models) in (OLD, NEW)
    publishing.publish(models, make_bundle(NEW))
    assert whole(models) == NEW
    assert not leftovers(models)


@pytest.mark.parametrize("largest", [0, 1, 10, 100, 1000, len(NEW) - 1])
def test_a_kernel_that_refuses_to_write_more_is_an_error_and_changes_nothing(
    largest: int, models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    publishing.publish(models, make_bundle(OLD))
    before = {path: path.read_bytes() for path in models.rglob("*") if path.is_file()}

    def publish() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        publishing.publish(models, make_bundle(NEW))

    assert os.waitstatus_to_exitcode(in_child(publish)) == 1  # ArtifactError
    assert {path: path.read_bytes() for path in models.rglob("*") if path.is_file()} == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a real file system of 128 KiB; skip where that is not allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system needs more rights than this process has")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_real_disk_that_fills_up_is_an_error_until_there_is_room(
    small_disk: Path, make_bundle: Callable[..., Bundle]
) -> None:
    models = small_disk / "models"
    publishing.publish(models, make_bundle(OLD))
    filler = small_disk / "filler"
    for free in range(0, 80, 8):  # KiB: less than the new model needs
        status = os.statvfs(small_disk)
        filler.write_bytes(b"")
        filler.write_bytes(b"\0" * max(0, status.f_bavail * status.f_frsize - free * 1024))
        with pytest.raises(ArtifactError, match="No space left"):
            publishing.publish(models, make_bundle(NEW))
        assert whole(models) == OLD
        filler.unlink()
    publishing.publish(models, make_bundle(NEW))
    assert whole(models) == NEW
