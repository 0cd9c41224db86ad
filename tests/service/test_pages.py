import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from artifact.card import Classes, ImageSpec
from tests.service.pictures import picture, save
from tests.service.publishing import publish


def test_the_page_has_a_form_that_works_without_a_script(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert 'enctype="multipart/form-data"' in answer.text
    assert re.findall("<script[^>]*>", answer.text) == ['<script type="module" src="/static/ask/main.js">']


def test_an_upload_is_answered_on_the_page(client: FlaskClient) -> None:
    files = [(io.BytesIO(picture(255)), "a.png"), (io.BytesIO(b"x"), "<i>.png")]
    answer = client.post("/", data={"image": files})
    assert answer.status_code == 200
    assert re.search(r"<strong>bright</strong>, <span[^>]*>98 %</span>\.", answer.text)
    assert answer.text.count('src="data:image/png;base64,') == 2  # the picture and its heatmap
    assert "not an image that is read here" in answer.text
    assert "<i>" not in answer.text


FOR_PROGRAMS = re.compile(r"curl|/openapi|GET /|Content-Type")


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("/", {"image": "photo.jpg"}, "Choose an image file"),
        ("/", {"picture": "x"}, "Choose an image file"),
        ("/", {"image": "x" * 70_000}, "are read"),
        ("/", {"image": "y" * 21_000_000}, "more than the 20 MB that are read at once"),
        ("/doctor", {"n_train": "35"}, "Choose its file, or paste its text."),
        ("/?model=defualt", None, "Did you mean default? Published are: default."),
        ("/report?model=nosuch", None, "No model named nosuch is published here. Published are: default."),
        ("/report?version=9", None, "default has no version 9. Published are: 1."),
    ],
)
def test_a_page_tells_people_what_to_do_and_not_programs(
    client: FlaskClient, path: str, fields: dict[str, str] | None, said: str
) -> None:
    asked = {"headers": {"Accept": "text/html"}}
    page = client.get(path, **asked) if fields is None else client.post(path, data=fields, **asked)
    found = re.search(r'<p[^>]*class="error"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    assert found is not None
    assert said in found[1]
    assert not FOR_PROGRAMS.search(found[1])


def ask(client: FlaskClient, file: bytes, **fields: str) -> str:
    return client.post("/", data={"image": (io.BytesIO(file), "a.png"), **fields}).text


def test_both_classes_are_shown_with_their_numbers(client: FlaskClient) -> None:
    bars = re.findall(r"<dt>(.*?)</dt>.*?<span>(.*?)</span>", ask(client, picture(255)), re.DOTALL)
    assert bars == [("bright", "98 %"), ("dark", "2 %")]


def test_of_an_image_unlike_the_training_images_nothing_is_claimed(client: FlaskClient) -> None:
    half = Image.new("RGB", (40, 40))
    half.paste("white", (0, 0, 20, 40))
    page = ask(client, save(half))
    assert "unlike the training images" in page
    assert page.count('src="data:image/png;base64,') == 1  # the picture, and no heatmap
    assert 'class="bars"' not in page


@pytest.mark.parametrize(
    ("spec", "box", "words"),
    [
        (ImageSpec(8, 8), None, "The whole picture is used"),
        (ImageSpec(8, 8, fit="pad"), None, "The whole picture is used"),
        (ImageSpec(8, 8, fit="crop"), "60 0V80H140V0Z", "the edges, dimmed beside an answer, are not used"),
        (ImageSpec(8, 8, fit="crop", keep=0.5), "80 20V60H120V20Z", "the edges, dimmed beside an answer"),
    ],
)
def test_what_the_model_does_not_see_is_dimmed(
    models: Path, make_client: Callable[..., FlaskClient], spec: ImageSpec, box: str | None, words: str
) -> None:
    publish(models, input=spec)
    page = ask(make_client(), picture(200, (200, 80)))
    assert re.findall(r'd="[^Z]*H200.47V80.47H[^Z]*ZM([^"]*)"', page) == ([] if box is None else [box])
    assert words in page


def test_another_published_model_is_asked_by_its_name(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models, "bees", classes=Classes("ants", "bees"))
    client = make_client()
    assert re.findall(r'<option value="(\w+)"( selected)?>([^<]*)<', client.get("/").text) == [
        ("bees", "", "bees or ants (bees)"),
        ("default", " selected", "bright or dark (default)"),
    ]
    assert "<strong>bees</strong>" in ask(client, picture(255), model="bees")
    assert "<h1>Is it bees or ants?</h1>" in client.get("/?model=bees").text
    assert client.get("/?model=nosuch").status_code == 404
    assert "no model named nosuch" in ask(client, picture(255), model="nosuch").lower()


def test_where_the_default_model_is_missing_the_others_are_offered(
    models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    client = make_client(model="bee", wait_for_model=True)
    page = client.get("/").text
    assert "No model named bee is loaded. Choose one" in page
    assert '<option value="default">bright or dark (default)</option>' in page
    assert "<strong>bright</strong>" in ask(client, picture(255), model="default")


def test_the_form_says_what_to_expect_of_the_model(client: FlaskClient) -> None:
    assert "<p>Right on 92 % of images that it has not seen" in client.get("/").text


def test_what_is_kept_is_said_only_where_something_is(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    kept = make_client(feedback=models / "feedback").post("/", data={"image": (io.BytesIO(picture()), "a.png")}).text
    assert re.findall(r'data-label="(\w+)"', kept) == ["bright", "dark", "neither"]
    assert "Undo takes it out again" in kept
    without = ask(make_client(), picture())
    assert "data-label" not in without
    assert "folder" not in without


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
    assert "more than the 1 MB that are read at once" in answer.text
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
