from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import Settings, create_app
from tests.service.publishing import publish
from tests.service.running import Running


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder with one tiny model published under the default name."""
    publish(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def make_client(tmp_path: Path) -> Callable[..., FlaskClient]:
    """Return a function that makes a client of a service on the test's models folder, with other settings as given."""

    def make(**settings: Any) -> FlaskClient:
        return create_app(Settings(**{"models": tmp_path / "models", **settings})).test_client()

    return make


@pytest.fixture
def client(models: Path, make_client: Callable[..., FlaskClient]) -> FlaskClient:
    """Return a client of a service with one model."""
    return make_client()


@pytest.fixture
def run_batch(models: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return a function that gives the command of a batch in this process, on the test's models folder."""
    from service.batch.commands import main  # here, so that the other tests do without the packages of batches

    monkeypatch.setenv("SERVICE_MODELS", str(models))
    return lambda *arguments: main([*map(str, arguments), "--workers", "0"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Return a browser, for the tests of one module."""
    from tests.service.browser import launched  # skips what asks for it where playwright is not installed

    with launched() as started:
        yield started


@pytest.fixture
def open_page(service: Running, browser: Any) -> Iterator[Any]:
    """Return what opens a page of the module's `service`; the browser must find no fault with any of them."""
    from tests.service.browser import Pages

    pages = Pages(browser, service.port)
    yield pages
    pages.close()
    assert not pages.complaints
