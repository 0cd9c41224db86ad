import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import access
from tests.service.pictures import picture

KEYS = ("first key", "second key")
HASHES = ",".join(hashlib.sha256(key.encode()).hexdigest() for key in KEYS)


@pytest.fixture
def locked(models: Path, make_client: Callable[..., FlaskClient]) -> FlaskClient:
    return make_client(api_keys=HASHES)


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


@pytest.mark.parametrize("key", KEYS)
def test_each_key_opens_in_each_of_the_three_ways(locked: FlaskClient, key: str) -> None:
    for headers in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}, {"Authorization": basic(key)}):
        assert locked.post("/predict", data=picture(), headers=headers).status_code == 200
        assert locked.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "key_missing"),
        ({"Authorization": "Bearer "}, "key_missing"),
        ({"Authorization": "Bearer wrong"}, "key_wrong"),
        ({"Authorization": "Bearer FIRST KEY"}, "key_wrong"),
        ({"Authorization": f"Bearer {HASHES[:64]}"}, "key_wrong"),
        ({"X-API-Key": "first key "}, "key_wrong"),
        ({"X-API-Key": "schl\u00fcssel"}, "key_wrong"),
        ({"Authorization": basic("wrong")}, "key_wrong"),
        ({"Authorization": "Digest x"}, "key_missing"),
        ({"Authorization": "Basic %%%"}, "key_missing"),
    ],
)
def test_without_a_right_key_it_is_401_and_says_how(locked: FlaskClient, headers: dict[str, str], code: str) -> None:
    for path in ("/predict", "/report", "/metrics", "/nowhere", "/v2/models/default", "/openapi.json"):
        answer = locked.get(path, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (401, code)
        assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_each_way_of_sending_a_key_is_named_on_a_line_of_its_own(locked: FlaskClient) -> None:
    """Chromium asks nobody for a key where one line names two schemes."""
    lines = locked.get("/", headers={"Accept": "text/html"}).headers.get_all("WWW-Authenticate")
    assert [line.split(" ")[0] for line in lines] == ["Bearer", "Basic"]


@pytest.mark.parametrize("path", ["/", "/report", "/docs", "/nowhere", "/metrics"])
def test_people_hear_what_to_do_and_nothing_of_the_model(locked: FlaskClient, path: str) -> None:
    answer = locked.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (401, "text/html")
    assert "enter it as the password" in answer.text
    for secret in ("dark", "bright", "default", "curl", "Bearer"):
        assert secret not in answer.text


@pytest.mark.parametrize("path", access.OPEN_PATHS)
def test_health_needs_no_key(locked: FlaskClient, path: str) -> None:
    assert locked.get(path).status_code == 200


def test_a_new_key_opens_a_service_with_its_hash(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    key, hashed = access.new_key()
    assert key != access.new_key()[0]
    client = make_client(api_keys=hashed)
    assert client.get("/report", headers={"X-API-Key": key}).status_code == 200


def test_other_origins_hear_nothing_unless_allowed(client: FlaskClient) -> None:
    answer = client.get("/report", headers={"Origin": "https://a.example"})
    assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


def test_allowed_origins_hear_their_own_name_only(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(cors_origins="https://a.example, https://b.example", api_keys=HASHES)
    preflight = client.options("/predict", headers={"Origin": "https://b.example"})
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://b.example"
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    refused = client.get("/report", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert "Origin" in refused.headers["Vary"]
