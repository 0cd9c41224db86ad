"""Batches in processes: killed in the middle, ended by an image, and gone on with."""

import json
import os
import signal
import subprocess
from pathlib import Path

from tests.service.batches import assert_every_image_once, batch, command, finished, make_images, make_list, results
from tests.service.pictures import picture
from tests.service.running import PATIENCE, ROOT, until


def alive(process: int) -> bool:
    return Path(f"/proc/{process}/stat").exists() and b") Z " not in Path(f"/proc/{process}/stat").read_bytes()


def below(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_after_kill_9_the_rest_is_done_and_nothing_twice(models: Path, tmp_path: Path) -> None:
    names, output = make_images(tmp_path / "images", 40), tmp_path / "out"
    listed = make_list(tmp_path / "images" / "list.csv", names)
    pipe = tmp_path / "images" / names[22]
    pipe.unlink()
    os.mkfifo(pipe)  # whoever reads it stands still
    arguments = (listed, output, "--models", models, "--part-size", 5, "--workers", 2)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command(*arguments), cwd=ROOT, stdout=log, stderr=log)
    until(lambda: len(finished(output)) == 7)
    children = below(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=PATIENCE)
    until(lambda: not any(alive(child) for child in children))
    before = finished(output)
    assert "part-00000004.parquet" not in before
    pipe.unlink()
    pipe.write_bytes(picture(22))
    run = batch(*arguments)
    assert run.returncode == 0, run.stderr
    after = finished(output)
    assert {name: after[name] for name in before} == before
    assert len(after) == 8
    assert_every_image_once(output, names)
    summary = json.loads((output / "summary.json").read_text())
    assert (summary["complete"], summary["done"], sum(summary["labels"].values())) == (True, 40, 40)
    assert not [path for path in (output / "parts").iterdir() if path.name not in after]


def test_an_image_that_ends_its_process_is_left_out_and_the_others_answered(models: Path, tmp_path: Path) -> None:
    names, output = make_images(tmp_path / "images", 12), tmp_path / "out"
    (tmp_path / "sitecustomize.py").write_text(
        "import os, PIL.Image\n"
        "from pathlib import Path\n"
        "opened = PIL.Image.open\n"
        "def open_(file, *a, **k):\n"
        f"    if file.getvalue() == {picture(5)!r}: os.kill(os.getpid(), 9)\n"
        "    return opened(file, *a, **k)\n"
        "PIL.Image.open = open_\n"
    )
    arguments = (tmp_path / "images", output, "--models", models, "--part-size", 4, "--workers", 2)
    run = batch(*arguments, PYTHONPATH=str(tmp_path))
    assert run.returncode == 0, run.stderr
    rows = results(output)
    assert [row["path"] for row in rows] == names
    assert [(row["path"], row["code"]) for row in rows if row["code"]] == [("005.png", "fatal")]
