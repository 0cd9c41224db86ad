"""What a training does to the model that is served, and what it says of it."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from artifact import store


@pytest.mark.usefixtures("stand_in")
def test_the_last_line_is_the_next_command(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path, data: Path
) -> None:
    printed = command(data)[1].splitlines()
    assert printed[-1].startswith(f"Serve it: SERVICE_MODELS={tmp_path / 'models'} SERVICE_MODEL=data ")
    assert printed[-1].endswith(" -m service")
    page = tmp_path / "models" / "data" / "1" / "report.html"
    assert printed[-2] == f"Read the report: {page}"
    assert "<h2>Reasons for distrust</h2>" in page.read_text(encoding="utf-8")
    again = command(data)[1].splitlines()
    assert again[-3] == f"Unchanged: {tmp_path / 'models' / 'data' / '1'} is this very model."


@pytest.mark.usefixtures("stand_in")
def test_a_model_of_other_classes_is_only_replaced_where_that_is_said(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path, data: Path
) -> None:
    assert command(data)[0] == 0
    (data / "yes").rename(data / "bees")
    (data / "no").rename(data / "ants")
    status, _, errors = command(data)
    assert status == 1
    assert "data is in use: its version 1 tells yes and no apart, and these images are" in errors
    assert store.versions(tmp_path / "models", "data") == ["1"]
    assert command(data, "--replace")[0] == 0
    assert {*vars(store.read(tmp_path / "models", "data").card.classes).values()} == {"bees", "ants"}


@pytest.mark.usefixtures("stand_in")
def test_a_clearly_worse_version_is_published_and_not_served(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path, data: Path
) -> None:
    assert command(data)[0] == 0
    report = tmp_path / "models" / "data" / "1" / "report.json"
    before = json.loads(report.read_text())
    before["estimate"]["log_loss"] = {"value": 1e-9, "low": 0.0, "high": 1e-8, "n": 9000}  # from many more images
    report.write_text(json.dumps(before))
    status, printed, _ = command(data, "--seed", "7")
    assert status == 0
    assert "Version 1 stays served, since version 2 is clearly worse: log loss 0.00 -> " in printed
    assert printed.splitlines()[-1].endswith(" -m service use data 2")
    assert store.current(tmp_path / "models", "data") == "1"
    assert store.versions(tmp_path / "models", "data") == ["1", "2"]
    command(data, "--seed", "7")
    assert store.versions(tmp_path / "models", "data") == ["1", "2"]
    assert command(data, "--seed", "7", "--replace")[0] == 0
    assert store.current(tmp_path / "models", "data") == "3"


def _add(data: Path, draw_file: Callable[..., bytes], numbers: Iterable[int], brightness: dict[str, int]) -> None:
    for label, value in brightness.items():
        (data / label).mkdir(parents=True, exist_ok=True)
        for number in numbers:
            (data / label / f"{number}-{value}.png").write_bytes(draw_file(1000 * value + number, value))


@pytest.mark.usefixtures("stand_in")
def test_a_new_version_is_compared_on_the_images_that_are_new_to_both(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path, draw_file: Callable[..., bytes]
) -> None:
    """By hand: the first draws the line at 110, and of the later images takes the noes, which are of 120, for yes."""
    data, models = tmp_path / "data", tmp_path / "models"
    _add(data, draw_file, range(6), {"no": 90, "yes": 130})
    command(data)
    assert json.loads((models / "data" / "1" / "report.json").read_text())["than_before"] is None
    _add(data, draw_file, range(12), {"no": 120, "yes": 170})
    printed = command(data, "--only-if-better")[1]
    assert store.current(models, "data") == "2"
    found = json.loads((models / "data" / "2" / "report.json").read_text())["than_before"]
    assert (found["verdict"], found["images"], found["left_out"]) == ("better", 24, 12)
    assert found["gain"]["value"] == pytest.approx(0.5)
    assert 0 < found["gain"]["low"] < 0.5 < found["gain"]["high"]
    assert "It is better than version 1 by 50 points (+" in printed
    assert "on the 24 images that version 1 has not learned from" in printed


@pytest.mark.usefixtures("stand_in")
def test_what_is_not_surely_better_is_not_served_where_that_was_asked_for(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path, data: Path
) -> None:
    command(data)
    status, printed, _ = command(data, "--seed", "7", "--only-if-better")
    assert status == 0
    assert (
        "Version 1 stays served, not version 2. Whether it is better than version 1 cannot be told: 0 images" in printed
    )
    assert store.current(tmp_path / "models", "data") == "1"
    with pytest.raises(SystemExit):
        command(data, "--only-if-better", "--replace")
