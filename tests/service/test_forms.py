"""A form is answered exactly as the bare bodies of its files are, whatever their bytes, sizes and places."""

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata
from werkzeug.test import TestResponse

from service import Settings, create_app
from service.intake import forms
from service.problems import Problem
from tests.service.photos import padded, photo
from tests.service.pictures import picture
from tests.service.publishing import publish

PIECE = 64 * 1024  # in which WSGI servers and frameworks read
FORM = "multipart/form-data; boundary=xYx"
NAMED = b'Content-Disposition: form-data; name="image"; filename="a"\r\n'
Field = tuple[str, Any]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("forms")
    publish(folder / "models")
    return create_app(Settings(models=folder / "models", feedback=folder / "feedback")).test_client()


def send(client: FlaskClient, fields: Sequence[Field], path: str = "/predict", boundary: str = "xYx") -> TestResponse:
    """Post a form as urllib3 writes it, which is what requests sends."""
    body, kind = encode_multipart_formdata(fields, boundary)
    return client.post(path, data=body, content_type=kind)


def hand_made(*parts: bytes, line: bytes = b"\r\n", close: bytes = b"--xYx--\r\n") -> bytes:
    return b"".join(b"--xYx" + line + part + line for part in parts) + close


def answered(answer: TestResponse) -> list[tuple[str | None, float | None]]:
    assert answer.status_code == 200, answer.text
    return [(entry["filename"], entry.get("probability")) for entry in answer.get_json()["predictions"]]


def bare(client: FlaskClient, file: bytes) -> float:
    ((_, found),) = answered(client.post("/predict", data=file))
    assert found is not None
    return found


@given(
    sizes=st.lists(st.sampled_from([1_000, 65_536, 131_072, 300_000]), min_size=1, max_size=3),
    shift=st.integers(-120, 120),
    seed=st.integers(0, 2**32 - 1),
    line_ends=st.sampled_from([0.0, 0.01, 0.3, 1.0]),
    end=st.sampled_from([b"", b"\r", b"\n", b"\r\n", b"\r\n--", b"\r\n--xY", b"\n\n"]),
    boundary=st.sampled_from(["xYx", "-" * 24 + "0123456789abcdef", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "B" * 70]),
)
@settings(max_examples=80, deadline=None)
def test_the_parts_of_a_form_are_the_bytes_that_were_sent(
    sizes: list[int], shift: int, seed: int, line_ends: float, end: bytes, boundary: str
) -> None:
    files = [padded(max(2_000, size + shift), seed + n, line_ends, end) for n, size in enumerate(sizes)]
    fields: list[Field] = [
        ("note", "a\r\nb"),
        *(("image", (f"{n}.jpg", file)) for n, file in enumerate(files)),
        ("z", ""),
    ]
    body, _ = encode_multipart_formdata(fields, boundary)
    found = forms.read_multipart(body, boundary)
    assert [part.data for part in found] == [b"a\r\nb", *files, b""]
    assert [part.filename for part in found] == [None, *(f"{n}.jpg" for n in range(len(files))), None]


def test_a_photo_is_answered_wherever_the_form_ends_in_a_piece(served: FlaskClient) -> None:
    for shift in range(-100, 30):
        file = padded(2 * PIECE + shift, seed=shift + 100, end=[b"\r", b"\n", b"\r\n", b""][shift % 4])
        assert len(answered(send(served, [("image", ("a.jpg", file))]))) == 1, shift


@pytest.mark.parametrize("seed", range(8))
def test_photos_of_a_megabyte_are_answered_as_their_bare_bodies(served: FlaskClient, seed: int) -> None:
    files = [photo((900, 700), 2 * seed, quality=90), photo((500, 400), 2 * seed + 1, "PNG")]
    fields = [("image", (f"{n}", file)) for n, file in enumerate(files)]
    expected: list[object] = [(f"{n}", pytest.approx(bare(served, file), abs=1e-6)) for n, file in enumerate(files)]
    assert answered(send(served, fields)) == expected
    page = send(served, fields, "/")
    assert (page.status_code, page.text.count("<article")) == (200, 2)
    kept = send(served, [*fields, ("label", "bright")], "/feedback")
    assert kept.get_json()["outcomes"] == ["kept", "kept"]


@pytest.mark.parametrize("megabytes", [3, 19])
def test_a_form_may_be_as_large_as_a_body(served: FlaskClient, megabytes: int) -> None:
    assert len(answered(send(served, [("image", ("a.jpg", padded(megabytes * 1024**2)))]))) == 1


@pytest.mark.parametrize("name", ["image", "images", "image[]", "images[]", "image[0]", "file", "files", "Image"])
def test_the_obvious_names_for_the_field_are_read(served: FlaskClient, name: str) -> None:
    assert len(answered(send(served, [(name, ("a.png", picture())), ("image", ("b.png", picture()))]))) == 2


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="a b.png"', "a b.png"),
        (b'filename="say \\"cheese\\".png"', "say _cheese_.png"),
        (b"filename=plain.png", "plain.png"),
        (b"filename*=UTF-8''K%C3%A4se%20%281%29.png", "Käse (1).png"),  # RFC 5987, as older requests sends it
        ('filename="Käse.png"'.encode(), "Käse.png"),
        ('filename="Käse.png"'.encode("latin-1"), "Käse.png"),
        (b'filename="C:\\\\fakepath\\\\a.png"', "a.png"),
        (b'filename="C:\\fotos\\x.png"', "x.png"),  # requests escapes no backslash
        (b'filename="\\\\server\\fotos\\x.png"', "x.png"),
        (b'filename="fotos\\say \\"x\\".png"', "say _x_.png"),
        (b'filename="Ann\'s dog.png"', "Ann's dog.png"),
        (
            'filename="\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.png"'.encode(),
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.png",
        ),
        ('filename="\U0001f468\u200d\U0001f467 \U0001fae8.png"'.encode(), "\U0001f468\u200d\U0001f467 \U0001fae8.png"),
        (b'filename="../../etc/passwd"', "passwd"),
        (b'filename="a;b=c.png"', "a;b=c.png"),
        (b'filename="Tom & Ann, 2.png"', "Tom & Ann, 2.png"),
        (b'filename="Foto 12.11.24, 15 33 08 #2 [100%].jpg"', "Foto 12.11.24, 15 33 08 #2 [100%].jpg"),
        ('filename="Ka\u0308se 3.33.08\u202fPM.png"'.encode(), "Ka\u0308se 3.33.08\u202fPM.png"),
        ('filename="\u092b\u094b\u091f\u094b.png"'.encode(), "\u092b\u094b\u091f\u094b.png"),
        ('filename="a\u202egnp.\u2028exe\x07"'.encode(), "a_gnp._exe_"),
    ],
)
def test_file_names_are_understood_as_clients_write_them(served: FlaskClient, disposition: bytes, name: str) -> None:
    head = b'Content-Disposition: form-data; name="image"; ' + disposition + b"\r\nContent-Type: image/png\r\n\r\n"
    answer = served.post("/predict", data=hand_made(head + picture()), content_type=FORM)
    assert [found for found, _ in answered(answer)] == [name]


@pytest.mark.parametrize(
    "body",
    [
        b"a preamble\r\n" + hand_made(NAMED + b"\r\n" + picture()),
        hand_made(b"content-disposition:form-data;name=image;filename=a\r\n\r\n" + picture()) + b"an epilogue",
        hand_made(NAMED.replace(b"\r\n", b"\n") + b"\n" + picture(), line=b"\n"),
        hand_made(b"X: 1\r\n folded\r\n" + NAMED.replace(b"; name", b";\r\n name") + b"\r\n" + picture()),
        hand_made(NAMED + b"\r\n" + picture(), close=b"--xYx--"),
        hand_made(b'Content-Disposition: form-data; name="image"\r\nContent-Type: image/png\r\n\r\n' + picture()),
    ],
    ids=["preamble", "epilogue and small letters", "bare line feeds", "folded headers", "no last line end", "no name"],
)
def test_forms_that_are_written_by_hand_are_read(served: FlaskClient, body: bytes) -> None:
    assert len(answered(served.post("/predict", data=body, content_type=FORM))) == 1


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=other", "image/jpeg", ""])
def test_a_form_whose_content_type_was_set_by_hand_is_read_by_its_own_boundary(served: FlaskClient, kind: str) -> None:
    body, _ = encode_multipart_formdata([("image", ("a.png", picture()))])
    assert len(answered(served.post("/predict", data=body, content_type=kind))) == 1


def test_an_image_whose_content_type_says_form_is_an_image(served: FlaskClient) -> None:
    assert len(answered(served.post("/predict", data=picture(), content_type=FORM))) == 1


@pytest.mark.parametrize("encode", [base64.b64encode, lambda file: b"data:image/png;base64," + base64.b64encode(file)])
@pytest.mark.parametrize("file", [picture(), padded(200_000)], ids=["small", "longer than a text"])
def test_a_text_field_may_hold_an_image_as_base64(
    served: FlaskClient, encode: Callable[[bytes], bytes], file: bytes
) -> None:
    text = encode(file).decode()
    assert len(answered(send(served, [("image", text)]))) == 1
    assert len(answered(served.post("/predict", data={"image": text}))) == 1  # as jQuery's post sends it
    unescaped = served.post("/predict", data=f"image={text}", content_type="application/x-www-form-urlencoded")
    assert len(answered(unescaped)) == 1  # as curl -d sends it: each + has become a blank


def test_a_field_in_which_no_file_was_chosen_is_left_aside(served: FlaskClient) -> None:
    assert len(answered(send(served, [("image", ("", b"")), ("image", ("a.png", picture()))]))) == 1
    answer = send(served, [("image", ("", b""))])
    assert (answer.status_code, answer.get_json()["code"]) == (400, "no_image")
    assert "No file was chosen" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([("image", "photo.jpg")], "curl -F image=@photo.jpg"),
        ([("file", "@photo.jpg")], "curl -F file=@photo.jpg"),
        ([("scan", ("a.png", picture())), ("note", "x")], "it has note, scan"),
        ([], "it has nothing"),
    ],
)
def test_a_form_without_an_image_hears_what_it_has_instead(served: FlaskClient, fields: list[Field], said: str) -> None:
    answer = send(served, fields)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "no_image")
    assert said in answer.get_json()["detail"]


def test_a_form_that_was_cut_is_not_taken_for_a_whole_one(served: FlaskClient) -> None:
    whole, kind = encode_multipart_formdata([("image", ("a.png", picture())), ("image", ("b.png", picture()))], "xYx")
    second = whole.index(b"--xYx", 5)
    for end in (second, second + 5, len(whole) - 5, len(whole) - 20):
        answer = served.post("/predict", data=whole[:end], content_type=kind)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "cut_short"), end


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ([(f"field{n}", "x") for n in range(257)], "too_many_parts"),
        ([("image", ("a.png", picture())), ("note", "x" * 65_537)], "too_long_text"),
        ([("image", "x" * 100_000)], "too_long_text"),
    ],
)
def test_a_form_of_too_many_parts_or_too_long_a_text_is_413(
    served: FlaskClient, fields: list[Field], code: str
) -> None:
    for path in ("/predict", "/feedback"):
        answer = send(served, fields, path)
        assert (answer.status_code, answer.get_json()["code"]) == (413, code)
    assert send(served, fields, "/").status_code == 413


def test_a_part_without_an_end_to_its_headers_is_413(served: FlaskClient) -> None:
    answer = served.post("/predict", data=hand_made(b"A: " + b"a" * 100_000), content_type=FORM)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_long_headers")


def test_a_boundary_that_stands_everywhere_costs_little() -> None:
    for body in (b"a--xYx" * 500_000, b"\r\n--xYxz" * 500_000, b"--xYx\r\n\r\n" * 300_000):
        with pytest.raises(Problem) as refusal:
            forms.read_multipart(b"--xYx\r\n" + body, "xYx")
        assert (refusal.value.status, refusal.value.code) == (413, "too_many_parts")


def test_what_only_looks_like_a_boundary_belongs_to_the_file() -> None:
    data = b"\xff\xd8\n--xYx\r\n--xYxz\r\n --xYx\r\n-xYx--xYx--"
    (part,) = forms.read_multipart(hand_made(NAMED + b"\r\n" + data), "xYx")
    assert part.data == data


def test_a_form_sent_to_the_test_client_keeps_its_first_text_of_a_name(tmp_path: Path) -> None:
    publish(tmp_path / "models")
    client = create_app(Settings(models=tmp_path / "models", feedback=tmp_path / "kept")).test_client()
    data = {"image": (io.BytesIO(picture()), "a.png"), "label": ["dark", "bright"]}
    assert client.post("/feedback", data=data).get_json()["label"] == "dark"
