"""The doctor as a page and as a route: a log as a file or as text, with what is known of its run."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

CLIMBING = "epoch,loss,val_loss,odd <column>\n" + "".join(
    f"{n},{0.8**n:.4f},{0.6 + n / 8 + (n - 6) ** 2 / 90:.4f},1\n" for n in range(16)
)
TWO_RUNS = '[{"run": "a", "epoch": 1, "loss": 1}, {"run": "b", "epoch": 1, "loss": 2}]'


@pytest.fixture
def alone(make_client: Callable[..., FlaskClient]) -> FlaskClient:
    """Return a client of a service without a model, which the doctor does not need."""
    return make_client()


def page_of(client: FlaskClient, **fields: Any) -> str:
    return client.post("/doctor", data={"log": (io.BytesIO(b""), ""), "text": "", **fields}).text


def plain(page: str) -> str:
    """Return the text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_says_what_it_takes_and_is_linked_from_the_others(alone: FlaskClient) -> None:
    page = alone.get("/doctor").text
    assert 'enctype="multipart/form-data"' in page
    assert "<script src" in page
    assert not re.search(r"<script>|\sstyle=|\son\w+=", page)
    for path in ("/", "/docs"):
        assert 'href="/doctor"' in alone.get(path).text


@pytest.mark.parametrize("field", ["log", "text"])
def test_a_log_is_answered_with_the_verdict_first_and_what_was_read(alone: FlaskClient, field: str) -> None:
    given: Any = (io.BytesIO(CLIMBING.encode()), "my <log>.csv") if field == "log" else CLIMBING
    page = page_of(alone, **{field: given})
    assert "<column>" not in page
    said = plain(page)
    order = [said.index(part) for part in ("learned its training examples by heart", "Do:", "What was read as what")]
    assert order == sorted(order)
    assert page.count("<svg") == 1
    assert ("my &lt;log&gt;.csv" in page) == (field == "log")
    assert "odd &lt;column&gt;" in page


def test_console_output_and_a_notebook_with_it_are_read_alike(alone: FlaskClient) -> None:
    console = "".join(
        f"Epoch {n}/9\n10/10 - 1s - loss: {0.8**n:.4f} - val_loss: {0.5 + n / 9:.4f}\n" for n in range(1, 10)
    )
    cell = {
        "cell_type": "code",
        "source": [],
        "outputs": [{"output_type": "stream", "name": "stdout", "text": console}],
    }
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})
    answers = [alone.post("/diagnose", data=text).get_json() for text in (console, notebook)]
    assert answers[0]["verdict"] == answers[1]["verdict"]
    assert "overfitting" in answers[0]["labels"]
    assert "by heart" in plain(page_of(alone, text=console))
    assert "by heart" in plain(page_of(alone, log=(io.BytesIO(notebook.encode()), "run.ipynb")))


def test_what_is_filled_in_counts_and_stays_in_the_form(alone: FlaskClient) -> None:
    few = page_of(alone, text=CLIMBING, n_val="10", class_counts_train="20, 15", optimizer="adam")
    assert "With 10 validation example" in plain(few)
    assert 'value="20, 15"' in few
    assert "With 10 validation example" not in plain(page_of(alone, text=CLIMBING))


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({}, 400, "no log"),
        ({"text": "a,b\n1,2\n"}, 422, "No column holds the training loss"),
        ({"text": CLIMBING, "n_val": "ten"}, 422, "n_val is"),
        ({"text": CLIMBING, "class_counts_train": "20 x"}, 422, "class_counts_train is"),
        ({"text": CLIMBING, "task": "magic"}, 422, "task"),
        ({"text": CLIMBING, "run": "b"}, 422, "one run"),
    ],
)
def test_what_cannot_be_used_is_said_on_the_page_and_nothing_is_lost(
    alone: FlaskClient, fields: dict[str, str], status: int, said: str
) -> None:
    answer = alone.post("/doctor", data={"log": (io.BytesIO(b""), ""), "text": "", **fields})
    assert answer.status_code == status
    assert answer.content_type.startswith("text/html")
    assert said in plain(answer.text)
    assert status == 400 or fields["text"].split("\n")[1] in answer.text


@pytest.mark.parametrize("path", ["/doctor", "/diagnose"])
def test_a_log_that_is_too_large_is_413(alone: FlaskClient, path: str) -> None:
    many = b"loss\n" + b"1\n" * 900_000
    assert alone.post(path, data={"log": (io.BytesIO(many), "a.csv")}).status_code == 413
    assert alone.post(path, data=b"x" * (9 * 1024**2)).status_code == 413


def test_the_route_takes_the_same_files_and_facts(alone: FlaskClient) -> None:
    bare = alone.post("/diagnose?n_val=10", data=CLIMBING, content_type="text/csv").get_json()
    form = alone.post("/diagnose", data={"log": (io.BytesIO(CLIMBING.encode()), "a.csv"), "n_val": "10"}).get_json()
    assert bare == form
    assert "too_small_validation" in bare["labels"]
    assert alone.post("/diagnose?n_val=x", data=CLIMBING).get_json()["code"] == "invalid_parameter"
    answer = alone.post("/diagnose", data={"image": (io.BytesIO(b"x"), "a.png")})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "empty")
    assert "curl -F log=@" in answer.get_json()["detail"]
