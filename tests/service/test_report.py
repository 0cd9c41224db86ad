from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from artifact import jsonfile, store
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


def test_a_browser_gets_a_page_with_the_verdict_the_curves_and_no_markup_from_the_data(client: FlaskClient) -> None:
    answer = client.get("/report", headers=BROWSER)
    assert answer.content_type.startswith("text/html")
    assert REPORT["verdict"] in answer.text
    assert "0.920" in answer.text
    assert answer.text.count("<svg") == 2
    assert "&lt;b&gt;odd.png&lt;/b&gt;" in answer.text
    assert "<found>" not in answer.text
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"training": None, "estimate": None, "checks": None},
        {"training": [], "estimate": 3, "test": "none", "checks": "none", "checks_not_run": 5, "verdict": None},
        {"training": {"folds": [3, {}, {"epochs": {"loss": ["x"]}}], "final": {"epochs": []}}},
        {"estimate": {"accuracy": {"value": None}, "auroc": 0.5}, "images_to_look_at": [1, {"thumbnail": 7}]},
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
