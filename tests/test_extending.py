"""The modules of docs/extending.md, written out of the page and run as the page says."""

import importlib.util
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import numpy as np
import onnxruntime
import pytest
from PIL import Image

import doctor
from artifact import formats, image, store
from artifact.card import Classes, ImageSpec
from artifact.errors import ImageError
from artifact.report import page, reading, table
from artifact.report.growth import MoreImages
from doctor import diagnosis, readers, symptoms
from service import app, routes
from service.settings import Settings as ServiceSettings
from tests.service.publishing import make_card, publish
from tests.there import there
from training import checks, pipeline, sections, strategies
from training.checks import Subject
from training.finished import Finished
from training.output import modelcard, summary
from training.progress import Stages
from training.reading import dataset
from training.settings import Settings

PAGE = (Path(__file__).parents[1] / "docs" / "extending.md").read_text(encoding="utf-8")
FRAGMENTS = dict(re.findall(r"^```html\n\{# (\S+) #\}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL))
MODULES = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL))


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Import a module of the page under the name that its place would give it."""

    def load(place: str) -> ModuleType:
        file = tmp_path / Path(place).name
        file.write_text(MODULES[place], encoding="utf-8")
        name = place.removesuffix(".py").replace("/", ".")
        spec = there(importlib.util.spec_from_file_location(name, file))
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        there(spec.loader).exec_module(module)
        return module

    return load


def test_a_strategy_is_tried_chosen_exported_and_served_alike(
    load: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thumbnail = load("training/strategies/thumbnail.py")
    monkeypatch.setattr(strategies, "STRATEGIES", (*strategies.STRATEGIES, thumbnail.NAME))
    settings = Settings(models=tmp_path / "models", strategies=(thumbnail.NAME,), repeats=1)
    outcome = pipeline.train(settings, Stages(quiet=True))
    assert outcome.card.strategy == "thumbnail"
    assert outcome.document["estimate"]["auroc"]["value"] > 0.7  # faces or not, from 64 gray pixels

    published = store.read(tmp_path / "models", "default")
    session = onnxruntime.InferenceSession(published.model, providers=["CPUExecutionProvider"])
    pixels = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype=np.uint8)
    logits = session.run(["logit"], {"image": pixels})[0]
    assert np.isfinite(logits).all()
    assert len(set(logits.tolist())) == 3


def test_a_check_names_what_it_found_and_is_silent_otherwise(load: Callable[[str], ModuleType], tmp_path: Path) -> None:
    dimness = load("training/checks/dimness.py")
    for label, light in (("no", 0), ("yes", 200)):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(3):
            picture = Image.new("L", (32, 32), light + number)
            picture.putpixel((number, number), 255)
            picture.save(tmp_path / "data" / label / f"{number}.png")
    data = dataset.read_path(tmp_path / "data")
    subject = Subject(data)
    results, not_run = checks.run(subject, (dimness,))
    assert not not_run
    assert sorted(results[0].evidence["files"]) == [f"no/{number}.png" for number in range(3)]


def test_a_section_is_measured_written_read_and_rendered_everywhere(
    load: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand: of two ants one, and of two bees both, are on the right side of the threshold of one half."""
    row = load("artifact/report/by_class.py").BY_CLASS
    measure = load("training/by_class.py").measure
    shutil.copytree(page.FOLDER, tmp_path / "report")
    (place,) = FRAGMENTS
    (tmp_path / Path(place).relative_to("artifact")).write_text(FRAGMENTS[place], encoding="utf-8")
    monkeypatch.setattr(page, "FOLDER", tmp_path / "report")
    monkeypatch.setattr(table, "SECTIONS", (*table.SECTIONS, row))
    monkeypatch.setattr(sections, "MEASURES", (sections.Measure(row, measure),))
    card = make_card(classes=Classes("ant", "bee"))
    rules = SimpleNamespace(probabilities=np.array([0.2, 0.7, 0.6, 0.9]))
    run = SimpleNamespace(labels=np.array([0, 0, 1, 1]), rules=rules)
    done = cast(Finished, SimpleNamespace(card=card, run=run, more=MoreImages()))
    written = reading.write(sections.put_together(done))
    assert written["by_class"] == {"right": {"ant": 0.5, "bee": 1.0}}

    report, said = reading.read(written), "By class: 50 of 100 of ant, 99 of 100 of bee."
    assert said in [line.text for line in summary.describe(report)]
    assert said in modelcard.render(card, report, None)
    html = page.body(report, "bees", page.Curves())
    assert "<h2>Each class by itself</h2>\n<ul><li>ant: 50 %</li><li>bee: 100 %</li></ul>" in html
    (why,) = reading.read({**written, "by_class": {"wrong": {}}}).unreadable.values()
    assert "by_class.wrong is unknown; known are right" in why


def test_a_symptom_is_found_and_its_remedy_given(
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    symptom = load("doctor/symptoms/single_epoch.py").SYMPTOM
    monkeypatch.setattr(diagnosis, "NOTES", (*symptoms.NOTES, symptom))
    found = {finding.symptom: finding for finding in doctor.diagnose({"loss": [0.7]}, doctor.Context())}
    assert found["single_epoch"].remedy.changes[0].value == 10
    assert "single_epoch" not in {
        finding.symptom for finding in doctor.diagnose({"loss": [0.7, 0.6]}, doctor.Context())
    }


def test_a_reader_is_told_by_its_content_and_its_columns_are_joined(
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = load("doctor/readers/pairs.py").READER
    monkeypatch.setattr(readers, "READERS", (*readers.READERS, reader))
    run = doctor.read_run(b"#pairs\n0.7 0.8\n0.5 nan\n")
    assert run.reading.format == "pairs"
    assert run.history()["loss"] == [0.7, 0.5]
    with pytest.raises(doctor.HistoryError, match="two numbers"):
        doctor.read(b"#pairs\n0.7\n")


def test_a_format_is_known_by_its_content_and_decoded_to_the_very_pixels(
    load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, encode_image: Callable[..., bytes]
) -> None:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8))
    spec = ImageSpec(20, 30, "rgb")
    data, expected = encode_image(picture, "QOI"), image.load(encode_image(picture, "PNG"), spec)
    with pytest.raises(ImageError, match="JPEG, PNG"):
        image.load(data, spec)
    row = load("artifact/formats/qoi.py").FORMAT
    monkeypatch.setattr(formats, "TABLE", (*formats.TABLE, row))
    np.testing.assert_array_equal(image.load(data, spec), expected)
    assert formats.names().endswith(" or QOI")
    with pytest.raises(ImageError):
        image.load(data[:40], spec)


def test_a_route_answers_is_documented_and_says_what_is_wrong(
    load: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "models")
    blueprint = load("service/routes/classes.py").api
    monkeypatch.setattr(app, "BLUEPRINTS", (*routes.BLUEPRINTS, blueprint))
    client = app.create_app(ServiceSettings(models=tmp_path / "models")).test_client()
    card = store.read(tmp_path / "models", "default").card
    assert client.get("/classes").json == {"positive": card.classes.positive, "negative": card.classes.negative}
    assert client.get("/classes?model=cats").status_code == 404
    assert client.get("/classes?model=../cats").status_code == 422
    document = there(client.get("/openapi.json").json)
    assert set(document["paths"]["/classes"]["get"]["responses"]) >= {"200", "404", "422", "503"}
