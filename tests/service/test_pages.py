import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.service.pictures import picture
from tests.service.publishing import publish


def test_the_page_has_a_form_that_works_without_a_script(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert 'enctype="multipart/form-data"' in answer.text
    assert re.findall("<script[^>]*>", answer.text) == ['<script src="/static/ask.js" defer>']


def test_an_upload_is_answered_on_the_page(client: FlaskClient) -> None:
    files = [(io.BytesIO(picture(255)), "a.png"), (io.BytesIO(b"x"), "<i>.png")]
    answer = client.post("/", data={"image": files})
    assert answer.status_code == 200
    assert re.search(r"<strong>bright</strong>, 98 %\.", answer.text)
    assert answer.text.count('src="data:image/png;base64,') == 2  # the picture and its heatmap
    assert "not an image that is read here" in answer.text
    assert "<i>" not in answer.text


def test_a_bad_upload_is_explained_on_the_page(client: FlaskClient) -> None:
    answer = client.post("/", data={"image": (io.BytesIO(b""), "empty.png")})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "no bytes" in answer.text


def test_an_upload_that_is_refused_before_it_is_read_is_explained_on_the_page(
    models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    client = make_client(max_request_megabytes=1, max_images=2)
    answer = client.post("/", data={"image": (io.BytesIO(bytes(2**21)), "huge.png")})
    assert answer.status_code == 413
    assert answer.content_type.startswith("text/html")
    assert "at most 1,048,576 are read" in answer.text
    many = client.post("/", data={"image": [(io.BytesIO(picture()), f"{n}.png") for n in range(300)]})
    assert many.status_code == 413
    assert "more than" in many.text


def test_without_a_model_the_page_says_what_to_do(make_client: Callable[..., FlaskClient]) -> None:
    assert "python -m training" in make_client().get("/").text


def test_a_model_without_evidence_answers_without_a_heatmap(
    models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    publish(models, evidence=False)
    answer = make_client().post("/", data={"image": (io.BytesIO(picture()), "a.png")})
    assert answer.status_code == 200
    assert answer.text.count('src="data:image/png;base64,') == 1


@pytest.mark.parametrize("path", ["/", "/report", "/predict", "/nowhere", "/static/style.css", "/docs"])
def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:", headers["Content-Security-Policy"])
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/report"])
def test_pages_ask_for_nothing_that_their_policy_forbids(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    page = re.sub(r"<svg[^>]*>", "<svg>", page)  # a width there that the policy ignores does no harm
    assert not re.search(r"""<style|\sstyle=|\son\w+=|(?:src|href)=["'](?:https?:)?//""", page)
