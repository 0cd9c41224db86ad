import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from artifact import publishing, store
from service.inference.registry import Registry
from service.settings import Settings
from service.state import state
from tests.service import networks
from tests.service.pictures import picture
from tests.service.publishing import publish


def follow(models: Path) -> Registry:
    return Registry(Settings(models=models))


def served(registry: Registry) -> str | None:
    return registry.default.model.card.version if registry.default.model else None


def test_a_new_version_is_served_after_the_next_look(models: Path) -> None:
    registry = follow(models)
    publish(models, gain=3.0)
    assert served(registry) == "1"
    registry.refresh()
    assert served(registry) == "2"
    publishing.roll_back(models, "default")
    registry.refresh()
    assert served(registry) == "1"


def test_a_look_without_a_change_loads_nothing(models: Path) -> None:
    registry = follow(models)
    before = registry.default.model
    registry.refresh()
    assert registry.default.model is before


def corrupt_model(home: Path) -> None:
    (home / "2" / store.MODEL_FILE).write_bytes(b"\0" * 100)


def truncate_model(home: Path) -> None:
    path = home / "2" / store.MODEL_FILE
    path.write_bytes(path.read_bytes()[:-10])


def remove_model(home: Path) -> None:
    (home / "2" / store.MODEL_FILE).unlink()


def break_card(home: Path) -> None:
    (home / "2" / store.CARD_FILE).write_text("{")


def break_golden(home: Path) -> None:
    (home / "2" / store.GOLDEN_FILE).write_text('{"cases": []}')


def break_report(home: Path) -> None:
    (home / "2" / store.REPORT_FILE).write_text("[]")


def remove_version(home: Path) -> None:
    shutil.rmtree(home / "2")


def break_current(home: Path) -> None:
    (home / store.CURRENT_FILE).write_bytes(b"\xff\xff")


DAMAGES = [
    corrupt_model,
    truncate_model,
    remove_model,
    break_card,
    break_golden,
    break_report,
    remove_version,
    break_current,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_bad_version_is_refused_and_the_old_one_keeps_serving(
    models: Path, make_client: Callable[..., FlaskClient], damage: Callable[[Path], None]
) -> None:
    client = make_client()
    publish(models, gain=3.0)
    damage(models / "default")
    with client.application.app_context():
        state().registry.refresh()
    ready = client.get("/ready").get_json()
    assert ready["model"]["version"] == "1"
    assert ready["refused"]["reason"]
    assert client.get("/report").get_json()["service"]["refused"] == ready["refused"]
    assert client.post("/predict", data=picture()).get_json()["model"]["version"] == "1"


@pytest.mark.parametrize("damage", DAMAGES[:-1])
def test_a_fresh_worker_serves_what_the_older_ones_serve(models: Path, damage: Callable[[Path], None]) -> None:
    publish(models, gain=3.0)
    damage(models / "default")
    registry = follow(models)
    assert served(registry) == "1"
    assert registry.default.refusal is not None
    assert registry.default.refusal.version == "2"


def test_a_refused_version_that_is_mended_is_served(models: Path) -> None:
    registry = follow(models)
    publish(models, gain=3.0)
    path = models / "default" / "2" / store.MODEL_FILE
    whole = path.read_bytes()
    path.write_bytes(b"damaged")
    registry.refresh()
    assert served(registry) == "1"
    path.write_bytes(whole)
    registry.refresh()
    assert served(registry) == "2"
    assert registry.default.refusal is None


def test_a_version_that_fails_its_self_test_is_refused_by_name(models: Path) -> None:
    registry = follow(models)
    publish(models, gain=3.0, drift=0.2)
    registry.refresh()
    assert served(registry) == "1"
    assert registry.default.refusal is not None
    assert "golden" in registry.default.refusal.reason


def test_another_model_in_the_same_place_is_noticed(models: Path) -> None:
    registry = follow(models)
    first = registry.default.model
    shutil.rmtree(models)
    publish(models, gain=5.0)
    registry.refresh()
    assert served(registry) == "1"
    assert registry.default.model is not first


def test_a_folder_that_vanishes_leaves_the_model_serving(models: Path) -> None:
    registry = follow(models)
    shutil.rmtree(models)
    registry.refresh()
    assert served(registry) == "1"


def test_a_first_model_published_later_is_found(tmp_path: Path, make_client: Callable[..., FlaskClient]) -> None:
    client = make_client()
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 503
    publish(tmp_path / "models")
    with client.application.app_context():
        state().registry.refresh()
    assert client.get("/ready").status_code == 200


def test_the_least_used_of_other_versions_makes_room(tmp_path: Path) -> None:
    for name in ("default", "a", "b", "c"):
        publish(tmp_path, name)
    registry = Registry(Settings(models=tmp_path, loaded_versions=2))
    a, b = registry.find("a"), registry.find("b")
    assert registry.find("a") is a
    registry.find("c")
    assert registry.find("a") is a
    assert registry.find("b") is not b


def test_a_followed_name_besides_the_default_is_reloaded_too(models: Path) -> None:
    publish(models, "other")
    registry = follow(models)
    registry.find("other")
    publish(models, "other", gain=2.0)
    registry.refresh()
    assert registry.find("other").card.version == "2"
    assert registry.find("other", "1").card.version == "1"


def test_a_pinned_version_that_is_damaged_is_503(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models, "other", model=networks.build()[:100])
    answer = make_client().post("/predict?model=other&version=1", data=picture())
    assert (answer.status_code, answer.get_json()["code"]) == (503, "model_refused")
