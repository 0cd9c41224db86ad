import os
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from service import Settings
from service.settings import explain, usable_cores

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


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("port", "abc", "SERVICE_PORT: 'abc' is not a whole number."),
        ("port", "70000", "SERVICE_PORT: '70000' is more than is allowed: 65535 is the most."),
        ("workers", "0", "SERVICE_WORKERS: '0' is less than is allowed: 1 is the least."),
        ("queue_seconds", "soon", "SERVICE_QUEUE_SECONDS: 'soon' is not a number."),
        ("wait_for_model", "perhaps", "SERVICE_WAIT_FOR_MODEL: 'perhaps' is not true or false."),
        ("log_level", "loud", "SERVICE_LOG_LEVEL: 'loud' is not 'debug', 'info', 'warning' or 'error'."),
        ("queue_seconds", "0", "SERVICE_QUEUE_SECONDS: '0' is not a number above 0."),
        ("read_seconds", "nan", "SERVICE_READ_SECONDS: 'nan' is not a number above 0."),
        ("drain_notice_seconds", "-1", "SERVICE_DRAIN_NOTICE_SECONDS: '-1' is less than is allowed: 0.0 is the least."),
        ("api_keys", "secret", "SERVICE_API_KEYS: a value is not the SHA-256 of a key, which has 64 digits"),
        ("root_path", "vision", "SERVICE_ROOT_PATH: 'vision' has not the form that was expected: /vision or /a/b"),
        ("feedback", __file__, f"SERVICE_FEEDBACK: {__file__} is not a folder."),
        ("formats", "PCX", "SERVICE_FORMATS: PCX is not among"),
        ("trusted_proxies", "here", "SERVICE_TRUSTED_PROXIES: 'here' is neither an address (10.0.0.1) nor a network"),
        (
            "trusted_proxies",
            "10.0.0.1/8",
            "SERVICE_TRUSTED_PROXIES: 10.0.0.1/8 is an address within a network.",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_words_of_this_project(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SERVICE_{name.upper()}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    text = explain(refused.value)
    assert f"  {said}" in text
    assert "Input should" not in text
    assert "valid" not in text
    assert "secret" not in text, "a key that was given in place of its hash is not shown"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_an_empty_variable_counts_as_absent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"SERVICE_{name.upper()}", "")
    assert Settings() == Settings.model_construct()


def test_a_hash_in_capitals_and_a_network_of_one_address_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_API_KEYS", "AB" * 32)
    monkeypatch.setenv("SERVICE_TRUSTED_PROXIES", "10.0.0.1, ::1/128, 10.0.0.0/8")
    assert Settings().api_keys == ("ab" * 32,)
    assert [str(network) for network in Settings().trusted_proxies] == ["10.0.0.1/32", "::1/128", "10.0.0.0/8"]
