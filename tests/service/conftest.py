from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import Settings, create_app
from tests.service.publishing import publish


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
