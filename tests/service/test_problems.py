import logging
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from service import problems
from service.problems import Problem

FIELDS = {"type", "title", "status", "detail", "code", "error"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/predict", 405, "method_not_allowed"),
        ("DELETE", "/report", 405, "method_not_allowed"),
        ("POST", "/predict?explain=all", 422, "invalid_parameter"),
        ("POST", "/predict", 400, "empty"),
        ("POST", "/diagnose", 400, "empty"),
        ("GET", "/report?version=99", 404, "no_such_model"),
        ("GET", "/static/../settings.py", 404, "not_found"),
    ],
)
def test_every_error_has_the_one_shape(client: FlaskClient, method: str, path: str, status: int, code: str) -> None:
    answer = client.open(path, method=method)
    body = answer.get_json()
    assert answer.status_code == body["status"] == status
    assert answer.content_type == "application/problem+json"
    assert set(body) == FIELDS
    assert body["code"] == code
    assert body["error"] == body["detail"]


def test_405_says_what_is_allowed(client: FlaskClient) -> None:
    assert "POST" in client.get("/predict").headers["Allow"]


def test_a_defect_is_logged_and_not_shown(
    make_client: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client()

    @client.application.get("/defect")
    def defect() -> str:
        raise RuntimeError("/secret/path")

    with caplog.at_level(logging.ERROR):
        answer = client.get("/defect")
    assert answer.status_code == 500
    assert answer.get_json()["code"] == "defect"
    assert "secret" not in answer.text
    assert "/secret/path" in caplog.text


def test_a_busy_answer_says_when_to_come_back() -> None:
    answer = problems.busy("Busy.").response()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


def test_a_limit_is_a_number_in_the_answer() -> None:
    assert Problem(413, "too_many_images", "Too many.", 7).document()["limit"] == 7


def test_an_address_that_does_not_exist_is_a_page_in_a_browser_and_names_the_one_that_was_meant(
    client: FlaskClient,
) -> None:
    page = client.get("/reprot", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.content_type.startswith("text/html")
    assert "Did you mean /report?" in page.text
    told = client.get("/reprot").get_json()
    assert told["code"] == "not_found"
    assert "Did you mean /report?" in told["detail"]
    assert "Did you mean" not in client.get("/zzzzz").get_json()["detail"]
