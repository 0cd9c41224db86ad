"""Batches on a Ray cluster of several nodes, one of which is killed while each of them is in the middle of a part."""

import json
import os
import subprocess
from functools import partial
from pathlib import Path

import pytest

from tests.service.batches import assert_every_image_once, command, finished, make_images, make_list
from tests.service.pictures import picture
from tests.service.ray_nodes import ENVIRONMENT, nodes
from tests.service.running import PATIENCE, ROOT, until

pytest.importorskip("ray", reason="ray[serve] is not installed")
pytestmark = pytest.mark.ray


def has_ended_or_reads(process: "subprocess.Popen[bytes]", pipe: Path) -> bool:
    return process.poll() is not None or is_being_read(pipe)


def is_being_read(pipe: Path) -> bool:
    """Say whether a process has come to a named pipe, where it stands still in the middle of its part.

    The look wakes it; a pipe is no file that it can use, so it opens the pipe once more, and stands still again.
    """
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def test_a_node_that_is_killed_costs_no_part_and_doubles_none(models: Path, tmp_path: Path) -> None:
    names, output = make_images(tmp_path / "images", 60), tmp_path / "out"
    listed = make_list(tmp_path / "images" / "list.csv", names)
    pipes = [tmp_path / "images" / names[place] for place in (22, 27)]  # of parts 4 and 5
    for pipe in pipes:
        pipe.unlink()
        os.mkfifo(pipe)
    arguments = (listed, output, "--models", models, "--part-size", 5, "--engine", "ray", "--readers", 1)
    with nodes(2) as cluster, (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command(*arguments, "--address", cluster.address),
            cwd=ROOT,
            env={**os.environ, **ENVIRONMENT},
            stdout=log,
            stderr=log,
        )
        for pipe in pipes:
            until(partial(has_ended_or_reads, process, pipe))
        before = finished(output)
        cluster.kill(0)
        for pipe, place in zip(pipes, (22, 27), strict=True):
            waited_at = pipe.with_suffix(".pipe")
            waited_at.hardlink_to(pipe)
            (beside := pipe.with_suffix(".new")).write_bytes(picture(place))
            beside.replace(pipe)
            os.close(os.open(waited_at, os.O_RDWR))  # wakes who waits at the pipe; it tries again, and finds the file
        assert process.wait(timeout=2 * PATIENCE) == 0, (tmp_path / "log").read_text()
    after = finished(output)
    assert {name: after[name] for name in before} == before
    assert len(after) == 12
    assert_every_image_once(output, names)
    summary = json.loads((output / "summary.json").read_text())
    assert (summary["complete"], summary["done"], summary["failed_parts"]) == (True, 60, {})
