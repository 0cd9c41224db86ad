"""Every setting of the service: one table, read from `SERVICE_*` environment variables and checked at start."""

import ipaddress
import math
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from artifact import formats
from artifact.image import Limits

Provider = Literal["auto", "cpu", "cuda"]
Megabytes = Annotated[int, Field(ge=1, le=2048)]


def _split(value: Any) -> Any:
    """Return the parts of a text between commas, as environment variables give lists."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _networks(value: Any) -> Any:
    """Return addresses and networks between commas as networks."""
    parts = _split(value)
    return tuple(map(_network, parts)) if isinstance(parts, tuple) else parts


def _network(text: Any) -> Any:
    """Return an address or a network; raises `ValueError`, which names the mend, where it is neither."""
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(f"{text!r} is neither an address (10.0.0.1) nor a network (10.0.0.0/8).") from error
    if "/" in str(text) and str(text).split("/")[0] != str(found.network_address):
        raise ValueError(f"{text} is an address within a network. Write that, {found}, or the address alone.")
    return found


def _hash(text: str) -> str:
    """Return the hash of a key; what is none may be the key itself, and is not repeated in an error."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        detail = "a value is not the SHA-256 of a key, which has 64 digits (0-9, a-f)."
        raise ValueError(f"{detail} `python -m service key` makes a key and its hash.")
    return text.lower()


def _folder(path: Path) -> Path:
    """Return a folder that is there or can still be made; raises `ValueError` for a file."""
    if os.path.exists(path) and not os.path.isdir(path):
        raise ValueError(f"{path} is not a folder.")
    return path


def _path(value: Any) -> Any:
    """Return a path without its last slash."""
    return value.rstrip("/") if isinstance(value, str) else value


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
RootPath = Annotated[str, BeforeValidator(_path), Field(pattern=r"^((/[A-Za-z0-9._~-]+)+)?$")]


def _name_formats(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of formats as the table has them, whatever their case."""
    known = {row.name.lower(): row.name for row in formats.TABLE}
    if unknown := [name for name in asked if name.lower() not in known]:
        raise ValueError(f"{', '.join(unknown)} is not among {', '.join(known.values())}")
    return tuple(known[name.lower()] for name in asked)


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Formats = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_name_formats)]
Hash = Annotated[str, AfterValidator(_hash)]
Hashes = Annotated[tuple[Hash, ...], NoDecode, BeforeValidator(_split)]


def usable_cores(quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Return how many cores this process may use: those it may run on, or a container's share of time if that is less.

    Args:
        quota: The control group's file: microseconds of time in each period (or `max`), and the period.
    """
    allowed = len(os.sched_getaffinity(0))
    try:
        share, period = quota.read_text(encoding="ascii").split()
        return max(1, min(allowed, math.ceil(int(share) / int(period))))
    except (OSError, ValueError):  # no control group, or no quota
        return allowed


class Settings(BaseSettings):
    """The settings of one running service; each is the environment variable `SERVICE_` + its name in capitals.

    An empty variable counts as absent: files of Compose and of systemd give those, and an empty host would be every
    network, an empty folder the current one.
    """

    model_config = SettingsConfigDict(env_prefix="SERVICE_", env_ignore_empty=True, frozen=True, extra="forbid")

    models: Path = Field(default=Path("models"), description="The folder of published models.")
    model: str = Field(default="default", description="The model that answers where a request names none.")
    wait_for_model: bool = Field(default=False, description="Start without that model, and wait until it is published.")
    host: str = Field(default="127.0.0.1", description="The address to listen on; 0.0.0.0 for every network.")
    port: int = Field(default=8000, ge=1, le=65535, description="The port to listen on.")
    workers: int = Field(
        default_factory=usable_cores, ge=1, le=256, description="Worker processes; one for each usable core."
    )
    concurrency: int = Field(default=1, ge=1, le=64, description="Requests that each worker works on at once.")
    threads: int = Field(default=1, ge=1, le=256, description="ONNX Runtime's threads in each worker.")
    provider: Provider = Field(
        default="auto", description="`auto` takes a GPU that works; `cpu` or `cuda` ask for one."
    )
    batch: int = Field(default=16, ge=1, le=1024, description="The most images in one run of the network.")
    max_request_megabytes: Megabytes = Field(default=20, description="The largest request, and the largest image.")
    max_pixels: int = Field(default=64_000_000, ge=1, description="The largest picture, as its header declares it.")
    max_working_megabytes: Megabytes = Field(
        default=1024, description="What decoding large pictures takes at once, of all workers together."
    )
    formats: Formats = Field(default=(), description="The image formats that are read, by commas; without it all.")
    max_images: int = Field(default=32, ge=1, le=4096, description="The most images in one request.")
    max_waiting_megabytes: Megabytes = Field(default=64, description="Bodies in each worker's memory at once.")
    queue_length: int = Field(default=32, ge=0, description="Requests that may wait in each worker; more get 503.")
    queue_seconds: float = Field(default=5.0, gt=0, description="The longest that a request waits before it gets 503.")
    read_seconds: float = Field(
        default=20.0, gt=0, description="How long a client may stand still, and the longest that headers may take."
    )
    min_bytes_per_second: int = Field(
        default=1000, ge=0, description="What a client must send or take on average, over each SERVICE_READ_SECONDS."
    )
    request_seconds: float = Field(
        default=60.0,
        gt=0,
        description="The longest that a request takes, besides waiting for its client.",
    )
    connections: int = Field(
        default=500, ge=8, le=100_000, description="Connections to each worker; the oldest idle one goes for another."
    )
    drain_seconds: int = Field(default=30, ge=1, description="How long a stopping worker finishes the requests it has.")
    drain_notice_seconds: float = Field(
        default=0.0, ge=0, description="How long /ready says 503 before a stopping service closes its port."
    )
    reload_seconds: float = Field(default=1.0, gt=0, description="How often to look for a new version.")
    loaded_versions: int = Field(default=4, ge=1, le=64, description="Versions kept loaded besides the default.")
    api_keys: Hashes = Field(default=(), description="SHA-256 of each key, by commas; `python -m service key`.")
    cors_origins: Words = Field(default=(), description="Origins of other sites whose pages may ask, by commas.")
    feedback: Annotated[Path, AfterValidator(_folder)] | None = Field(
        default=None, description="The folder for POST /feedback; without it that is off."
    )
    feedback_images: int = Field(default=10_000, ge=1, description="The most images in that folder.")
    root_path: RootPath = Field(default="", description="The path under which a proxy offers the service: /vision.")
    trusted_proxies: Networks = Field(
        default=(), description="Addresses or networks of proxies whose X-Forwarded-* are believed, by commas."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged.")
    log_requests: Literal["none", "errors", "all"] = Field(default="errors", description="Requests that are logged.")

    @property
    def address(self) -> str:
        """Host and port as addresses write them; an IPv6 host stands in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def limits(self) -> Limits:
        """What is refused of one image file."""
        working_bytes = self.max_working_megabytes * 1024**2
        return Limits(self.max_request_bytes, self.max_pixels, working_bytes, self.formats or None)

    @property
    def max_request_bytes(self) -> int:
        """The largest request body, in bytes."""
        return self.max_request_megabytes * 1024**2


_EXPECTED = {
    "int": "is not a whole number",
    "float": "is not a number",
    "bool": "is not true or false",
    "greater_than_equal": "is less than is allowed: {0} is the least",
    "greater_than": "is not a number above {0:g}",
    "less": "is more than is allowed: {0} is the most",
    "literal": "is not {expected}",
    "string_pattern": "has not the form that was expected: /vision or /a/b, of letters, digits, and - . _ ~",
}
"""What is said instead of Pydantic's sentence, by how its name of the error begins; the limit is filled in."""


def _in_words(entry: Any) -> str:
    context = entry.get("ctx", {})
    limits = [context[key] for key in ("ge", "gt", "le", "lt") if key in context] or [""]
    for kind, words in _EXPECTED.items():
        if entry["type"].startswith(kind):
            said = words.format(*limits, **context)
            return f"{entry['input']!r} {said}." if isinstance(entry["input"], str | int | float) else f"It {said}."
    return str(entry["msg"]).removeprefix("Value error, ")


def explain(error: ValidationError) -> str:
    """Return the settings that cannot be used by their variables, a line each, and where they are described."""
    lines = [f"  SERVICE_{str(entry['loc'][0]).upper()}: {_in_words(entry)}" for entry in error.errors()]
    return "\n".join(["These settings cannot be used:", *lines, "docs/service.md says what each takes."])
