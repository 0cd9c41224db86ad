"""Where a request came from and by which address it was asked, as the proxies say that the operator trusts.

Anyone can send `X-Forwarded-For` and its like. They are believed only where the connection comes from a trusted proxy,
and of the list of addresses only as far back as it was written by trusted proxies.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any

from service.settings import Network, Settings

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
_PREFIX = "HTTP_X_FORWARDED_"
_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")


def forwarded(application: Wsgi, settings: Settings) -> Wsgi:
    """Return the application as it is seen from outside, behind the proxies and under the path of the settings."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        said = {key: str(environ.pop(key)) for key in [key for key in environ if key.startswith(_PREFIX)]}
        root = settings.root_path
        if settings.trusted_proxies and _is_trusted(environ.get("REMOTE_ADDR", ""), settings.trusted_proxies):
            root = _prefix(said) or root
            _believe(environ, said, settings.trusted_proxies)
        if root:
            _move(environ, root)
        return application(environ, start_response)

    return answer


def _believe(environ: dict[str, Any], said: dict[str, str], trusted: tuple[Network, ...]) -> None:
    """Put address, scheme and host of the client in place of those of the proxy."""
    client = _client(said.get(f"{_PREFIX}FOR", ""), trusted)
    if client is not None:
        environ["REMOTE_ADDR"] = client
    scheme = _last(said, "PROTO").lower()
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme
    host = _last(said, "HOST")
    if _HOST.fullmatch(host):
        environ["HTTP_HOST"] = host


def _client(addresses: str, trusted: tuple[Network, ...]) -> str | None:
    """Return the last address of the list that is no trusted proxy's; what stands before it anyone may have written."""
    found = None
    for text in reversed(addresses.split(",")):
        address = _address(text)
        if address is None:
            return found
        found = str(address)
        if not _is_trusted(found, trusted):
            return found
    return found


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address as proxies write them, which some do with the port; None of anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(text: str, trusted: tuple[Network, ...]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in trusted)


def _prefix(said: dict[str, str]) -> str:
    path = _last(said, "PREFIX").rstrip("/")
    return path if _PATH.fullmatch(path) else ""


def _last(said: dict[str, str], name: str) -> str:
    """Return what the nearest proxy said."""
    return said.get(_PREFIX + name, "").split(",")[-1].strip()


def _move(environ: dict[str, Any], root: str) -> None:
    """Note the path under which the service is reached; a proxy may have stripped it from the request, or not."""
    path = environ.get("PATH_INFO", "")
    environ["SCRIPT_NAME"] = root
    if path == root or path.startswith(f"{root}/"):
        environ["PATH_INFO"] = path[len(root) :] or "/"
