import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from service import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "service.md"


def documented() -> dict[str, str]:
    """Return the default in the settings table of the document, by environment variable."""
    rows = re.findall(r"^\| `(SERVICE_\w+)` \| (.*?) \| .+ \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: default.strip("`") for name, default in rows}


def test_every_setting_has_its_line_in_the_document_and_no_line_is_left_over() -> None:
    assert set(documented()) == {f"SERVICE_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - {"workers"}))
def test_the_documented_default_is_the_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    default = documented()[f"SERVICE_{name.upper()}"]
    if default != "unset":
        monkeypatch.setenv(f"SERVICE_{name.upper()}", default)
    assert getattr(Settings(), name) == Settings.model_fields[name].default


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "99999"), ("WORKERS", "0"), ("PROVIDER", "tpu"), ("QUEUE_SECONDS", "nan"), ("BATCH", "x")],
)
def test_a_bad_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SERVICE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()
