import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import access
from tests.service.publishing import publish


def test_the_files_of_a_version_are_those_on_disk(client: FlaskClient, models: Path) -> None:
    for file in ("model.onnx", "card.json", "report.json", "README.md"):
        answer = client.get(f"/models/default/versions/1/{file}")
        assert answer.status_code == 200
        assert answer.data == (models / "default" / "1" / file).read_bytes()
        assert answer.headers["Content-Disposition"] == f"attachment; filename={file}"


def test_the_card_holds_for_the_network_that_comes_with_it(client: FlaskClient) -> None:
    card = client.get("/models/default/versions/1/card.json").get_json()
    network = client.get("/models/default/versions/1/model.onnx").data
    assert hashlib.sha256(network).hexdigest() == card["model"]["sha256"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("default/versions/2/card.json", 404),
        ("absent/versions/1/card.json", 404),
        ("default/versions/1/golden.json", 422),
        ("default/versions/1/..%2f..%2fcurrent", 404),
        ("default/versions/../card.json", 422),
        ("../versions/1/card.json", 422),
        ("Default/versions/1/card.json", 422),
    ],
)
def test_nothing_else_can_be_had(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(f"/models/{path}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_files_need_a_key_where_keys_are_set(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models)
    key, hashed = access.new_key()
    client = make_client(api_keys=hashed)
    path = "/models/default/versions/1/card.json"
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"X-API-Key": key}).status_code == 200
