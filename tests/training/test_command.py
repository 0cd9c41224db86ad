"""The command as a user meets it: exit status, what is printed where, and what a refusal leaves behind."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from artifact import image, store
from training.folders import FOLDER_VARIABLE

Command = Callable[..., tuple[int, str, str]]


def _no_images(data: Path) -> None:
    for path in data.rglob("*.png"):
        path.unlink()


def _one_class(data: Path) -> None:
    for path in (data / "yes").glob("*"):
        path.unlink()


def _three_classes(data: Path) -> None:
    (data / "maybe").mkdir()
    (data / "no" / "0.png").rename(data / "maybe" / "0.png")


def _one_image_a_class(data: Path) -> None:
    for path in data.rglob("[1-5].png"):
        path.unlink()


def _all_of_one_class_alike(data: Path) -> None:
    file = (data / "yes" / "0.png").read_bytes()
    for path in (data / "yes").glob("*"):
        path.write_bytes(file)


def _damaged(data: Path) -> None:
    for path in (data / "yes").glob("*"):
        path.write_bytes(path.read_bytes()[:60])


BAD = {
    "no images": (_no_images, r"No labelled images were found in .*DATA_DIR/cat/\*\.jpg"),
    "one class": (_one_class, r"Found 1 class: no \(6\)\. Expected is one folder for each of the two classes"),
    "three classes": (
        _three_classes,
        r"Found 3 classes: yes \(6\), no \(5\), maybe \(1\)\. .* set one against the rest with --positive A\.",
    ),
    "one image a class": (_one_image_a_class, r"no has 1 and yes has 1 usable training images; at least 2 of each"),
    "copies": (_all_of_one_class_alike, r"yes has 1 usable training image; .*yes/1.png: It is an exact copy of yes/0"),
    "damaged": (_damaged, r"yes has 0 usable training images; .*yes/0\.png: "),
}


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(("spoil", "message"), BAD.values(), ids=BAD)
def test_images_that_nothing_can_be_learned_from_are_refused_with_the_way_out(
    command: Command, tmp_path: Path, data: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(data)
    status, printed, errors = command(data)
    assert status == 1
    assert re.search(f"Nothing was published. {message}", errors)
    assert printed == ""
    assert not (tmp_path / "models").exists()


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--name", "a/b"], "'a/b' cannot name a model; 1 to 64 of a-z"),
        (["--at-most-false-yes", "0.05"], "cannot be promised from 6 images of the negative class; at least 19 are"),
        (["--test", "0.7"], "--test 0.7 holds out nothing useful"),
        (["--test", "nowhere"], "nowhere does not exist"),
        (["--test", "a" * 300], "a{300} cannot be used .File name too long"),
        (["--unlabelled", "nowhere"], "--unlabelled nowhere holds no images"),
        (["--positive", "cat"], "--positive cat names no class; the classes are no and yes"),
    ],
)
def test_options_that_do_not_fit_the_images_are_refused_with_the_way_out(
    command: Command, tmp_path: Path, data: Path, arguments: list[str], message: str
) -> None:
    status, _, errors = command(data, *arguments)
    assert status == 1
    assert re.search(f"Nothing was published. .*{message}", errors)
    assert not (tmp_path / "models").exists()


@pytest.mark.usefixtures("stand_in")
def test_a_name_with_brackets_is_shown_as_it_is(command: Command, tmp_path: Path) -> None:
    status, _, errors = command(tmp_path / "[bold]nowhere")
    assert status == 1
    assert "[bold]nowhere does not exist" in errors


@pytest.mark.usefixtures("stand_in")
def test_broken_files_are_named_and_training_goes_on(command: Command, tmp_path: Path, data: Path) -> None:
    (data / "yes" / "empty.png").write_bytes(b"")
    (data / "no" / "text.jpg").write_text("not a picture")
    (data / "no" / "gone.png").symlink_to(data / "nowhere.png")
    status, printed, _ = command(data)
    assert status == 0
    assert "3 files were not used" in printed
    published = store.read(tmp_path / "models", "data")
    skipped = published.report()["data"]["skipped"]
    readme = (published.folder / "README.md").read_text(encoding="utf-8")
    for entry in skipped:
        assert f"\n  {entry['file']}: {entry['reason']}\n" in printed
        assert f"\n- {entry['file']}: {entry['reason']}\n" in readme
    assert {entry["file"] for entry in skipped} == {"yes/empty.png", "no/text.jpg", "no/gone.png"}
    assert all(len(entry["reason"]) > 20 and str(tmp_path) not in entry["reason"] for entry in skipped)


@pytest.mark.usefixtures("stand_in")
def test_of_many_broken_files_the_first_ten_are_named_and_where_the_rest_is(
    command: Command, tmp_path: Path, data: Path
) -> None:
    for number in range(15):
        (data / "yes" / f"broken{number:02d}.png").write_bytes(b"\x89PNG")
    status, printed, _ = command(data)
    assert status == 0
    report = tmp_path / "models" / "data" / "1" / "report.json"
    assert sum(line.startswith("  yes/broken") for line in printed.splitlines()) == 10
    assert "\n  and 5 more: report.json of the model, data.skipped\n" in printed
    assert "- and 5 more: `report.json`, `data.skipped`" in (report.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("stand_in")
def test_testing_on_the_training_images_is_said_to_test_nothing(command: Command, data: Path) -> None:
    status, printed, _ = command(data, "--test", data)
    assert status == 0
    assert re.search(r"  - All \d+ test images are exact copies of other images .* no test result", printed)


@pytest.mark.usefixtures("stand_in")
def test_results_go_to_standard_output_and_progress_to_the_other(command: Command, tmp_path: Path, data: Path) -> None:
    status, printed, errors = command(data, "--test", "0.5", "--name", "bees", "--compare")
    assert status == 0
    assert f"Published as {tmp_path / 'models' / 'bees' / '1'}" in printed
    report = store.read(tmp_path / "models", "bees").report()
    assert report["verdict"] in printed
    assert "Of the 6 test images 6 were told right" in printed
    assert "candidate" in printed  # the table
    assert all(check["summary"] in printed for check in report["checks"])
    assert "Publishing ..." in errors
    assert "Publishing ..." not in printed


@pytest.mark.parametrize(
    ("arguments", "status", "stream", "words"),
    [
        (["--help"], 0, "stdout", ["--at-most-false-yes RATE", "examples:", "DATA_DIR/cat", "default: models"]),
        (["--folds", "1"], 2, "stderr", ["--folds", "'1' is not a whole number of 2 or more"]),
        (["--strategy", "magic"], 2, "stderr", ["--strategy", "pretrained"]),
    ],
)
def test_help_and_usage_errors_do_not_wait_for_tensorflow(
    arguments: list[str], status: int, stream: str, words: list[str]
) -> None:
    program = (
        "import atexit, sys\n"
        "from training.command import main\n"
        "atexit.register(lambda: print('loaded:', sorted({'tensorflow', 'keras'} & sys.modules.keys())))\n"
        f"main({arguments!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "100"},
        check=False,
    )
    assert done.returncode == status
    assert "loaded: []" in done.stdout
    for word in words:
        assert word in getattr(done, stream)
    assert "Traceback" not in done.stderr


def test_a_real_run_from_images_to_a_model_that_tells_new_ones(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_images: Callable[..., Path],
    draw_file: Callable[..., bytes],
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    status, printed, _ = command(write_images(tmp_path / "many", range(8)), "--cache", tmp_path / "cache")
    assert status == 0
    assert "About 99 of 100 new photos like these will be told right" in printed
    published = store.read(tmp_path / "models", "many")
    assert published.card.strategy.startswith("pretrained")
    assert published.card.data["train"] == {"no": 8, "yes": 8}

    session = onnxruntime.InferenceSession(published.model, providers=["CPUExecutionProvider"])
    new = [draw_file(number, brightness) for brightness in (90, 170) for number in range(300, 304)]
    pixels = np.stack([image.load(file, published.card.input) for file in new])
    logits = session.run(["logit"], {"image": pixels})[0]
    assert (np.sign(logits) == np.repeat([-1, 1], 4)).all()
