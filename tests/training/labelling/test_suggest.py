"""`python -m training suggest` from a published model and a folder to the list that training reads."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artifact import store
from artifact.report.record import Recorded
from tests.service.publishing import publish
from training.errors import TrainingError
from training.labelling import pool
from training.labelling.command import main
from training.reading import sources
from training.reading.facts import Facts
from training.reading.measuring import measure_all

Write = Callable[..., None]


def photo(number: int, brightness: int) -> Image.Image:
    """Return a smooth picture of its own, of about one brightness."""
    noise = np.random.default_rng(number).normal(brightness, 60, (6, 8, 3)).clip(0, 255).astype(np.uint8)
    return Image.fromarray(noise).resize((160, 120), Image.Resampling.BICUBIC)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a model of `dark` and `bright` and a folder of images without labels."""
    monkeypatch.chdir(tmp_path)
    publish(tmp_path / "models", name="lamps")
    (tmp_path / "more" / "deep").mkdir(parents=True)
    for number in range(6):
        photo(number, 40 * number + 25).save(tmp_path / "more" / ("deep" if number % 2 else "") / f"{number}.jpg")
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    """Return the list as a program of tables reads it."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_the_filled_list_is_training_input(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lamps", "more", "--count", "4"]) == 0
    said = capsys.readouterr().out
    assert "To label next, of 6: 4" in said
    assert said.rstrip().endswith("-m training DATA_DIR --also suggestions/labels.csv --name lamps")
    sheet = Path("suggestions/labels.csv")
    listed = rows(sheet)
    assert [row["label"] for row in listed] == [""] * 4
    assert len({row["file"] for row in listed}) == 4
    for row, label in zip(listed, ["dark", "bright", "", "dark"], strict=True):
        row["label"] = label
    with sheet.open("w", newline="") as file:
        writer = csv.DictWriter(file, listed[0].keys())
        writer.writeheader()
        writer.writerows(listed)
    listing = sources.find(sheet)
    assert [found.label for found in listing.found] == ["dark", "bright", "dark"]
    assert [Image.open(sheet.parent / row["file"]).size for row in listed] == [(160, 120)] * 4
    assert all(found.read().startswith(b"\xff\xd8") for found in listing.found)
    assert len(listing.unused) == 1


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("cp1252", ";"), ("utf-16", "\t")],
    ids=["plain", "German", "Unicode"],
)
def test_a_list_with_one_label_comes_back_from_a_spreadsheet(here: Path, encoding: str, delimiter: str) -> None:
    """As Excel saves it: CSV UTF-8, CSV of a German system, Unicode text. What the model says is never a label."""
    assert main(["lamps", "more", "--count", "4"]) == 0
    sheet = Path("suggestions/labels.csv")
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")  # or Excel takes it for another encoding
    listed = rows(sheet)
    listed[2]["label"] = "Bright "
    with sheet.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, ["label", "model_says", "file"], delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(listed)
    listing = sources.find(sheet)
    assert [entry.label for entry in listing.found] == ["Bright"]
    assert len(listing.unused) == 3


def test_a_list_without_a_label_is_no_training_input(here: Path) -> None:
    assert main(["lamps", "more", "--count", "4"]) == 0
    with pytest.raises(TrainingError, match=r"None of the 4 images .* has a label yet"):
        sources.find(Path("suggestions/labels.csv"))


def test_the_page_shows_each_image_and_what_the_model_says(here: Path) -> None:
    Path("more/<b> & c.jpg").write_bytes(Path("more/0.jpg").read_bytes())
    Path("more/0.jpg").unlink()
    assert main(["lamps", "more", "--out", "chosen"]) == 0
    page = Path("chosen/index.html").read_text()
    assert page.count('src="data:image/jpeg;base64,') == 6
    assert "&lt;b&gt; &amp; c.jpg" in page
    assert "<b> &" not in page
    assert all(f"The model says {row['model_says']}" in page for row in rows(Path("chosen/labels.csv")))


def test_labels_that_somebody_filled_in_are_never_lost(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lamps", "more"]) == 0
    sheet = Path("suggestions/labels.csv")
    assert main(["lamps", "more"]) == 0  # an empty list may be made anew
    filled = sheet.read_text().replace(",,", ",dark,", 1)
    sheet.write_text(filled)
    assert main(["lamps", "more"]) == 1
    assert "1 of its images have a label" in capsys.readouterr().err.replace("\n", " ")
    assert sheet.read_text() == filled
    sheet.write_text("my own table\n1\n")
    assert main(["lamps", "more"]) == 1
    assert sheet.read_text() == "my own table\n1\n"


def test_what_the_model_knows_and_what_cannot_be_read_and_copies_are_left_out(here: Path) -> None:
    shutil.copy("more/2.jpg", "more/2 copy.jpg")
    Path("more/broken.jpg").write_bytes(Path("more/4.jpg").read_bytes()[:300])
    card = store.read(Path("models"), "lamps").card
    known = sources.find_unlabelled(Path("more"))
    measured = measure_all([entry for entry in known if entry.file == "0.jpg"])[0][0]
    assert isinstance(measured, Facts)
    digest = measured.sha256
    recorded = Recorded("0.jpg", "train", digest, "no", "no", 0.1, False, False)
    found = pool.gather(Path("more"), card, [recorded], lambda: None)
    assert found.known == 1
    assert len(found.samples) == 5
    assert {Path(entry.file).name for entry in found.unused} == {"broken.jpg", "2.jpg"}
    assert "nearly repeats" in next(entry.reason for entry in found.unused if entry.file.endswith("2.jpg"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nosuch", "more"], "No model named nosuch"),
        (["lamps", "empty"], "holds no image"),
        (["lamps", "nowhere"], "nowhere is not a folder"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_written(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    Path("empty").mkdir()
    assert main(arguments) == 1
    assert expected in capsys.readouterr().err.replace("\n", " ")
    assert not Path("suggestions/labels.csv").exists()


@pytest.mark.parametrize("arguments", [["lamps", "more", "--count", "0"], ["lamps"]])
def test_a_wrong_use_is_a_usage_error(here: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
