import os
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from service import Settings
from service.settings import usable_cores

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
    ("quota", "cores"),
    [("50000 100000", 1), ("150000 100000", 2), ("100000 100000", 1), ("max 100000", None), ("", None), ("x y", None)],
)
def test_workers_are_as_many_as_a_container_may_use(tmp_path: Path, quota: str, cores: int | None) -> None:
    allowed = len(os.sched_getaffinity(0))
    (tmp_path / "cpu.max").write_text(quota)
    assert usable_cores(tmp_path / "cpu.max") == min(allowed, cores or allowed)
    assert usable_cores(tmp_path / "absent") == allowed


@pytest.mark.parametrize(("host", "address"), [("0.0.0.0", "0.0.0.0:80"), ("::1", "[::1]:80")])
def test_an_address_is_written_as_addresses_are(host: str, address: str) -> None:
    assert Settings(host=host, port=80).address == address


def test_lists_come_by_commas_and_hashes_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_CORS_ORIGINS", "https://a.example, https://b.example,")
    monkeypatch.setenv("SERVICE_API_KEYS", "a" * 64)
    assert Settings().cors_origins == ("https://a.example", "https://b.example")
    monkeypatch.setenv("SERVICE_API_KEYS", "plain-text-key")
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "99999"), ("WORKERS", "0"), ("PROVIDER", "tpu"), ("QUEUE_SECONDS", "nan"), ("BATCH", "x")],
)
def test_a_bad_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SERVICE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()
