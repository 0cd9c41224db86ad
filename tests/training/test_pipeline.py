"""Whole runs with a strategy that takes no time: what is published, and how each setting shows in it."""

import dataclasses
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from artifact import decision, golden, image, store
from training import pipeline
from training.gathering import gather
from training.pipeline import Outcome, train
from training.progress import Stages
from training.settings import Settings

Run = Callable[..., Outcome]
Write = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("stand_in")


@pytest.fixture
def data(tmp_path: Path, write_images: Write) -> Path:
    return write_images(tmp_path / "data", range(10))


@pytest.fixture
def run(tmp_path: Path, data: Path) -> Run:
    """Train with settings, by default on ten images of each class, and return the card and the report."""

    def once(**settings: Any) -> Outcome:
        asked: dict[str, Any] = {"source": data, "models": tmp_path / "models", "folds": 3, "repeats": 2} | settings
        return train(Settings(**asked), Stages(quiet=True))

    return once


def _refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def test_what_is_recorded_is_what_the_published_files_say(run: Run, tmp_path: Path, data: Path) -> None:
    """From the folder alone: ONNX Runtime, the card, and the rules of decision."""
    run()
    published = store.read(tmp_path / "models", "default")
    session = onnxruntime.InferenceSession(published.model, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    assert set(names) == set(published.card.model.outputs) == {"logit", "novelty", "evidence"}

    def score(file: bytes) -> tuple[float, float]:
        outputs = session.run(None, {"image": image.load(file, published.card.input)[None]})
        found = dict(zip(names, outputs, strict=True))
        return float(found["logit"][0]), float(found["novelty"][0])

    rows = published.report()["recorded"]
    assert len(rows) == 20
    for row in rows:
        answer = decision.decide(*score((data / row["file"]).read_bytes()), published.card)
        assert row["probability"] == pytest.approx(answer.probability, abs=1e-6)
        assert (row["label"], row["uncertain"], row["unfamiliar"]) == (
            answer.label,
            answer.uncertain,
            answer.unfamiliar,
        )
        assert row["actual"] == row["file"].split("/")[0]
    assert golden.largest_difference(published.cases, score) < 1e-5


def test_the_files_are_strict_json_and_the_report_says_which_model_it_is_of(run: Run, tmp_path: Path) -> None:
    run()
    folder = tmp_path / "models" / "default" / "1"
    documents = {
        path.name: json.loads(path.read_text(), parse_constant=_refuse_constant) for path in folder.glob("*.json")
    }
    assert documents.keys() == {"card.json", "report.json", "golden.json"}
    assert documents["report.json"]["model"] == {"name": "default", "version": "1"}


def test_the_same_run_again_is_the_same_file_and_publishes_nothing_new(run: Run, tmp_path: Path) -> None:
    """Even late in a process, when Keras has numbered many layers, and beside the measuring of costs."""
    first = run().card
    assert run().card == first
    assert run(compare=True).card == first
    assert store.versions(tmp_path / "models", "default") == ["1"]
    other = run(seed=36).card
    assert store.versions(tmp_path / "models", "default") == ["1", "2"]
    assert other.model.sha256 == first.model.sha256  # the stand-in has nothing random; only the card tells them apart


def test_a_test_folder_is_measured_without_what_training_has_seen(
    run: Run, tmp_path: Path, data: Path, write_images: Write
) -> None:
    test = write_images(tmp_path / "test", range(50, 54))
    (test / "yes" / "copy.png").write_bytes((data / "yes" / "3.png").read_bytes())
    pixels = np.asarray(Image.open(data / "no" / "4.png")).astype(int)
    Image.fromarray((pixels + 2).clip(0, 255).astype(np.uint8)).save(test / "no" / "nearly.png")
    report = run(test=str(test)).document
    assert report["data"]["counts"]["test"] == {"no": 5, "yes": 4}
    assert report["test"]["n"] == 8
    assert report["test"]["accuracy"]["value"] == 1.0
    (leak,) = [check for check in report["checks"] if check["check"] == "leaks between train and test"]
    assert leak["evidence"]["pairs"] == [{"test": "no/nearly.png", "train": "no/4.png"}]
    (skipped,) = report["data"]["skipped"]
    assert skipped["file"] == "yes/copy.png"
    assert "yes/3.png" in skipped["reason"]


def test_images_that_do_not_tell_the_classes_apart_make_a_model_that_says_so_first(
    run: Run, tmp_path: Path, draw_file: Callable[..., bytes]
) -> None:
    """As many dark as bright images under each label."""
    for label, numbers in (("no", range(12)), ("yes", range(12, 24))):
        (tmp_path / "noise" / label).mkdir(parents=True)
        for number in numbers:
            (tmp_path / "noise" / label / f"{number}.png").write_bytes(draw_file(number, 90 + 80 * (number % 2)))
    outcome = run(source=tmp_path / "noise")
    first = "No better than guessing. Do not use it."
    assert outcome.document["verdict"].startswith(first)
    assert outcome.card.guessing
    assert "went well" not in outcome.document["training"]["final"]["diagnosis"]["verdict"]
    assert all(row["uncertain"] for row in outcome.document["recorded"])
    version = tmp_path / "models" / "default" / "1"
    assert "went well" not in (version / "report.html").read_text()
    page = (version / "README.md").read_text()
    assert page.split("# default: yes or no")[1].strip().startswith(first)


def test_where_every_test_image_is_known_there_is_no_test_result(
    run: Run, tmp_path: Path, data: Path, write_images: Write
) -> None:
    test = write_images(tmp_path / "test", range(2))
    assert run(test=str(test)).document["test"] is None


def test_a_share_is_held_out_and_never_trained_on(run: Run) -> None:
    report = run(test="0.2").document
    parts = [row["part"] for row in report["recorded"]]
    assert (parts.count("train"), parts.count("test")) == (16, 4)
    assert report["data"]["counts"]["test"] == {"no": 2, "yes": 2}
    assert report["test"]["n"] == 4


def test_many_test_images_are_drawn_from_all_of_them_to_compare_with_training(
    run: Run, tmp_path: Path, write_images: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files come class by class; the first of them would look like another kind of image."""
    monkeypatch.setattr(pipeline, "COMPARED", 40)
    more, test = write_images(tmp_path / "more", range(20)), write_images(tmp_path / "test", range(50, 90))
    report = run(source=more, test=str(test)).document
    assert "train and test alike" not in [row["check"] for row in report["checks"] + report["checks_not_run"]]


@pytest.mark.parametrize(("positive", "negative"), [("no", "yes"), ("yes", "no")])
def test_the_positive_class_is_the_one_asked_for(
    run: Run, tmp_path: Path, data: Path, positive: str, negative: str
) -> None:
    outcome = run(positive=positive)
    assert (outcome.card.classes.positive, outcome.card.classes.negative) == (positive, negative)
    assert outcome.document["confusion"]["rows"][-1]["actual"] == positive
    if positive == "yes":  # the stand-in says yes to bright images, whatever they are called
        assert [row["label"] for row in outcome.document["recorded"]] == ["no"] * 10 + ["yes"] * 10


def test_a_comparison_stores_its_plot_and_what_each_candidate_costs(run: Run, tmp_path: Path) -> None:
    (row,) = run(compare=True).document["comparison"]
    assert row["chosen"]
    assert row["milliseconds"] > 0
    model = tmp_path / "models" / "default" / "1" / "model.onnx"
    assert row["megabytes"] * 1e6 == model.stat().st_size
    plot = ElementTree.parse(model.with_name("comparison.svg"))
    assert "brightness" in "".join(plot.getroot().itertext())
    assert "milliseconds" not in run(name="other").document["comparison"][0]


def test_settings_reach_the_strategy(run: Run, tmp_path: Path, write_images: Write) -> None:
    more = write_images(tmp_path / "more", range(80, 83))
    (more / "broken.png").write_bytes(b"no image")
    card = run(invariant=frozenset({"vflip", "hflip"}), unlabelled=more, balanced=True).card
    assert card.settings["fit"]["invariant"] == card.settings["invariant"] == ["hflip", "vflip"]
    assert card.settings["fit"]["unlabelled"] == 6
    assert card.settings["class_weight"] == "balanced"


def test_balanced_classes_weigh_the_same_in_all(
    tmp_path: Path, data: Path, write_images: Write, stand_in: ModuleType
) -> None:
    for number in range(7):
        (data / "yes" / f"{number}.png").unlink()
    settings = Settings(source=data, folds=3, repeats=1)
    gathered = gather(settings, Stages(quiet=True))
    plain, balanced = (
        pipeline.make_problem(dataclasses.replace(settings, balanced=how), gathered) for how in (False, True)
    )
    assert (plain.sample_weights == 1).all()
    totals = [balanced.sample_weights[balanced.labels == label].sum() for label in (0, 1)]
    assert totals == pytest.approx([6.5, 6.5])
