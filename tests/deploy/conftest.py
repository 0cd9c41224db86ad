from pathlib import Path

import pytest

from tests.service.publishing import publish


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder with one tiny model published under the default name."""
    publish(tmp_path / "models")
    return tmp_path / "models"
