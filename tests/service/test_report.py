import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from artifact import jsonfile, store
from service.server import listing
from tests.service.publishing import REPORT, publish

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_the_report_is_the_published_one_and_says_what_serves_it(client: FlaskClient) -> None:
    answer = client.get("/report").get_json()
    assert {key: answer[key] for key in REPORT} == REPORT
    service = answer["service"]
    assert service["model"] == {"name": "default", "version": "1"}
    assert service["provider"] == {"requested": "auto", "used": "cpu", "fell_back": False, "why": None}
    assert service["refused"] is None


def test_the_report_of_another_version_can_be_asked_for(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models, gain=2.0)
    answer = make_client().get("/report?version=1").get_json()
    assert answer["model"]["version"] == "1"


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html;q=0.5, application/json"])
def test_programs_get_json(client: FlaskClient, accept: str) -> None:
    assert client.get("/report", headers={"Accept": accept}).content_type == "application/json"


def page(client: FlaskClient) -> str:
    answer = client.get("/report", headers=BROWSER)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/html")
    assert "Accept" in answer.headers["Vary"]
    return answer.text


def test_a_browser_gets_a_page_that_begins_with_the_verdict(client: FlaskClient) -> None:
    text = page(client)
    order = [
        REPORT["verdict"],
        "Use it with care: 2 reasons for distrust.",
        "Brightness &lt;alone&gt; tells them apart.",
        "Your photos it got wrong",
        "Other photos to look at",
        "Duplicates",
        "Files that were not used",
        "0.780 to 0.980",
        "took for what",
        "What its probabilities are worth",
        "What else was tried",
        "It learned its images by heart",
        "What was checked",
        "What these words mean",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "said",
    [
        "1: overfitting, epoch 4",  # the doctor's mark on the curves
        "Stop at the lowest validation loss.",
        "Its &lt;weights&gt; became infinite.",
        "-0.012",  # what mirroring brought
        'alt="dark/1.png"',  # the image behind a cell of the confusion
        "dropout 0.5",
        "dark/1.png",
        "2 repeat &lt;others&gt;.",
        "was <strong>dark</strong>, said <strong>bright</strong>",
        "83 %",
        "Is the label right?",
        "and 1 more: <code>recorded and confusion</code> in report.json",
        "<code>dark/1.png</code> = <code>dark/&lt;u&gt;.png</code>",
        "<code>dark/9.heic</code>: It is &lt;damaged&gt;.",
        "and 2 more: <code>data.skipped</code> in report.json",
        "<dt>Passed</dt><dd>class balance</dd>",
        '<abbr title="The share of images that are told right.">Accuracy</abbr>',
        'href="#words"',
        "There are no test images.",
        "far from the rest",
        'href="/models/default/versions/1/model.onnx"',
    ],
)
def test_the_page_says(client: FlaskClient, said: str) -> None:
    assert said in page(client)


def test_a_measure_that_is_not_promised_says_why(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    why = "The 42 images come from 6 patients (3 of no and 3 of yes). Add patients."
    nothing = {"value": None, "low": None, "high": None, "n": 42, "undefined": why}
    report = {"estimate": {"accuracy": nothing, "withheld": why}, "test": {"n": 8, "accuracy": nothing}}
    (models / "default" / "1" / store.REPORT_FILE).write_bytes(jsonfile.encode(report))
    assert page(make_client()).count(f'<td colspan="2">{why}</td>') == 2


def test_no_markup_comes_from_the_data(client: FlaskClient) -> None:
    text = page(client)
    assert "&lt;b&gt;odd.png&lt;/b&gt;" in text
    assert not re.search("<b>|<i>|<u>|<edges>|<others>|<alone>|<damaged>", text)


def test_every_picture_is_sound_and_says_in_words_what_it_shows(client: FlaskClient) -> None:
    pictures = re.findall(r"<svg.*?</svg>", page(client), re.DOTALL)
    assert len(pictures) == 5  # accuracy, folds, final fit, comparison, calibration
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.find("{http://www.w3.org/2000/svg}title") is not None
        assert root.get("style") is None


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"training": None, "estimate": None, "checks": None},
        {"training": [], "estimate": 3, "test": "none", "checks": "none", "checks_not_run": 5, "verdict": None},
        {"training": {"folds": [3, {}, {"epochs": {"loss": ["x"]}}], "final": {"epochs": []}}},
        {"estimate": {"accuracy": {"value": None}, "auroc": 0.5}, "images_to_look_at": [1, {"thumbnail": 7}]},
        {"training": {"final": {"epochs": {"loss": [1, 2]}, "diagnosis": {"findings": [3, {"symptom": 4}]}}}},
        {"training": {"final": {"diagnosis": 3}, "symptoms": [], "attempts": [1, {}, {"changes": None}]}},
        {"comparison": [{}, {"candidate": 3, "log_loss": "x"}, {"candidate": "a"}], "data": {"n_train": 3}},
        {"calibration": {"curve": [1, {}], "before": {"x": 1}, "after": {}, "uncertain": {}}, "classes": 3},
        {"confusion": {"rows": [1, {}, {"actual": "a", "predicted": "b", "files": None}]}},
        {"estimate": {"accuracy": {"value": 2, "low": -1, "high": 9}, "optimism": "x"}, "data": {"counts": 3}},
        {"wrong": [], "checks_passed": None, "data": {"skipped": 3}, "recognises_other_kinds": "x"},
        {"wrong": {"count": "x", "images": [1, {"thumbnail": 7, "probability": None}]}},
        {"checks": [{"check": "near duplicates", "severity": [], "evidence": {"groups": [1, [2]], "pairs": 3}}]},
        {
            "comparison": [{"milliseconds": "x", "accuracy": None}],
            "framing": 3,
            "calibration": {"before": {"log_loss": 1}},
        },
        {"training": {"symptoms": {"overfitting": "x"}, "folds": [{}]}, "data": {"groups": 3, "counts": []}},
        {"model": "x", "test": {"accuracy": {"value": "high", "low": None}}, "checks": [None, {}]},
    ],
)
def test_a_report_with_missing_or_odd_sections_is_still_a_page(
    models: Path, make_client: Callable[..., FlaskClient], report: dict[str, object]
) -> None:
    (models / "default" / "1" / store.REPORT_FILE).write_bytes(jsonfile.encode(report))
    client = make_client()
    assert client.get("/report", headers=BROWSER).status_code == 200
    assert client.get("/report").status_code == 200


def test_a_section_that_cannot_be_read_is_named_on_the_page_and_in_the_table_of_models(
    models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    damaged = jsonfile.encode(REPORT | {"estimate": {"accuracy": 0.92}})
    (models / "default" / "1" / store.REPORT_FILE).write_bytes(damaged)
    why = "The section estimate of report.json cannot be read: estimate.accuracy is of type float; an object"
    assert f"<li>{why}" in page(make_client())
    assert f"damaged: {why}" in listing.table(models)


def test_without_a_model_a_browser_gets_a_page_that_says_what_to_do(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client()
    shown, told = client.get("/report", headers=BROWSER), client.get("/report")
    assert shown.status_code == told.status_code == 503
    assert shown.content_type.startswith("text/html")
    assert told.content_type == "application/problem+json"
    assert "python -m training" in shown.text
    assert "Accept" in shown.headers["Vary"]
    assert shown.headers.get("Retry-After") == told.headers.get("Retry-After")


def test_a_column_that_nobody_measured_is_left_out(client: FlaskClient) -> None:
    assert "ms an image" not in page(client)


def test_calibration_that_made_it_worse_is_said(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    section = {"before": {"log_loss": 0.328}, "after": {"log_loss": 0.371}}
    report = jsonfile.encode(REPORT | {"calibration": section})
    (models / "default" / "1" / store.REPORT_FILE).write_bytes(report)
    said = "calibrating made the probabilities worse (log loss 0.328 as trained, 0.371 calibrated)"
    assert page(make_client()).count(said) == 2  # among the reasons, and below the numbers


def test_the_style_of_the_page_is_the_one_that_lies_in_versions(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/page\.css)"', page(client))
    assert address is not None
    answer = client.get(address[1])
    assert answer.content_type.startswith("text/css")
    assert "@media print" in answer.text
