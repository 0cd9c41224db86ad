import io
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from service.monitoring import status
from service.state import state
from tests.service.pictures import picture
from tests.service.publishing import publish


def numbers(client: FlaskClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = client.get("/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def number(client: FlaskClient, name: str, **labels: str) -> float:
    return numbers(client).get((f"thirtyfive_{name}", frozenset(labels.items())), 0.0)


def test_requests_images_and_scores_are_counted(client: FlaskClient) -> None:
    files = [(io.BytesIO(picture(level)), "a.png") for level in (0, 120, 255)] + [(io.BytesIO(b"x"), "b.png")]
    client.post("/predict", data={"image": files})
    client.post("/predict", data=b"x")
    model = {"model": "default", "version": "1"}
    assert number(client, "requests_total", route="/predict", method="POST", status="200") == 1
    assert number(client, "requests_total", route="/predict", method="POST", status="415") == 1
    assert number(client, "images_total", outcome="answered", **model) == 3
    assert number(client, "images_total", outcome="not_an_image", **model) == 2
    assert number(client, "flagged_images_total", flag="uncertain", **model) == 1
    assert number(client, "probability_bucket", le="0.1", **model) == 1
    assert number(client, "probability_bucket", le="0.5", **model) == 2
    assert number(client, "probability_count", **model) == 3
    assert number(client, "request_seconds_count", route="/predict") == 2
    for stage, times in (("queue", 2), ("decode", 2), ("run", 1)):
        assert number(client, "stage_seconds_count", stage=stage) == times


def test_what_clients_invent_does_not_become_labels(client: FlaskClient) -> None:
    client.get("/invented/1")
    client.open("/invented/2", method="INVENTED")
    routes = {dict(labels).get("route") for _, labels in numbers(client)} - {None}
    methods = {dict(labels).get("method") for _, labels in numbers(client)} - {None}
    assert routes <= {"none", "/metrics"}
    assert methods <= {"GET", "other"}


def test_the_version_in_service_and_a_refusal_are_gauges(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    client = make_client()

    def look() -> None:
        with client.application.app_context():
            state().registry.refresh()
            status.publish(state())

    look()
    assert number(client, "model_served", model="default", version="1") == 1
    publish(models, gain=2.0)
    look()
    assert number(client, "model_served", model="default", version="1") == 0
    assert number(client, "model_served", model="default", version="2") == 1
    publish(models, gain=2.5, drift=1.0)
    look()
    assert number(client, "model_served", model="default", version="2") == 1
    assert number(client, "model_refused") == 1


def test_a_request_keeps_its_own_id_and_gets_one_where_it_has_none(client: FlaskClient) -> None:
    assert client.get("/health", headers={"X-Request-ID": "abc-1.2_3"}).headers["X-Request-ID"] == "abc-1.2_3"
    for bad in ("", "a b", "x" * 65, "<script>", "a\tb"):
        given = client.get("/health", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
        assert given != bad
        assert len(given) == 16
    first, second = (client.get("/nowhere").headers["X-Request-ID"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(("wanted", "logged"), [("none", []), ("errors", [404]), ("all", [200, 404])])
def test_requests_are_logged_as_wanted_and_never_their_bodies(
    models: Path,
    make_client: Callable[..., FlaskClient],
    caplog: pytest.LogCaptureFixture,
    wanted: str,
    logged: list[int],
) -> None:
    client = make_client(log_requests=wanted)
    with caplog.at_level(logging.INFO, logger="service.requests"):
        client.post("/predict", data=picture())
        client.post("/nowhere", data=b"secret-bytes")
    records = [record for record in caplog.records if record.name == "service.requests"]
    assert [vars(record)["fields"]["status"] for record in records] == logged
    assert "secret-bytes" not in str([vars(record) for record in records])
