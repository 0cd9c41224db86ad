"""The OpenAPI document is true: its examples run, and requests made from it get the answers that it declares."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from service import Settings, create_app
from service.openapi import document
from tests.service.publishing import publish

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("openapi")
    publish(folder / "models")
    app = create_app(Settings(models=folder / "models", feedback=folder / "feedback", max_images=2))
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


ROUTES = [
    (path, method)
    for path, method, _ in operations(
        create_app(Settings(models=Path("absent"))).test_client().get("/openapi.json").get_json()
    )
]


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_requests_made_from_the_document_get_answers_that_it_declares(schema: Any, path: str, method: str) -> None:
    @given(case=schema[path][method].as_strategy())
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def send(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    send()


def address(path: str, operation: dict[str, Any]) -> str:
    examples = {found["name"]: found.get("example") for found in operation.get("parameters", [])}
    return re.sub(r"\{(\w+)\}", lambda found: str(examples[found[1]]), path)


def test_every_example_of_a_body_is_answered(client: FlaskClient) -> None:
    ran = 0
    for path, method, operation in operations(client.get("/openapi.json").get_json()):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if "example" in content:
                example = content["example"]
                body = example if isinstance(example, str) else json.dumps(example)
                answer = client.open(address(path, operation), method=method, data=body, content_type=kind)
                assert answer.status_code == 200, (path, answer.text)
                ran += 1
    assert ran >= 5


def test_every_get_route_answers_at_its_example_address(client: FlaskClient) -> None:
    for path, method, operation in operations(client.get("/openapi.json").get_json()):
        if method == "get":
            assert client.get(address(path, operation)).status_code == 200, path


def test_every_route_is_described_but_pages(client: FlaskClient) -> None:
    shown = client.get("/openapi.json").get_json()
    assert shown["openapi"].startswith("3.1")
    hidden = {"/", "/docs", "/doctor", "/openapi.json", "/static/{filename}", "/static/page.css"}
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in client.application.url_map.iter_rules()}
    assert set(shown["paths"]) == rules - hidden
    for _, _, operation in operations(shown):
        assert operation["summary"]
        assert {"200", "400", "413"} <= set(operation["responses"])


def test_where_keys_are_set_the_document_says_so(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(api_keys="0" * 64)
    assert client.get("/openapi.json").status_code == 401
    with client.application.app_context():
        made = document(client.application, Settings(api_keys=("0" * 64,)))
    assert "bearer" in made["components"]["securitySchemes"]
    assert "401" in made["paths"]["/predict"]["post"]["responses"]


def test_the_page_of_the_document_shows_every_route(client: FlaskClient) -> None:
    page = client.get("/docs").text
    for path in client.get("/openapi.json").get_json()["paths"]:
        assert path in page
