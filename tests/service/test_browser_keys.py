"""A service that asks for a key, in a real browser: Chromium takes the challenge up and sends what a person enters."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.browser import ask, needs_chromium
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import Running, running

pytestmark = needs_chromium
KEY = "a key"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    models = tmp_path_factory.mktemp("keys") / "models"
    publish(models)
    with running(models, api_keys=hashlib.sha256(KEY.encode()).hexdigest()) as service:
        yield service


def test_a_person_is_asked_for_the_key_and_then_the_page_works(open_page: Any, tmp_path: Path) -> None:
    (tmp_path / "bright.png").write_bytes(picture(255))
    page = open_page("/", http_credentials={"username": "anyone", "password": KEY})
    assert "bright" in page.locator("h1").inner_text()
    assert "bright" in ask(page, [tmp_path / "bright.png"])[0]
