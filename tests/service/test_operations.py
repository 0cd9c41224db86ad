from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from tests.service.publishing import publish


def test_models_lists_names_versions_and_what_is_served(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models, gain=2.0)
    publish(models, "other")
    (models / "default" / "current").write_text("1\n")
    found = {model["name"]: model for model in make_client().get("/models").get_json()["models"]}
    assert found["default"] == {
        "name": "default",
        "default": True,
        "versions": ["1", "2"],
        "current": "1",
        "served": "1",
    }
    assert (found["other"]["default"], found["other"]["served"]) == (False, None)


def test_models_of_an_empty_folder_are_none(make_client: Callable[..., FlaskClient]) -> None:
    assert make_client().get("/models").get_json() == {"models": []}


def test_diagnose_reads_csv_and_json_and_finds_the_same(client: FlaskClient) -> None:
    loss = [1 / (n + 1) for n in range(30)]
    csv = "epoch,loss\n" + "\n".join(f"{n},{value}" for n, value in enumerate(loss))
    as_csv = client.post("/diagnose", data=csv, content_type="text/csv").get_json()
    as_json = client.post("/diagnose", json={"loss": loss}).get_json()
    assert as_csv["verdict"] == as_json["verdict"]
    assert {"findings", "checks_not_run", "healthy"} <= set(as_csv)


def test_diagnose_says_what_is_wrong_with_a_history(client: FlaskClient) -> None:
    answer = client.post("/diagnose", data="a,b\n1,2\n", content_type="text/csv")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "not_a_history")


def test_diagnose_refuses_a_huge_history(client: FlaskClient) -> None:
    answer = client.post("/diagnose", data=b"loss\n" + b"1\n" * 2_000_000, content_type="text/csv")
    assert answer.status_code == 413
