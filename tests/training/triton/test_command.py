"""`python -m training.triton` as people meet it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.publishing import publish
from training.triton.command import main

ROOT = Path(__file__).parents[3]


def test_it_writes_without_tensorflow(tmp_path: Path) -> None:
    script = (
        "import sys; from training.triton.command import main; code = main(sys.argv[1:]);"
        "sys.exit(code or 10 * bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, "default", str(tmp_path / "new" / "triton")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "new/triton/default/config.pbtxt").is_file()
    assert str(tmp_path / "new" / "triton" / "default-network") in run.stdout


def test_a_model_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(tmp_path / "models", "bees")
    assert main(["wasps", str(tmp_path / "out"), "--models", str(tmp_path / "models")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Nothing was written. No model named wasps")
    assert "bees" in said
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(tmp_path / "models", "bees")
    (tmp_path / "out").write_text("a file")
    assert main(["bees", str(tmp_path / "out"), "--models", str(tmp_path / "models")]) == 1
    assert f"{tmp_path / 'out'} cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--max-batch-size", "0"], ["--decoders", "-1"], ["--decoders", "many"]])
def test_numbers_are_checked(option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bees", str(tmp_path), *option])
    assert ended.value.code == 2
    assert "not a whole number" in capsys.readouterr().err
