"""Bodies whose Content-Type is not what they are, or that encode an image: answered, or the mistake named."""

import base64
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from service import Settings, create_app
from service.intake import content
from service.problems import Problem
from tests.service.photos import photo
from tests.service.publishing import publish

KINDS = ("image/jpeg", "application/json", "application/x-www-form-urlencoded", "text/plain", "")
QUERY = "application/x-www-form-urlencoded"
PHOTO = photo((320, 240))
TEXT = base64.b64encode(PHOTO)
WRAPPED = base64.encodebytes(PHOTO)
FOR_ADDRESSES = base64.urlsafe_b64encode(PHOTO).rstrip(b"=")
ADDRESS = b"data:image/jpeg;base64," + TEXT
JSON = json.dumps({"images": [TEXT.decode()]}).encode()
BODIES = {
    "photo": PHOTO,
    "JSON": JSON,
    "JSON with a mark": b"\xef\xbb\xbf" + JSON,
    "JSON with blanks": b"\r\n " + JSON,
    "JSON in UTF-16": JSON.decode().encode("utf-16"),
    "base64": TEXT,
    "base64 in lines": WRAPPED,
    "base64 for addresses": FOR_ADDRESSES,
    "data URL": ADDRESS,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    models = tmp_path_factory.mktemp("bodies") / "models"
    publish(models)
    return create_app(Settings(models=models)).test_client()


@pytest.fixture(scope="module")
def expected(served: FlaskClient) -> float:
    return float(served.post("/predict", data=PHOTO).get_json()["predictions"][0]["probability"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BODIES)
def test_an_image_is_answered_whatever_the_content_type_says(
    served: FlaskClient, expected: float, name: str, kind: str
) -> None:
    body = BODIES[name]
    answer = served.post("/predict", data=body, content_type=kind)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["predictions"][0]["probability"] == pytest.approx(expected, abs=1e-6)


INDENTED = b"".join(b"    %s \r\n" % line for line in WRAPPED.splitlines())
IN_PIECES = b" ".join(TEXT[start : start + 64] for start in range(0, len(TEXT), 64))
WITHOUT_PLUS = [text.replace(b"+", b" ") for text in (TEXT, TEXT.rstrip(b"="), WRAPPED, ADDRESS)]  # not escaped


@pytest.mark.parametrize(
    "entry",
    [TEXT, WRAPPED, FOR_ADDRESSES, ADDRESS, TEXT.rstrip(b"="), INDENTED, IN_PIECES, *WITHOUT_PLUS],
)
def test_base64_in_json_is_read_as_every_encoder_writes_it(served: FlaskClient, expected: float, entry: bytes) -> None:
    (found,) = served.post("/predict", json={"images": [entry.decode()]}).get_json()["predictions"]
    assert found["probability"] == pytest.approx(expected, abs=1e-6)


def test_base64_in_lines_is_read_from_a_field_in_which_nobody_escaped_its_plus_signs(
    served: FlaskClient, expected: float
) -> None:
    assert WRAPPED.count(b"+") > 9
    answer = served.post(
        "/predict", data=b"image=" + WRAPPED, content_type=QUERY
    )  # curl -d "image=$(base64 photo.jpg)"
    (found,) = answer.get_json()["predictions"]
    assert found["probability"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("length", [48, 49, 50, 190])
def test_one_blank_in_base64_was_a_plus_sign_where_only_that_fits(length: int) -> None:
    file = b"\x89PNG\r\n\x1a\n" + b"\0\xfb" + bytes(length - 10)
    text = base64.b64encode(file)
    assert text.count(b"+") == 1
    assert content.from_base64(text.replace(b"+", b" ")) == file
    assert content.from_base64(text[:36] + b" " + text[36:]) == file


def stripped(file: bytes) -> bytes:
    """Return a file as curl -d sends it."""
    return file.translate(None, b"\r\n\0")


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        *(
            (stripped(photo((64, 48), kind=kind)), QUERY, "--data-binary")
            for kind in ("JPEG", "PNG", "WEBP", "BMP", "TIFF")
        ),
        (stripped(PHOTO), "image/jpeg", "--data-binary"),
        (photo((64, 48), kind="PNG").replace(b"\r\n", b"\n"), "image/png", "line ends"),
        (PHOTO.decode("utf-8", "replace").encode(), "image/jpeg", "binary mode"),
        (PHOTO.decode("latin-1").encode(), "text/plain", "binary mode"),
        (photo((64, 48), kind="PNG").decode("utf-8", "replace").encode(), "image/png", "binary mode"),
        (str(PHOTO).encode(), "text/plain", "binary mode"),
        (b"https://example.org/photo.jpg", "text/plain", "fetches nothing"),
        (b"photo.jpg", QUERY, "an @ stands before"),
        (b"@my photo.PNG\n", "text/plain", "an @ stands before"),
        (b"<!doctype html><html><body>Not found</body></html>", "image/jpeg", "a web page"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "Export it as PNG"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "application/pdf", "a PDF"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "image/png", "git lfs pull"),
        (b"hello", "image/png", "--data-binary"),
    ],
)
def test_a_body_that_is_no_image_by_mistake_hears_the_mistake(
    served: FlaskClient, body: bytes, kind: str, said: str
) -> None:
    answer = served.post("/predict", data=body, content_type=kind)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "not_an_image")
    assert said in answer.get_json()["detail"]
    assert "Convert" not in answer.get_json()["detail"]
    page = served.post("/", data={"image": (io.BytesIO(body), "a.jpg")}).text
    assert re.search("is read here|picture|file itself", page[page.index('id="problem"') :])
    assert not re.search("curl|--data|binary mode|The body", page)  # that is for programs


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"animal": "abc"}, "It has animal."),
        ({"inputs": []}, "/v2/models/NAME/infer"),
        ({"inputs": [{"name": "x", "shape": [1], "datatype": "BYTES", "data": ["abc"]}]}, "/v2/models/NAME/infer"),
        ({"image": "abc", "file": "abc"}, "file and image, either of which"),
        ({"data": {"b64": "abc", "url": "abc"}}, "b64 and url, either of which"),
    ],
)
def test_json_of_another_shape_hears_what_it_has(served: FlaskClient, document: dict[str, object], said: str) -> None:
    answer = served.post("/predict", json=document)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "no_image")
    assert said in answer.get_json()["detail"]


def test_the_address_of_an_image_in_json_is_called_one(served: FlaskClient) -> None:
    answer = served.post("/predict", json={"images": ["https://example.org/photo.jpg"]})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "not_base64")
    assert "does not fetch" in answer.get_json()["detail"]


def test_put_hears_of_post_and_of_the_option_that_sent_it(served: FlaskClient) -> None:
    answer = served.put("/predict", data=PHOTO)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    assert "POST" in answer.get_json()["detail"]
    assert "--data-binary" in answer.get_json()["detail"]


@given(st.binary(max_size=2000), st.booleans())
def test_bytes_are_kept_as_they_are_or_refused(data: bytes, as_text: bool) -> None:
    data = base64.b64encode(data) if as_text else data
    try:
        found, code = content.file_in(data), "not_an_image"
    except Problem as problem:
        found, code = data, problem.code
    assert found in (data, base64.b64decode(data) if as_text else data)
    assert code in ("not_an_image", "not_base64")


@pytest.mark.parametrize(
    "body", [b" " * 5_000_000 + b"%", b"A" * 5_000_000 + b"%", (b"A" + b"\n" * 99) * 50_000 + b"%"]
)
def test_long_text_is_told_from_base64_in_one_pass(served: FlaskClient, body: bytes) -> None:
    assert served.post("/predict", data=body).status_code == 415


HALF = [b'{"images": ["\\ud83d"]}', b'{"images": ["\\uDC00 x"]}', b'{"images": ["\xed\xa0\xbd"]}']
HALF += [HALF[0].decode().encode(encoding) for encoding in ("utf-16", "utf-32-be")]


@pytest.mark.parametrize("body", HALF)
@pytest.mark.parametrize("path", ["/predict", "/v2/models/default/infer"])
def test_json_with_half_of_a_surrogate_pair_is_refused_as_what_it_is(
    served: FlaskClient, path: str, body: bytes
) -> None:
    answer = served.post(path, data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed_json")


def test_the_name_of_a_request_keeps_its_emoji_but_not_half_of_one(served: FlaskClient) -> None:
    inputs = [{"name": "image_bytes", "shape": [1], "datatype": "BYTES", "data": [TEXT.decode()]}]
    whole = served.post("/v2/models/default/infer", json={"id": "\U0001f41d", "inputs": inputs})
    assert (whole.status_code, whole.get_json()["id"]) == (200, "\U0001f41d")
    cut = json.dumps({"id": "\U0001f41d", "inputs": inputs}).replace("\\udc1d", "").encode()
    refused = served.post("/v2/models/default/infer", data=cut, content_type="application/json")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "malformed_json")


SAID = {"CONTENT_LENGTH": str(len(PHOTO))}


class Pieces(io.BytesIO):
    """A body that a server hands on in pieces, as WSGI lets it, and that may break."""

    breaks = False

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(1000 if size is None or size < 0 else min(size, 1000))
        if self.breaks and not found:
            raise ConnectionResetError
        return found


def test_a_body_that_comes_in_pieces_is_put_together(served: FlaskClient, expected: float) -> None:
    body = Pieces(PHOTO + b"of the next request")
    answer = served.post("/predict", input_stream=body, environ_overrides=SAID)
    assert body.tell() == len(PHOTO)
    assert answer.get_json()["predictions"][0]["probability"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("breaks", [False, True])
def test_a_body_that_ends_before_its_length_is_cut_short(served: FlaskClient, breaks: bool) -> None:
    body = Pieces(PHOTO[: len(PHOTO) // 2])
    body.breaks = breaks
    answer = served.post("/predict", input_stream=body, environ_overrides=SAID)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "cut_short")
