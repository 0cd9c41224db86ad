"""The page while more is asked than the service can do: it says so, and with a script it asks again by itself."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.browser import Pages, ask, launched, needs_chromium
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import Running, running, until

pytestmark = needs_chromium
CROWD = 2


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    publish(tmp_path / "models")
    with running(tmp_path / "models", queue_length=0) as service:
        yield service


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "bright.png").write_bytes(picture(255))
    return tmp_path / "bright.png"


def test_a_busy_service_is_explained_and_asked_again(service: Running, file: Path) -> None:
    over, large = threading.Event(), picture(0, size=(4000, 4000))

    def crowd() -> None:
        while not over.is_set():
            service.ask("POST", "/predict", large)

    threads = [threading.Thread(target=crowd) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    with launched() as browser:
        pages = Pages(browser, service.port)
        try:
            plain = pages("/", java_script_enabled=False)
            until(lambda: "More requests wait than this service queues" in ask(plain, [file])[0])
        finally:
            over.set()
        assert "bright, 98 %." in ask(pages("/"), [file])[0]
        pages.close()
    for thread in threads:
        thread.join()
