"""Versions change under load: no request is lost, and no answer mixes two versions."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from artifact import publishing
from service.state import state
from tests.service.networks import expected
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import running, until

GAINS = {"1": 8.0, "2": 3.0}
FILE = picture(180)


def answers_of_each_version() -> dict[str, float]:
    """Return the probability that each version gives for the file, computed by hand."""
    pixels = np.full((1, 1, 3), 180, np.uint8)
    return {version: float(1 / (1 + np.exp(-expected(pixels, gain)[0]))) for version, gain in GAINS.items()}


def test_a_thousand_alternating_reloads_under_load_give_consistent_answers(
    models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    publish(models, gain=GAINS["2"])
    application = make_client().application
    by_hand = answers_of_each_version()
    wrong: list[object] = []
    seen: Counter[str] = Counter()
    stop = threading.Event()

    def ask() -> None:
        client = application.test_client()
        while not stop.is_set():
            answer = client.post("/predict", data=FILE)
            body = answer.get_json()
            version = body.get("model", {}).get("version")
            seen[version] += 1
            if answer.status_code != 200 or body["predictions"][0]["probability"] != pytest.approx(by_hand[version]):
                wrong.append(body)

    clients = [threading.Thread(target=ask) for _ in range(3)]
    for client in clients:
        client.start()
    current = models / "default" / "current"
    with application.app_context():
        for number in range(1000):
            current.with_name("next").write_text(f"{number % 2 + 1}\n")
            current.with_name("next").replace(current)
            state().registry.refresh()
            assert state().registry.find().card.version == str(number % 2 + 1)
    stop.set()
    for client in clients:
        client.join()
    assert not wrong
    assert min(seen["1"], seen["2"]) > 0


def wait_for(version: str, found: list[tuple[int, str, float]]) -> None:
    """Wait until the last twenty answers, of those that come from now on, are all of one version."""
    start = len(found)
    until(lambda: {seen for _, seen, _ in found[start:][-20:]} == {version})


def test_running_workers_follow_what_is_published_and_lose_nothing(models: Path) -> None:
    publish(models, gain=GAINS["2"])
    by_hand = answers_of_each_version()
    found: list[tuple[int, str, float]] = []
    stop = threading.Event()
    with running(models, workers=2) as service:

        def ask() -> None:
            while not stop.is_set():
                status, _, body = service.ask("POST", "/predict", FILE)
                found.append((status, body["model"]["version"], body["predictions"][0]["probability"]))

        clients = [threading.Thread(target=ask) for _ in range(4)]
        for client in clients:
            client.start()
        for version in ("1", "2", "1", "2", "1"):
            publishing.set_current(models, "default", version)
            wait_for(version, found)
        stop.set()
        for client in clients:
            client.join()
    assert {status for status, _, _ in found} == {200}
    for _, version, probability in found:
        assert probability == pytest.approx(by_hand[version])
