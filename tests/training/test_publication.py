"""What a training does to the model that is served, and what it says of it."""

import json

import pytest

from artifact import store


@pytest.mark.usefixtures("stand_in")
def test_the_last_line_is_the_next_command(command, tmp_path, data):
    printed = command(data)[1].splitlines()
    assert printed[-1].startswith(f"Serve it: SERVICE_MODELS={tmp_path / 'models'} SERVICE_MODEL=data ")
    assert printed[-1].endswith(" -m service")
    page = tmp_path / "models" / "data" / "1" / "report.html"
    assert printed[-2] == f"Read the report: {page}"
    assert "<h2>Reasons for distrust</h2>" in page.read_text(encoding="utf-8")
    again = command(data)[1].splitlines()
    assert again[-3] == f"Unchanged: {tmp_path / 'models' / 'data' / '1'} is this very model."


@pytest.mark.usefixtures("stand_in")
def test_a_model_of_other_classes_is_only_replaced_where_that_is_said(command, tmp_path, data):
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
def test_a_clearly_worse_version_is_published_and_not_served(command, tmp_path, data):
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
